using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;

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
        if (!isWidened)
        {
            throw new OnnxNodeException($"it casts {x.Type.DisplayName()} to {type?.DisplayName() ?? "an unknown type"} at run time",
                "Casts between floats, and from int8, uint8 or int16 to float, are supported");
        }

        x.Quantization = Whole;
        builder.Bind(node, 0, builder.AddConversion("Dequantize", ElementType.Float32, null, x));
    }
}
