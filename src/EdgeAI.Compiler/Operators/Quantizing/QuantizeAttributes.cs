using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>How Quantize rounds.</summary>
/// <param name="HalfToEven">The exact quotient, and the middle of two integers to the even one, as ONNX has it; else the quotient in float, and its middles away from
/// zero, as TensorFlow Lite.</param>
public sealed record QuantizeAttributes(bool HalfToEven) : OperatorAttributes
{
    /// <summary>TensorFlow Lite's rounding.</summary>
    public static QuantizeAttributes Away { get; } = new(false);

    /// <summary>Of the Quantize, Dequantize or Requantize that quantization puts into a graph.</summary>
    public static OperatorAttributes Of(string conversion) => conversion == "Quantize" ? Away : NoAttributes.Instance;
}
