using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>ONNX Cast and CastLike: floats of every width are one type; small integers become floats by a dequantization with scale 1.</summary>
internal sealed class CastOnnx : IOnnxForm
{
    private static readonly QuantizationParameters Whole = QuantizationParameters.PerTensor(1, 0);

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Cast", "CastLike"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        ElementType? type = node.OperatorType == "CastLike" ? node.Input(1).Type : OnnxElementTypes.Internal(node.RequiredInt("to"));
        if (x.Type == type)
        {
            builder.Bind(node, 0, x);
            return;
        }

        bool isWidened = type == ElementType.Float32 && x.Type is ElementType.Int8 or ElementType.UInt8 or ElementType.Int16
            && (x.Quantization is null || x.Quantization.Equals(Whole));
        if (isWidened)
        {
            x.Quantization = Whole;
            builder.Bind(node, 0, builder.AddConversion("Dequantize", ElementType.Float32, null, x));
            return;
        }

        builder.Bind(node, 0, builder.Add("Cast",
            new CastAttributes(type ?? throw new OnnxNodeException("it casts to a type that is not supported", "Numbers and Booleans are supported")), x));
    }
}
