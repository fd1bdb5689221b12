using System.Numerics;

namespace EdgeAI.Compiler.Operators.Activation;

/// <summary>
/// gemmlowp's fixed-point functions on 32-bit numbers, bit for bit. A number with m integer bits and raw value r stands for r · 2^(m − 31).
/// Products are rounded high halves; the integer bits of factors add up.
/// </summary>
internal static class FixedPointFunctions
{
    // e^(−2^n) for n = −2 … 4, no integer bits.
    private static readonly int[] ExponentialsOfPowers = [1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242];

    /// <summary>1 / (1 + e^−x): 4 integer bits in, none out.</summary>
    public static int Logistic(int x)
    {
        if (x == 0)
        {
            return 1 << 30;
        }

        int magnitude = x > 0 ? x : unchecked(-x);
        int positive = ShiftLeftSaturating(Divide(ExponentialOfNegative(unchecked(-magnitude), 4)), 1);
        return x > 0 ? positive : int.MaxValue - positive;
    }

    /// <summary>The hyperbolic tangent: 4 integer bits in, none out.</summary>
    public static int Tanh(int x)
    {
        if (x == 0)
        {
            return 0;
        }

        // The raw value of −|x| with 4 integer bits is that of −2|x| with 5.
        int exponential = ExponentialOfNegative(x < 0 ? x : -x, 5);
        int magnitude = ShiftLeftSaturating(unchecked(Divide(exponential) - (1 << 29)), 2);
        return x < 0 ? -magnitude : magnitude;
    }

    /// <summary>
    /// 1 / √value of a positive integer as multiplierQ31 · 2^(shift − 31), by five Newton-Raphson steps, as TFLite's GetInvSqrtQuantizedMultiplierExp.
    /// </summary>
    public static (int MultiplierQ31, int Shift) ReciprocalSquareRoot(int value)
    {
        if (value <= 1)
        {
            return (int.MaxValue, 0);
        }

        int rightShift = 11;
        while (value >= 1 << 29)
        {
            value /= 4;
            rightShift++;
        }

        int pairs = ((BitOperations.LeadingZeroCount((uint)value) - 1) / 2) - 1;
        rightShift -= pairs;
        value <<= 2 * pairs;
        int halfInput = FixedPoint.RoundingDivideByPowerOfTwo(value >> 1, 1);
        const int ThreeHalves = (1 << 28) + (1 << 27);
        int x = 1 << 28;
        for (int i = 0; i < 5; i++)
        {
            int cube = ShiftLeftSaturating(Multiply(Multiply(x, x), x), 6);
            x = ShiftLeftSaturating(unchecked(Multiply(ThreeHalves, x) - Multiply(halfInput, cube)), 3);
        }

        x = Multiply(x, 1518500250);
        return rightShift < 0 ? (x << -rightShift, 0) : (x, -rightShift);
    }

    /// <summary>e^x for x ≤ 0 with 4 or 5 integer bits; no integer bits out.</summary>
    private static int ExponentialOfNegative(int x, int integerBits)
    {
        if (x == 0)
        {
            return int.MaxValue;
        }

        int quarterBit = 31 - integerBits - 2;
        int quarter = 1 << quarterBit;
        int fraction = (x & (quarter - 1)) - quarter;
        int result = ExponentialOfFraction(ShiftLeftSaturating(fraction, integerBits));
        int remainder = unchecked(fraction - x);
        for (int i = 0; i < integerBits + 2; i++)
        {
            if ((remainder & (1 << (quarterBit + i))) != 0)
            {
                result = Multiply(result, ExponentialsOfPowers[i]);
            }
        }

        return result;
    }

    /// <summary>e^x for x in [−1/4, 0): the Taylor polynomial of degree 4 around −1/8. No integer bits.</summary>
    private static int ExponentialOfFraction(int x)
    {
        const int ExponentialOfMinusEighth = 1895147668;
        const int Third = 715827883;
        int t = x + (1 << 28);
        int square = Multiply(t, t);
        int cube = Multiply(square, t);
        int quarterOfFourth = FixedPoint.RoundingDivideByPowerOfTwo(Multiply(square, square), 2);
        int tail = FixedPoint.RoundingDivideByPowerOfTwo(Multiply(quarterOfFourth + cube, Third) + square, 1);
        return ExponentialOfMinusEighth + Multiply(ExponentialOfMinusEighth, t + tail);
    }

    /// <summary>2 / (1 + x) for x in [0, 1) with no integer bits, by three Newton-Raphson steps; 2 integer bits out.</summary>
    private static int Divide(int x)
    {
        const int FortyEightSeventeenths = 1515870810;
        const int MinusThirtyTwoSeventeenths = -1010580540;
        int halfDenominator = (int)(((long)x + int.MaxValue + 1) / 2);
        int quotient = FortyEightSeventeenths + Multiply(halfDenominator, MinusThirtyTwoSeventeenths);
        for (int i = 0; i < 3; i++)
        {
            int error = (1 << 29) - Multiply(halfDenominator, quotient);
            quotient += ShiftLeftSaturating(Multiply(quotient, error), 2);
        }

        return quotient;
    }

    private static int Multiply(int a, int b) => FixedPoint.SaturatingRoundingDoublingHighMultiply(a, b);

    private static int ShiftLeftSaturating(int x, int exponent)
    {
        int threshold = (1 << (31 - exponent)) - 1;
        return x > threshold ? int.MaxValue : x < -threshold ? int.MinValue : x << exponent;
    }
}
