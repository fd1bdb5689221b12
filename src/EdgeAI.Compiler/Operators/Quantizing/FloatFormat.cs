using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>What becomes of a number that is larger than a format's largest.</summary>
public enum FloatOverflow
{
    /// <summary>The largest, with its sign.</summary>
    Largest = 0,
    /// <summary>Infinity, with its sign.</summary>
    Infinity = 1,
    /// <summary>Not a number.</summary>
    NotANumber = 2,
}

/// <summary>A float format of few bits, whose numbers are float32 in the graph: mantissa · 2^exponent, the smallest exponent also without the leading one.</summary>
/// <param name="MantissaBits">Behind the leading one.</param>
/// <param name="LowestExponent">Of the smallest number with a leading one.</param>
/// <param name="Largest">Finite number.</param>
/// <param name="Overflow">Of numbers that round to more.</param>
/// <param name="HasNegativeZero">Whether −0 is another number than 0.</param>
/// <param name="HasNotANumber">Whether NaN stays; else it becomes −0, as ONNX's reference has it.</param>
public sealed record FloatFormat(
    int MantissaBits, int LowestExponent, float Largest, FloatOverflow Overflow, bool HasNegativeZero, bool HasNotANumber = true) : OperatorAttributes
{
    /// <summary>The nearest number of the format; of two as near the one with an even mantissa.</summary>
    public float Round(float value)
    {
        if (float.IsNaN(value))
        {
            return HasNotANumber ? value : -0f;
        }

        double magnitude = Math.Abs((double)value);
        int exponent = magnitude == 0 ? LowestExponent : Math.Max(LowestExponent, Math.ILogB(magnitude));
        double rounded = double.IsInfinity(magnitude) ? magnitude
            : Math.ScaleB(Math.Round(Math.ScaleB(magnitude, MantissaBits - exponent), MidpointRounding.ToEven), exponent - MantissaBits);
        if (rounded > Largest)
        {
            rounded = Overflow switch
            {
                FloatOverflow.Largest => Largest,
                FloatOverflow.Infinity => double.PositiveInfinity,
                _ => double.NaN,
            };
        }

        return (float)(rounded == 0 && !HasNegativeZero ? 0 : double.IsNegative(value) ? -rounded : rounded);
    }
}
