using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>
/// DEQUANTIZE: integers to float at run time; constants of float16 or int8, which files hold to be small, become float32 while importing.
/// </summary>
internal sealed class DequantizeTfLite : ITfLiteForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["DEQUANTIZE"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor x = node.Input(0);
        if (x.IsConstant && x.Type is ElementType.Float16 or ElementType.Int8 or ElementType.UInt8)
        {
            node.Bind(0, Tensor.FromValues<float>(node.Declared().Name, ElementType.Float32, x.Shape, Reals(node, x)));
        }
        else if (x.Type == ElementType.Float16)
        {
            throw node.Fault($"reads '{x}' at run time; float16 is supported for constants only");
        }
        else
        {
            node.Result(0, "Dequantize", NoAttributes.Instance, x);
        }
    }

    private static float[] Reals(TfLiteNode node, Tensor x)
    {
        if (x.Type == ElementType.Float16)
        {
            return [.. x.Values<Half>().ToArray().Select(value => (float)value)];
        }

        return x.Quantization is null ? throw node.Fault($"reads '{x}', which has no scale") : AffineQuantization.Reals(x);
    }
}
