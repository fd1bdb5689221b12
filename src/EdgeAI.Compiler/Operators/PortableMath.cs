namespace EdgeAI.Compiler.Operators;

/// <summary>
/// Elementary functions made of +, −, ·, / and √ alone, so that every machine computes the same bits; the system's math library is never asked.
/// Relative error below 1e-14 before rounding to float.
/// </summary>
public static class PortableMath
{
    private const double Ln2High = 0.693147180369123816490;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double Ln2 = 0.6931471805599453;

    /// <summary>eˣ; 0 below −745, ∞ above 709.78.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x))
        {
            return x;
        }

        if (x > 709.78)
        {
            return double.PositiveInfinity;
        }

        if (x < -745)
        {
            return 0;
        }

        double k = Math.Floor((x / Ln2) + 0.5);
        double r = x - (k * Ln2High) - (k * Ln2Low);
        double sum = 1;
        for (int n = 16; n >= 1; n--)
        {
            sum = 1 + (r * sum / n);
        }

        return ScaleByPowerOfTwo(sum, (int)k);
    }

    /// <summary>eˣ − 1, exact near 0.</summary>
    public static double ExpMinusOne(double x)
    {
        if (Math.Abs(x) > 0.5)
        {
            return Exp(x) - 1;
        }

        double sum = 1;
        for (int n = 18; n >= 2; n--)
        {
            sum = 1 + (x * sum / n);
        }

        return x * sum;
    }

    /// <summary>The natural logarithm; NaN below 0, −∞ at 0.</summary>
    public static double Log(double x)
    {
        if (double.IsNaN(x) || x < 0)
        {
            return double.NaN;
        }

        if (x == 0)
        {
            return double.NegativeInfinity;
        }

        if (double.IsPositiveInfinity(x))
        {
            return x;
        }

        int exponent = 0;
        if (x < 2.2250738585072014e-308)
        {
            x *= 18014398509481984.0;
            exponent = -54;
        }

        long bits = BitConverter.DoubleToInt64Bits(x);
        exponent += (int)((bits >> 52) & 0x7FF) - 1023;
        double m = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFFL) | (1023L << 52));
        if (m > 1.4142135623730951)
        {
            m /= 2;
            exponent++;
        }

        double s = (m - 1) / (m + 1);
        double square = s * s;
        double sum = 0;
        for (int n = 27; n >= 1; n -= 2)
        {
            sum = (sum * square) + (1.0 / n);
        }

        return (exponent * Ln2High) + ((exponent * Ln2Low) + (2 * s * sum));
    }

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static double Sigmoid(double x)
    {
        double e = Exp(x >= 0 ? -x : x);
        return (x >= 0 ? 1 : e) / (1 + e);
    }

    /// <summary>The hyperbolic tangent.</summary>
    public static double Tanh(double x)
    {
        if (Math.Abs(x) > 20)
        {
            return x > 0 ? 1 : -1;
        }

        double e = ExpMinusOne(2 * x);
        return e / (e + 2);
    }

    /// <summary>The error function, by its series below 3 and its continued fraction above; absolute error below 1e-13.</summary>
    public static double Erf(double x)
    {
        double a = Math.Abs(x);
        if (double.IsNaN(x))
        {
            return x;
        }

        double result;
        if (a < 3)
        {
            double term = a;
            double sum = a;
            for (int n = 1; n < 80; n++)
            {
                term *= -a * a / n;
                sum += term / ((2 * n) + 1);
            }

            result = sum * 1.1283791670955126;
        }
        else if (a < 6.5)
        {
            double fraction = 0;
            for (int n = 60; n >= 1; n--)
            {
                fraction = n / 2.0 / (a + fraction);
            }

            result = 1 - (Exp(-a * a) / ((a + fraction) * 1.7724538509055161));
        }
        else
        {
            result = 1;
        }

        return x < 0 ? -result : result;
    }

    /// <summary>x to the power y, with the cases of IEEE 754's pow; exact for small whole y.</summary>
    public static double Pow(double x, double y)
    {
        if (y == 0 || x == 1)
        {
            return 1;
        }

        if (y == Math.Floor(y) && Math.Abs(y) <= 64)
        {
            double result = 1;
            for (int n = (int)Math.Abs(y); n > 0; n--)
            {
                result *= x;
            }

            return y < 0 ? 1 / result : result;
        }

        if (y == 0.5)
        {
            return Math.Sqrt(x);
        }

        if (x < 0)
        {
            double magnitude = Exp(y * Log(-x));
            return y != Math.Floor(y) ? double.NaN : Math.Abs(y % 2) == 1 ? -magnitude : magnitude;
        }

        return x == 0 ? (y > 0 ? 0 : double.PositiveInfinity) : Exp(y * Log(x));
    }

    /// <summary>The sine, for |x| below 2^30.</summary>
    public static double Sin(double x)
    {
        (double r, int quadrant) = ReduceByHalfPi(x);
        return (quadrant & 3) switch
        {
            0 => SinSeries(r),
            1 => CosSeries(r),
            2 => -SinSeries(r),
            _ => -CosSeries(r),
        };
    }

    /// <summary>The cosine, for |x| below 2^30.</summary>
    public static double Cos(double x)
    {
        (double r, int quadrant) = ReduceByHalfPi(x);
        return (quadrant & 3) switch
        {
            0 => CosSeries(r),
            1 => -SinSeries(r),
            2 => -CosSeries(r),
            _ => SinSeries(r),
        };
    }

    private static (double Remainder, int Quadrant) ReduceByHalfPi(double x)
    {
        double k = Math.Floor((x * 0.63661977236758134) + 0.5);
        double r = x - (k * 1.57079632673412561417) - (k * 6.07710050650619224932e-11);
        return (r, (int)((long)k & 3));
    }

    private static double SinSeries(double r)
    {
        double square = r * r;
        double sum = 1;
        for (int n = 20; n >= 2; n -= 2)
        {
            sum = 1 - (square * sum / (n * (n + 1)));
        }

        return r * sum;
    }

    private static double CosSeries(double r)
    {
        double square = r * r;
        double sum = 1;
        for (int n = 19; n >= 1; n -= 2)
        {
            sum = 1 - (square * sum / (n * (n + 1)));
        }

        return sum;
    }

    private static double ScaleByPowerOfTwo(double value, int exponent)
    {
        while (exponent > 1000)
        {
            value *= 1.0715086071862673e301;
            exponent -= 1000;
        }

        while (exponent < -1000)
        {
            value *= 9.332636185032189e-302;
            exponent += 1000;
        }

        return value * BitConverter.Int64BitsToDouble((long)(exponent + 1023) << 52);
    }
}
