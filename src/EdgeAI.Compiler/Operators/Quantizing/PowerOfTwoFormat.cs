using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>Which of the two numbers of a format beside a number it becomes.</summary>
public enum FloatRounding
{
    /// <summary>The nearer; of two as near the larger.</summary>
    Nearest = 0,
    /// <summary>The larger.</summary>
    Up = 1,
    /// <summary>The smaller.</summary>
    Down = 2,
}

/// <summary>
/// RoundToPowerOfTwo: float32 values as numbers of float8e8m0, 2^−127 to 2^127 and NaN. The sign is lost. What is smaller or larger, 0 too, becomes the
/// smallest or the largest, or NaN where nothing saturates.
/// </summary>
public sealed record PowerOfTwoFormat(FloatRounding Rounding, bool Saturates) : OperatorAttributes
{
    private const int MostExponent = 127;
    private static readonly float NotANumber = BitConverter.UInt32BitsToSingle(0x7FC00000); // the bits of C's NAN

    /// <summary>The number of the format.</summary>
    public float Round(float value)
    {
        double magnitude = Math.Abs((double)value);
        double smallest = Math.ScaleB(1, -MostExponent);
        double largest = Math.ScaleB(1, MostExponent);
        if (double.IsNaN(magnitude))
        {
            return NotANumber;
        }

        if (magnitude < smallest || magnitude > largest)
        {
            return Saturates ? (float)Math.Clamp(magnitude, smallest, largest) : NotANumber;
        }

        double below = Math.ScaleB(1, Math.ILogB(magnitude));
        bool isRaised = Rounding switch
        {
            FloatRounding.Nearest => magnitude >= 1.5 * below,
            FloatRounding.Up => magnitude > below,
            _ => false,
        };
        return (float)(isRaised ? 2 * below : below);
    }
}
