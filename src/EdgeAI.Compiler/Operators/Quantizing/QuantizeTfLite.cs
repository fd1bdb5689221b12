using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>QUANTIZE: float to integers, or integers to integers of another scale.</summary>
internal sealed class QuantizeTfLite : ITfLiteForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["QUANTIZE"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor x = node.Input(0);
        if (node.Declared().Quantization is null)
        {
            throw node.Fault($"gives '{node.Declared()}', which has no scale");
        }

        node.Result(0, x.Type.IsFloat() ? "Quantize" : "Requantize", x.Type.IsFloat() ? QuantizeAttributes.Away : NoAttributes.Instance, x);
    }
}
