using System.Collections.Immutable;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Simulator;

/// <summary>How an output stands against an expected one.</summary>
/// <param name="Differs">Whether it is beyond the bound.</param>
/// <param name="LargestError">In reals, or in integers where both are integers.</param>
/// <param name="FirstElement">The first element beyond the bound, counted in the file's order of axes; −1 where none is.</param>
/// <param name="Expected">Its expected value.</param>
/// <param name="Actual">The value it has.</param>
internal readonly record struct ExpectedResult(bool Differs, double LargestError, int FirstElement, double Expected, double Actual);

/// <summary>Compares an output with an expected one of the test data.</summary>
internal static class ExpectedComparison
{
    /// <summary>
    /// Of a device's output: integers against integers exactly; reals within 1e-4 of the expected range, or within a step where the device's output is integer.
    /// </summary>
    public static ExpectedResult Compare(ExpectedOutput expected, Tensor output, ReadOnlySpan<byte> actual, ImmutableArray<int> permutation)
    {
        bool exact = !expected.Type.IsFloat() && !output.Type.IsFloat();
        Tensor plain = exact ? new Tensor(output.Name, output.Type, output.Shape) : output;
        double step = output.Quantization is { IsPerChannel: false } quantization ? quantization.Scale : 0;
        return Compare(expected, BorderValues.Decode(actual, plain, permutation), exact, step);
    }

    /// <summary>Of values in the file's order of axes: exactly, or within 1e-4 of the expected range and within <paramref name="step"/>.</summary>
    public static ExpectedResult Compare(ExpectedOutput expected, IReadOnlyList<double> values, bool exact, double step)
    {
        var wanted = new NumericArray(expected.Type, expected.Shape, expected.Bytes);
        double largest = 0;
        double low = double.PositiveInfinity;
        double high = double.NegativeInfinity;
        bool undefined = false;
        for (int i = 0; i < values.Count; i++)
        {
            double value = wanted.ValueAt(i);
            if (!double.IsFinite(value) || !double.IsFinite(values[i]))
            {
                undefined |= !value.Equals(values[i]);
                continue;
            }

            low = Math.Min(low, value);
            high = Math.Max(high, value);
            largest = Math.Max(largest, Math.Abs(value - values[i]));
        }

        double range = Math.Max(high - low, Math.Max(Math.Abs(high), Math.Abs(low)));
        double bound = exact ? 0 : Math.Max(Math.Max(step, Comparison.ExpectedTolerance * range), 1e-30);
        return undefined || largest > bound ? First(wanted, values, bound, largest) : new(false, largest, -1, 0, 0);
    }

    private static ExpectedResult First(NumericArray wanted, IReadOnlyList<double> values, double bound, double largest)
    {
        int at = 0;
        while (wanted.ValueAt(at).Equals(values[at]) || Math.Abs(wanted.ValueAt(at) - values[at]) <= bound)
        {
            at++;
        }

        return new(true, largest, at, wanted.ValueAt(at), values[at]);
    }
}
