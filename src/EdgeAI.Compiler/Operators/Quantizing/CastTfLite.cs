using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>CAST of what is known when building, which is how shapes change their type, and to the type the value has already.</summary>
internal sealed class CastTfLite : ITfLiteForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["CAST"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor x = node.Input(0);
        ElementType type = node.Declared().Type;
        if (x.Type == type)
        {
            node.Bind(0, x);
            return;
        }

        if (!x.IsConstant)
        {
            throw node.Fault($"turns '{x}' into {type.DisplayName()} at run time; only constants are converted");
        }

        double[] values = x.Type switch
        {
            ElementType.Int32 => [.. x.Values<int>().ToArray().Select(value => (double)value)],
            ElementType.Int64 => [.. x.Values<long>().ToArray().Select(value => (double)value)],
            ElementType.Float32 => [.. x.Values<float>().ToArray().Select(value => (double)value)],
            _ => throw node.Fault($"turns {x.Type.DisplayName()} into {type.DisplayName()}"),
        };
        node.Bind(0, type switch
        {
            ElementType.Int32 => node.Constant<int>(type, x.Shape, [.. values.Select(value => (int)Math.Clamp(value, int.MinValue, int.MaxValue))]),
            ElementType.Int64 => node.Constant<long>(type, x.Shape, [.. values.Select(value => (long)value)]),
            ElementType.Float32 => node.Constant<float>(type, x.Shape, [.. values.Select(value => (float)value)]),
            _ => throw node.Fault($"turns {x.Type.DisplayName()} into {type.DisplayName()}"),
        });
    }
}
