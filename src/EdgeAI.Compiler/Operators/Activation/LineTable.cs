using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Operators.Quantizing;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Activation;

/// <summary>
/// An int16 function of one int16 operand as 513 values with straight lines between them, as TensorFlow Lite's 16-bit tables have it: the operand, brought to
/// the table's steps and limited to 16 bits, has its values at multiples of 128. Each is lowered by half the line's error in the middle behind it. Zero points are 0.
/// </summary>
internal sealed class LineTable
{
    private const int Count = 513;
    private const int StepBits = 7;

    /// <summary>Steps of the result, an int8 step of the same range: a table that is further off gains nothing over int8.</summary>
    public const double MostError = 256;

    private readonly short[] _values;
    private readonly (int MultiplierQ31, int Shift) _factor;
    private readonly Func<double, double> _exact;
    private readonly double _scale;
    private readonly double _resultScale;

    private LineTable(double scale, double resultScale, double tableScale, Func<double, double> function)
    {
        (_scale, _resultScale, _exact) = (scale, resultScale, function);
        _factor = FixedPoint.QuantizeMultiplier(scale / tableScale);
        _values = new short[Count];
        double At(double index) => function((index - (Count / 2)) * (1 << StepBits) * tableScale);
        for (int i = 0; i < Count; i++)
        {
            double value = At(i);
            double error = i + 1 < Count ? ((value + At(i + 1)) / 2) - At(i + 0.5) : 0;
            _values[i] = Rounded(double.IsFinite(error) ? value - (error / 2) : value);
        }
    }

    /// <summary>The table's values, the first for the lowest operand.</summary>
    public ReadOnlySpan<short> Values => _values;

    /// <summary>The largest distance from the exact function, in steps of the result, over all operands.</summary>
    public double LargestError
    {
        get
        {
            double largest = 0;
            for (int q = short.MinValue; q <= short.MaxValue; q++)
            {
                double exact = Math.Clamp(_exact(q * _scale) / _resultScale, short.MinValue, short.MaxValue);
                largest = Math.Max(largest, double.IsNaN(exact) ? double.PositiveInfinity : Math.Abs(exact - At(q)));
            }

            return largest;
        }
    }

    /// <summary>The table of a function.</summary>
    /// <param name="scale">Of the operand.</param>
    /// <param name="resultScale">Of the result.</param>
    /// <param name="reach">The largest operand that the table has a place for, where the function hardly changes beyond; else the operand's own range.</param>
    /// <param name="function">The function of real numbers.</param>
    public static LineTable Of(float scale, float resultScale, double? reach, Func<double, double> function) =>
        new(scale, resultScale, reach is { } limit && limit / 32768 < scale ? limit / 32768 : scale, function);

    /// <summary>Replaces each element.</summary>
    public void Run(ReadOnlySpan<short> x, Span<short> result)
    {
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = At(x[i]);
        }
    }

    /// <summary>The members of the kernel's parameters behind <c>count</c>.</summary>
    public IEnumerable<KernelField> Fields() => [KernelField.Of("multiplier", _factor.MultiplierQ31), KernelField.Of("shift", _factor.Shift)];

    private short At(int q)
    {
        int at = Math.Clamp(FixedPoint.MultiplyByQuantizedMultiplier(q, _factor.MultiplierQ31, _factor.Shift), short.MinValue, short.MaxValue);
        int index = (Count / 2) + (at >> StepBits);
        int step = _values[index + 1] - _values[index];
        return (short)(_values[index] + (((step * (at & ((1 << StepBits) - 1))) + (1 << (StepBits - 1))) >> StepBits));
    }

    private short Rounded(double value) => (short)AffineQuantization.Quantize((float)(value / _resultScale), 1, 0, IntegerRange.Of(ElementType.Int16));
}
