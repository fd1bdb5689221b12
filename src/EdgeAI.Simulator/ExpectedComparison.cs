using System.Collections.Immutable;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Simulator;

/// <summary>Compares a device output with an expected one of the test data.</summary>
internal static class ExpectedComparison
{
    /// <summary>
    /// Integers against integers exactly; reals within 1e-4 of the expected range, or within half a step where the device's output is
    /// integer. The largest error is in reals, or in integers where both are.
    /// </summary>
    public static (bool Differs, double LargestError) Compare(
        ExpectedOutput expected, Tensor output, ReadOnlySpan<byte> actual, ImmutableArray<int> permutation)
    {
        bool exact = !expected.Type.IsFloat() && !output.Type.IsFloat();
        Tensor plain = exact ? new Tensor(output.Name, output.Type, output.Shape) : output;
        double[] values = BorderValues.Decode(actual, plain, permutation);
        var wanted = new NumericArray(expected.Type, expected.Shape, expected.Bytes);
        double largest = 0;
        double low = double.PositiveInfinity;
        double high = double.NegativeInfinity;
        bool undefined = false;
        for (int i = 0; i < values.Length; i++)
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
        double step = output.Quantization is { IsPerChannel: false } quantization ? quantization.Scale : 0;
        double bound = exact ? 0 : Math.Max(step, Comparison.ExpectedTolerance * range);
        return (undefined || largest > Math.Max(bound, exact ? 0 : 1e-30), largest);
    }
}
