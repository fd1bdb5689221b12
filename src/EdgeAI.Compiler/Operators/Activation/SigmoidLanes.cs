using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EdgeAI.Compiler.Operators.Activation;

/// <summary>
/// Sigmoid of many floats, four doubles to a vector: each lane takes the steps of <see cref="PortableMath.Sigmoid"/> one by one, so that the bits are the same on
/// every machine. What lies beyond <see cref="Reach"/>, and what is no number, is left to that.
/// </summary>
internal static class SigmoidLanes
{
    /// <summary>Up to here the scale of eˣ is one power of two with a plain exponent.</summary>
    private const float Reach = 690;
    private const double Ln2High = 0.693147180369123816490;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double Ln2 = 0.6931471805599453;

    /// <summary>A double to which whole numbers are added so that its lowest bits count them.</summary>
    private const double Counter = 6755399441055744;
    private const int Lanes = 4;

    /// <summary>result[i] = 1 / (1 + e^−x[i]).</summary>
    public static void Run(ReadOnlySpan<float> x, Span<float> result)
    {
        result = result[..x.Length];
        ref float from = ref MemoryMarshal.GetReference(x);
        ref float to = ref MemoryMarshal.GetReference(result);
        int i = 0;
        for (; i + (2 * Lanes) <= x.Length; i += 2 * Lanes)
        {
            var values = Vector256.LoadUnsafe(ref from, (nuint)i);
            if (!Vector256.LessThanOrEqualAll(Vector256.Abs(values), Vector256.Create(Reach)))
            {
                RunOneByOne(x.Slice(i, 2 * Lanes), result.Slice(i, 2 * Lanes));
                continue;
            }

            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(values);
            (low, high) = Sigmoid(low, high);
            Vector256.Narrow(low, high).StoreUnsafe(ref to, (nuint)i);
        }

        RunOneByOne(x[i..], result[i..]);
    }

    private static void RunOneByOne(ReadOnlySpan<float> x, Span<float> result)
    {
        for (int i = 0; i < x.Length; i++)
        {
            result[i] = (float)PortableMath.Sigmoid(x[i]);
        }
    }

    /// <summary>Both at a time, because each step waits for the one before.</summary>
    private static (Vector256<double> Low, Vector256<double> High) Sigmoid(Vector256<double> low, Vector256<double> high)
    {
        var one = Vector256.Create(1.0);
        (Vector256<double> a, Vector256<double> b) = (-Vector256.Abs(low), -Vector256.Abs(high));
        Vector256<double> ka = Vector256.Floor((a / Ln2) + Vector256.Create(0.5));
        Vector256<double> kb = Vector256.Floor((b / Ln2) + Vector256.Create(0.5));
        Vector256<double> ra = a - (ka * Ln2High) - (ka * Ln2Low);
        Vector256<double> rb = b - (kb * Ln2High) - (kb * Ln2Low);
        Vector256<double> sa = one;
        Vector256<double> sb = one;
        for (int n = 16; n >= 1; n--)
        {
            var divisor = Vector256.Create((double)n);
            sa = one + (ra * sa / divisor);
            sb = one + (rb * sb / divisor);
        }

        Vector256<double> ea = sa * PowerOfTwo(ka);
        Vector256<double> eb = sb * PowerOfTwo(kb);
        return (Quotient(low, ea), Quotient(high, eb));
    }

    /// <summary>1 / (1 + e) from 0 on, e / (1 + e) below, e = e^−|x|.</summary>
    private static Vector256<double> Quotient(Vector256<double> x, Vector256<double> e)
    {
        var one = Vector256.Create(1.0);
        return Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(x, Vector256<double>.Zero), one, e) / (one + e);
    }

    private static Vector256<double> PowerOfTwo(Vector256<double> exponents)
    {
        Vector256<long> counted = (exponents + Vector256.Create(Counter)).AsInt64() - Vector256.Create(Counter).AsInt64();
        return ((counted + Vector256.Create(1023L)) << 52).AsDouble();
    }
}
