using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators;

/// <summary>Element by element work on floats in vectors of any width: every element is computed as a single float would be.</summary>
internal static class FloatVectors
{
    private const int Lanes = 8;

    /// <summary>result[i] = sums[i] + bias[i], limited; <paramref name="bias"/> may be empty.</summary>
    public static void Finish(ReadOnlySpan<float> sums, ReadOnlySpan<float> bias, Clamp clamp, Span<float> result)
    {
        result = result[..sums.Length];
        if (!bias.IsEmpty)
        {
            bias = bias[..sums.Length];
        }

        ref float sum = ref MemoryMarshal.GetReference(sums);
        ref float term = ref MemoryMarshal.GetReference(bias);
        ref float to = ref MemoryMarshal.GetReference(result);
        var low = Vector256.Create(clamp.Minimum);
        var high = Vector256.Create(clamp.Maximum);
        int i = 0;
        for (; i + Lanes <= sums.Length; i += Lanes)
        {
            var value = Vector256.LoadUnsafe(ref sum, (nuint)i);
            if (!bias.IsEmpty)
            {
                value += Vector256.LoadUnsafe(ref term, (nuint)i);
            }

            Limit(value, low, high).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < sums.Length; i++)
        {
            result[i] = clamp.Apply(bias.IsEmpty ? sums[i] : sums[i] + bias[i]);
        }
    }

    /// <summary>
    /// The largest of each channel over rows of elements that lie evenly apart, row by row, limited; −∞, limited, where there are none. Of equal values the first
    /// stays, and what is no number is passed over.
    /// </summary>
    public static void Highest(
        ReadOnlySpan<float> values, int rows, int rowStep, int columns, int columnStep, int channels, Clamp clamp, Span<float> highest)
    {
        highest = highest[..channels];

        // The slice checks that the last element lies inside; what is read lies before it.
        values = rows == 0 ? values : values[..(((rows - 1) * rowStep) + ((columns - 1) * columnStep) + channels)];
        ref float from = ref MemoryMarshal.GetReference(values);
        ref float to = ref MemoryMarshal.GetReference(highest);
        var low = Vector256.Create(clamp.Minimum);
        var high = Vector256.Create(clamp.Maximum);
        int c = 0;
        for (; c + Lanes <= channels; c += Lanes)
        {
            var most = Vector256.Create(float.NegativeInfinity);
            for (int row = 0; row < rows; row++)
            {
                int at = (row * rowStep) + c;
                for (int column = 0; column < columns; column++, at += columnStep)
                {
                    var value = Vector256.LoadUnsafe(ref from, (nuint)at);
                    most = Vector256.ConditionalSelect(Vector256.GreaterThan(value, most), value, most);
                }
            }

            Limit(most, low, high).StoreUnsafe(ref to, (nuint)c);
        }

        for (; c < channels; c++)
        {
            float most = float.NegativeInfinity;
            for (int row = 0; row < rows; row++)
            {
                int at = (row * rowStep) + c;
                for (int column = 0; column < columns; column++, at += columnStep)
                {
                    most = values[at] > most ? values[at] : most;
                }
            }

            highest[c] = clamp.Apply(most);
        }
    }

    /// <summary>As <see cref="Clamp.Apply"/>, each lane.</summary>
    private static Vector256<float> Limit(Vector256<float> value, Vector256<float> low, Vector256<float> high)
    {
        value = Vector256.ConditionalSelect(Vector256.LessThan(value, low), low, value);
        return Vector256.ConditionalSelect(Vector256.GreaterThan(value, high), high, value);
    }
}
