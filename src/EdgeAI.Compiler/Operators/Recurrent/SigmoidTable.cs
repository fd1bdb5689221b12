namespace EdgeAI.Compiler.Operators.Recurrent;

/// <summary>
/// TensorFlow Lite's 16-bit sigmoid and tanh: 256 values of the sigmoid at multiples of 1/24 in Q0.16, between which lines are drawn; tanh(x) = 2·sigmoid(2x) − 1.
/// Each value is raised by half the line's error in the middle of its interval.
/// </summary>
internal static class SigmoidTable
{
    private const int Count = 256;
    private const double StepsPerUnit = 24;

    /// <summary>sigmoid(i / 24) · 2^16.</summary>
    public static ushort[] Values { get; } = [.. Enumerable.Range(0, Count).Select(Value)];

    /// <summary>From Q3.12 to Q0.15.</summary>
    public static short Sigmoid(short value)
    {
        int scaled = value * 3;
        uint magnitude = (uint)Math.Abs(scaled);
        uint index = magnitude >> 9;
        uint line = index >= Count - 1
            ? 0x7FFFu << 10
            : ((uint)Values[index] << 9) + ((magnitude & 0x1FF) * (uint)(Values[index + 1] - Values[index]));
        uint rounded = scaled >= 0 ? line + (1 << 9) : (1u << 25) - line + (1 << 9) - 1;
        return (short)(rounded >> 10);
    }

    /// <summary>To Q0.15; the value times the multiplier, shifted right with rounding, is in 3 · 2^12 steps.</summary>
    public static short Tanh(short value, int multiplier, int shift)
    {
        int scaled = ((value * multiplier) + (shift > 0 ? 1 << (shift - 1) : 0)) >> shift;
        uint magnitude = (uint)Math.Abs(scaled);
        uint index = magnitude >> 8;
        int line = index >= Count - 1
            ? 0xFFFF << 8
            : (Values[index] << 8) + (int)((magnitude & 0xFF) * (uint)(Values[index + 1] - Values[index]));
        int rounded = scaled >= 0 ? line - (1 << 23) + (1 << 7) : -line + (1 << 23) + (1 << 7) - 1;
        return (short)(rounded >> 8);
    }

    private static ushort Value(int index)
    {
        double at = PortableMath.Sigmoid(index / StepsPerUnit);
        double next = PortableMath.Sigmoid((index + 1) / StepsPerUnit);
        double middle = PortableMath.Sigmoid((index + 0.5) / StepsPerUnit);
        double error = ((at + next) / 2) - middle;
        return (ushort)Math.Min(65535, Math.Floor(((at - (error / 2)) * 65536) + 0.5));
    }
}
