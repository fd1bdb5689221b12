using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>
/// ONNX Cast and CastLike: floats of 16 bits and more are one type, those of fewer bits are rounded, integers below a byte wrap; 8- and 16-bit integers
/// become floats by a dequantization with scale 1.
/// </summary>
internal sealed class CastOnnx : IOnnxForm
{
    private static readonly QuantizationParameters Whole = QuantizationParameters.PerTensor(1, 0);

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Cast", "CastLike"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        if (builder.TextsOf(x) is not null && FileType(node) == (long)TensorProto.Types.DataType.String)
        {
            builder.Bind(node, 0, x);
            return;
        }

        if (Small(node, builder, x, FileType(node)) is { } small)
        {
            builder.Bind(node, 0, small);
            return;
        }

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

    /// <summary>The type in the file that the result has; 0 where it is that of an operand whose type the file does not give.</summary>
    public static long FileType(OnnxNode node) => node.OperatorType == "CastLike" ? node.FileType(1) : node.RequiredInt("to");

    /// <summary>The values in a type of fewer than 16 bits that C lacks; null for other types.</summary>
    private static Tensor? Small(OnnxNode node, OnnxGraphBuilder builder, Tensor x, long to)
    {
        if (OnnxSmallTypes.Float(to, node.Flag("saturate", true)) is { } format)
        {
            return builder.Add("RoundFloat", format, Plain.Cast(builder, x, ElementType.Float32));
        }

        if (OnnxSmallTypes.PowerOfTwo(to, node.Text("round_mode", "up"), node.Flag("saturate", true)) is { } powers)
        {
            return builder.Add("RoundToPowerOfTwo", powers, Plain.Cast(builder, x, ElementType.Float32));
        }

        if (OnnxSmallTypes.Integer(to) is not { } range)
        {
            return null;
        }

        // The lowest bits of the whole number; where the highest of them is a sign, as many lower.
        ElementType type = OnnxElementTypes.Internal(to)!.Value;
        Tensor mask = Plain.Integer(builder, "mask", type, range.Maximum - range.Minimum);
        Tensor low = Plain.Step(builder, "BitwiseAnd", Plain.Cast(builder, x, type), mask);
        if (range.Minimum == 0)
        {
            return low;
        }

        Tensor sign = Plain.Integer(builder, "sign", type, -range.Minimum);
        return Plain.Step(builder, "Subtract", Plain.Step(builder, "BitwiseXor", low, sign), sign);
    }
}
