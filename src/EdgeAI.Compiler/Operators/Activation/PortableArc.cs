namespace EdgeAI.Compiler.Operators.Activation;

/// <summary>Inverse trigonometric functions made of +, −, ·, / and √ alone. Absolute error below 1e-13.</summary>
internal static class PortableArc
{
    private const double HalfPi = 1.5707963267948966;

    /// <summary>The inverse tangent: halved three times by x / (1 + √(1 + x²)), then its series.</summary>
    public static double Tan(double x)
    {
        if (double.IsNaN(x) || x == 0)
        {
            return x;
        }

        if (Math.Abs(x) > 1e16)
        {
            return x > 0 ? HalfPi : -HalfPi;
        }

        for (int n = 0; n < 3; n++)
        {
            x /= 1 + Math.Sqrt(1 + (x * x));
        }

        double square = x * x;
        double sum = 0;
        for (int n = 27; n >= 1; n -= 2)
        {
            sum = (1.0 / n) - (square * sum);
        }

        return 8 * x * sum;
    }

    /// <summary>The inverse sine.</summary>
    public static double Sin(double x) => Math.Abs(x) > 1 ? double.NaN
        : Math.Abs(x) == 1 ? x * HalfPi
        : Tan(x / Math.Sqrt((1 - x) * (1 + x)));

    /// <summary>The inverse cosine.</summary>
    public static double Cos(double x) => HalfPi - Sin(x);
}
