using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>What an integer type can hold, and how real numbers become its integers as TensorFlow Lite's kernels do it.</summary>
internal static class AffineRange
{
    /// <summary>The smallest and largest integer of a type of at most 32 bits.</summary>
    public static (int Minimum, int Maximum) Of(ElementType type) => type switch
    {
        ElementType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        ElementType.UInt8 => (byte.MinValue, byte.MaxValue),
        ElementType.Int16 => (short.MinValue, short.MaxValue),
        ElementType.UInt16 => (ushort.MinValue, ushort.MaxValue),
        ElementType.Int32 => (int.MinValue, int.MaxValue),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no integer type of at most 32 bits"),
    };

    /// <summary>The integers that fused limits leave, by TFLite's rule: limit / scale in float, rounded half away from zero, plus the zero point.</summary>
    public static (int Minimum, int Maximum) Of(ElementType type, Clamp clamp, QuantizationParameters quantization)
    {
        (int minimum, int maximum) = Of(type);
        if (!float.IsNegativeInfinity(clamp.Minimum))
        {
            minimum = Quantize(clamp.Minimum, quantization.Scale, quantization.ZeroPoint, minimum, maximum);
        }

        if (!float.IsPositiveInfinity(clamp.Maximum))
        {
            maximum = Quantize(clamp.Maximum, quantization.Scale, quantization.ZeroPoint, minimum, maximum);
        }

        return (minimum, maximum);
    }

    /// <summary>
    /// round(value / scale) + zeroPoint in float, half away from zero, limited to [minimum, maximum]; NaN becomes the zero point.
    /// </summary>
    public static int Quantize(float value, float scale, int zeroPoint, int minimum, int maximum)
    {
        if (float.IsNaN(value))
        {
            return Math.Clamp(zeroPoint, minimum, maximum);
        }

        double rounded = MathF.Round(value / scale, MidpointRounding.AwayFromZero);
        return (int)Math.Clamp(rounded + zeroPoint, minimum, maximum);
    }
}
