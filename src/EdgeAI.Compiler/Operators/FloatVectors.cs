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

    /// <summary>highest[i] = values[i] where that is more.</summary>
    public static void Raise(ReadOnlySpan<float> values, Span<float> highest)
    {
        highest = highest[..values.Length];
        ref float value = ref MemoryMarshal.GetReference(values);
        ref float most = ref MemoryMarshal.GetReference(highest);
        int i = 0;
        for (; i + Lanes <= values.Length; i += Lanes)
        {
            var v = Vector256.LoadUnsafe(ref value, (nuint)i);
            var m = Vector256.LoadUnsafe(ref most, (nuint)i);
            Vector256.ConditionalSelect(Vector256.GreaterThan(v, m), v, m).StoreUnsafe(ref most, (nuint)i);
        }

        for (; i < values.Length; i++)
        {
            highest[i] = values[i] > highest[i] ? values[i] : highest[i];
        }
    }

    /// <summary>As <see cref="Clamp.Apply"/>, each lane.</summary>
    private static Vector256<float> Limit(Vector256<float> value, Vector256<float> low, Vector256<float> high)
    {
        value = Vector256.ConditionalSelect(Vector256.LessThan(value, low), low, value);
        return Vector256.ConditionalSelect(Vector256.GreaterThan(value, high), high, value);
    }
}
