using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators;

/// <summary>The integers a quantized element type can hold, both ends included.</summary>
public readonly record struct IntegerRange(int Minimum, int Maximum)
{
    /// <summary>The range of an integer type of at most 32 bits. Throws <see cref="OperatorException"/> for another type.</summary>
    public static IntegerRange Of(ElementType type) => type switch
    {
        ElementType.Int8 => new(sbyte.MinValue, sbyte.MaxValue),
        ElementType.UInt8 => new(byte.MinValue, byte.MaxValue),
        ElementType.Int16 => new(short.MinValue, short.MaxValue),
        ElementType.UInt16 => new(ushort.MinValue, ushort.MaxValue),
        ElementType.Int32 => new(int.MinValue, int.MaxValue),
        _ => throw new OperatorException($"{type.DisplayName()} is not a quantized type; int8, uint8, int16 and int32 are"),
    };

    /// <summary>The nearest integer of the range.</summary>
    public int Saturate(int value) => Math.Min(Math.Max(value, Minimum), Maximum);

    /// <summary>
    /// The integers that a result's fused limits leave, by TensorFlow Lite's rule: each finite limit becomes
    /// zero point + round(limit / scale), half away from zero, computed in float32; infinite limits leave the type's own.
    /// </summary>
    public static IntegerRange Clamped(Clamp clamp, ElementType type, QuantizationParameters quantization)
    {
        IntegerRange range = Of(type);
        int minimum = range.Minimum;
        int maximum = range.Maximum;
        if (!float.IsNegativeInfinity(clamp.Minimum))
        {
            minimum = Math.Max(minimum, Quantize(clamp.Minimum, quantization));
        }

        if (!float.IsPositiveInfinity(clamp.Maximum))
        {
            maximum = Math.Min(maximum, Quantize(clamp.Maximum, quantization));
        }

        // Limits outside the representable reals leave one integer: the end they lie beyond.
        minimum = Math.Min(minimum, range.Maximum);
        maximum = Math.Max(maximum, range.Minimum);
        return new(Math.Min(minimum, maximum), maximum);
    }

    /// <summary><see cref="Clamped(Clamp, ElementType, QuantizationParameters)"/> of a quantized result.</summary>
    public static IntegerRange Clamped(Clamp clamp, Tensor result) =>
        Clamped(clamp, result.Type, result.Quantization ?? throw new OperatorException($"result '{result.Name}' has no quantization"));

    private static int Quantize(float limit, QuantizationParameters quantization)
    {
        float steps = MathF.Round(limit / quantization.Scale, MidpointRounding.AwayFromZero);
        double value = quantization.ZeroPoint + (double)steps;
        return value >= int.MaxValue ? int.MaxValue : value <= int.MinValue ? int.MinValue : (int)value;
    }
}
