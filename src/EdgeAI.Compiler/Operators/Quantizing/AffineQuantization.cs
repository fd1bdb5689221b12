using System.Numerics;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>How real numbers become integers as TensorFlow Lite's kernels do it.</summary>
internal static class AffineQuantization
{
    /// <summary>The integer types of constants that <see cref="Reals"/> takes.</summary>
    public static bool HasReals(ElementType type) => type is ElementType.Int8 or ElementType.UInt8 or ElementType.Int16 or ElementType.Int32;

    /// <summary>scale · (q − zero point) in double, rounded to float32, for each element of a quantized constant.</summary>
    public static float[] Reals(Tensor constant) => constant.Type switch
    {
        ElementType.Int8 => Reals(constant, constant.Values<sbyte>()),
        ElementType.UInt8 => Reals(constant, constant.Values<byte>()),
        ElementType.Int16 => Reals(constant, constant.Values<short>()),
        _ => Reals(constant, constant.Values<int>()),
    };

    private static float[] Reals<T>(Tensor constant, ReadOnlySpan<T> integers) where T : unmanaged, IBinaryInteger<T>
    {
        QuantizationParameters quantization = constant.Quantization!;
        float[] reals = new float[integers.Length];
        long inner = quantization.IsPerChannel ? constant.Shape.Strides()[quantization.Axis] : 1;
        for (int i = 0; i < reals.Length; i++)
        {
            int channel = quantization.IsPerChannel ? (int)(i / inner % constant.Shape[quantization.Axis]) : 0;
            reals[i] = (float)(quantization.Scales[channel] * (double)(long.CreateTruncating(integers[i]) - quantization.ZeroPoints[channel]));
        }

        return reals;
    }

    /// <summary>
    /// round(value / scale) + zeroPoint, limited to the range; NaN becomes the zero point. In float, half away from zero; or the integer nearest to the exact
    /// quotient, of two equally near ones the even.
    /// </summary>
    public static int Quantize(float value, float scale, int zeroPoint, IntegerRange range, bool toEven = false)
    {
        if (float.IsNaN(value))
        {
            return Math.Clamp(zeroPoint, range.Minimum, range.Maximum);
        }

        double rounded = toEven
            ? Math.Round((double)value / scale, MidpointRounding.ToEven)
            : MathF.Round(value / scale, MidpointRounding.AwayFromZero);
        return (int)Math.Clamp(rounded + zeroPoint, range.Minimum, range.Maximum);
    }
}
