namespace EdgeAI.Compiler.Operators;

/// <summary>
/// TensorFlow Lite's fixed-point arithmetic (gemmlowp's rules, double rounding), bit for bit the C of edgeai_requantize.h.
/// A real multiplier is multiplierQ31 · 2^(shift − 31) with multiplierQ31 in [2^30, 2^31).
/// </summary>
public static class FixedPoint
{
    /// <summary>Splits a real multiplier; 0 gives (0, 0). Rounds half away from zero, and to zero below 2^−31.</summary>
    public static (int MultiplierQ31, int Shift) QuantizeMultiplier(double multiplier)
    {
        if (multiplier == 0)
        {
            return (0, 0);
        }

        long bits = BitConverter.DoubleToInt64Bits(multiplier);
        int exponent = (int)((bits >> 52) & 0x7FF) - 1022;
        double fraction = BitConverter.Int64BitsToDouble((bits & ~(0x7FFL << 52)) | (1022L << 52));
        long q31 = (long)Math.Round(fraction * (1L << 31), MidpointRounding.AwayFromZero);
        if (q31 == 1L << 31)
        {
            q31 /= 2;
            exponent++;
        }

        return exponent < -31 ? (0, 0) : exponent > 30 ? (int.MaxValue, 30) : ((int)q31, exponent);
    }

    /// <summary>round(a · b / 2^31), half up; saturates the one overflow.</summary>
    public static int SaturatingRoundingDoublingHighMultiply(int a, int b)
    {
        if (a == int.MinValue && b == int.MinValue)
        {
            return int.MaxValue;
        }

        return (int)((((long)a * b) + (1L << 30)) >> 31);
    }

    /// <summary>round(x / 2^exponent), half away from zero; exponent in [0, 31].</summary>
    public static int RoundingDivideByPowerOfTwo(int x, int exponent)
    {
        if (exponent == 0)
        {
            return x;
        }

        // Without a branch on the value, whose sign and remainder no processor can predict.
        return (int)(((long)x + (1L << (exponent - 1)) + (x >> 31)) >> exponent);
    }

    /// <summary>x · multiplierQ31 · 2^(shift − 31) with one rounding, half up; shift in [−31, 30].</summary>
    public static int MultiplyOnceByQuantizedMultiplier(int x, int multiplierQ31, int shift)
    {
        int right = 31 - shift;
        return unchecked((int)((((long)x * multiplierQ31) + (1L << (right - 1))) >> right));
    }

    /// <summary>
    /// x · multiplierQ31 · 2^(shift − 31) with one rounding and a multiplier of 16 bits, as TFLite's kernels with 64-bit sums do; |x| below 2^47,
    /// shift in [−31, 14].
    /// </summary>
    public static int MultiplyWideByQuantizedMultiplier(long x, int multiplierQ31, int shift)
    {
        int reduced = multiplierQ31 < 0x7FFF0000 ? (multiplierQ31 + (1 << 15)) >> 16 : 0x7FFF;
        int right = 15 - Math.Min(shift, 14);
        return unchecked((int)(((x * reduced) + (1L << (right - 1))) >> right));
    }

    /// <summary>x · multiplierQ31 · 2^(shift − 31), rounded twice as TFLite's reference kernels do. The left shift wraps.</summary>
    public static int MultiplyByQuantizedMultiplier(int x, int multiplierQ31, int shift)
    {
        int left = shift > 0 ? shift : 0;
        int right = shift > 0 ? 0 : -shift;
        return RoundingDivideByPowerOfTwo(SaturatingRoundingDoublingHighMultiply(unchecked(x << left), multiplierQ31), right);
    }
}
