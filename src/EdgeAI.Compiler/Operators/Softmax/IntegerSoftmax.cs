using System.Numerics;

namespace EdgeAI.Compiler.Operators.Softmax;

/// <summary>
/// TensorFlow Lite's integer softmax, bit for bit the C of edgeai_softmax_s8.c; for int16 the same with shares of 15 bits (edgeai_softmax_s16.c).
/// <list type="bullet">
/// <item>Differences from the row's maximum become Q5.26; those below −32 count as 0.</item>
/// <item>e^x of x in (−1/4, 0] by a polynomial in Q0.31, times e^(−2^i) for each set bit above.</item>
/// <item>The sum is Q12.19; its reciprocal comes from three Newton steps on the normalized sum.</item>
/// </list>
/// Source: gemmlowp fixedpoint.h and TensorFlow Lite's reference softmax. Limit: the sum of at most 4095 elements cannot overflow.
/// </summary>
internal static class IntegerSoftmax
{
    /// <summary>The longest row whose sum fits.</summary>
    public const int MaximumDepth = 4095;

    private const int ScaledDifferenceFractionBits = 26;
    private const int SumIntegerBits = 12;

    // e^(−1/4), e^(−1/2), e^(−1), … e^(−16) in Q0.31.
    private static ReadOnlySpan<int> Powers => [1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242];

    /// <summary>The factor that takes integer differences to Q5.26, and the lowest difference that counts.</summary>
    public static (int MultiplierQ31, int Shift, int LowestDifference) Scaling(float beta, float scale)
    {
        double factor = Math.Min((double)beta * scale * (1 << ScaledDifferenceFractionBits), int.MaxValue);
        (int multiplier, int shift) = FixedPoint.QuantizeMultiplier(factor);
        double radius = 31.0 * (1 << ScaledDifferenceFractionBits);
        for (int i = 0; i < shift; i++)
        {
            radius /= 2;
        }

        return (multiplier, shift, -(int)Math.Floor(radius));
    }

    /// <summary>One row of int8 or int16: result and x may be the same memory.</summary>
    public static void Run<T>(ReadOnlySpan<T> x, Span<T> result, int multiplierQ31, int shift, int lowestDifference)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        int maximum = int.CreateTruncating(T.MinValue);
        foreach (T value in x)
        {
            maximum = Math.Max(maximum, int.CreateTruncating(value));
        }

        int sum = 0;
        foreach (T value in x)
        {
            int difference = int.CreateTruncating(value) - maximum;
            if (difference >= lowestDifference)
            {
                int e = ExpOfNegative(FixedPoint.MultiplyByQuantizedMultiplier(difference, multiplierQ31, shift));
                sum = unchecked(sum + FixedPoint.RoundingDivideByPowerOfTwo(e, SumIntegerBits));
            }
        }

        (int lowest, int bits) = typeof(T) == typeof(sbyte) ? (sbyte.MinValue, 8) : (0, 15);
        int headroom = int.LeadingZeroCount(sum);
        int reciprocal = ReciprocalOfOnePlus(unchecked((int)(((uint)sum << headroom) - (1u << 31))));
        int exponent = SumIntegerBits - headroom + 31 - bits;
        for (int i = 0; i < x.Length; i++)
        {
            int difference = int.CreateTruncating(x[i]) - maximum;
            if (difference < lowestDifference)
            {
                result[i] = T.CreateTruncating(lowest);
                continue;
            }

            int e = ExpOfNegative(FixedPoint.MultiplyByQuantizedMultiplier(difference, multiplierQ31, shift));

            // Shares below 2^-32 of a step round to 0; TensorFlow Lite has no result for such long flat rows.
            int scaled = exponent > 31 ? 0 : FixedPoint.RoundingDivideByPowerOfTwo(
                FixedPoint.SaturatingRoundingDoublingHighMultiply(reciprocal, e), exponent);
            result[i] = T.CreateSaturating(Math.Max(lowest, scaled + lowest));
        }
    }

    /// <summary>e^x of a Q5.26 number that is not positive, in Q0.31; 1 is the largest int32.</summary>
    internal static int ExpOfNegative(int x)
    {
        if (x == 0)
        {
            return int.MaxValue;
        }

        const int quarter = 1 << (ScaledDifferenceFractionBits - 2);
        int remainder = (x & (quarter - 1)) - quarter;
        int result = ExpAboveMinusQuarter(remainder << 5);
        int bits = unchecked(remainder - x);
        for (int i = 0; i < Powers.Length; i++)
        {
            if ((bits & (quarter << i)) != 0)
            {
                result = FixedPoint.SaturatingRoundingDoublingHighMultiply(result, Powers[i]);
            }
        }

        return result;
    }

    /// <summary>e^x of a Q0.31 number in [−1/4, 0): the series around −1/8 up to the fourth power.</summary>
    private static int ExpAboveMinusQuarter(int x)
    {
        const int expOfMinusEighth = 1895147668;
        const int third = 715827883;
        int a = x + (1 << 28);
        int a2 = FixedPoint.SaturatingRoundingDoublingHighMultiply(a, a);
        int a3 = FixedPoint.SaturatingRoundingDoublingHighMultiply(a2, a);
        int a4 = FixedPoint.SaturatingRoundingDoublingHighMultiply(a2, a2);
        int a4Over4 = FixedPoint.RoundingDivideByPowerOfTwo(a4, 2);
        int tail = FixedPoint.RoundingDivideByPowerOfTwo(
            FixedPoint.SaturatingRoundingDoublingHighMultiply(a4Over4 + a3, third) + a2, 1);
        return expOfMinusEighth + FixedPoint.SaturatingRoundingDoublingHighMultiply(expOfMinusEighth, a + tail);
    }

    /// <summary>1 / (1 + x) of a Q0.31 number in [0, 1), in Q0.31.</summary>
    private static int ReciprocalOfOnePlus(int x)
    {
        const int fortyEightSeventeenthsQ29 = 1515870810;
        const int minusThirtyTwoSeventeenthsQ29 = -1010580540;
        long one = (long)x + int.MaxValue;
        int half = (int)((one + 1) / 2);
        int estimate = fortyEightSeventeenthsQ29 + FixedPoint.SaturatingRoundingDoublingHighMultiply(half, minusThirtyTwoSeventeenthsQ29);
        for (int step = 0; step < 3; step++)
        {
            int error = (1 << 29) - FixedPoint.SaturatingRoundingDoublingHighMultiply(half, estimate);
            estimate += SaturatingShiftLeft(FixedPoint.SaturatingRoundingDoublingHighMultiply(estimate, error), 2);
        }

        return SaturatingShiftLeft(estimate, 1);
    }

    private static int SaturatingShiftLeft(int x, int bits) =>
        (int)Math.Clamp((long)x << bits, int.MinValue, int.MaxValue);
}
