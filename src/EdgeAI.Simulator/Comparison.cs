using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Simulator;

/// <summary>Compares one value of two engines: integers byte for byte, floats within a fraction of the value's own range.</summary>
internal static class Comparison
{
    /// <summary>The bound on floats between engines: of the value's range.</summary>
    public const double EngineTolerance = 1e-5;

    /// <summary>The bound on floats against expected outputs: of the value's range.</summary>
    public const double ExpectedTolerance = 1e-4;

    /// <summary>Whether the value differs beyond the bound, and by how much in reals (scaled by the quantization).</summary>
    public static (bool Differs, double LargestError) Compare(Tensor tensor, ReadOnlySpan<byte> reference, ReadOnlySpan<byte> other, EngineBound bound)
    {
        (bool differs, double error) = Compare(tensor, reference, other, bound.Tolerance);
        bool isWithinSteps = bound.Steps > 0 && tensor.Quantization is { IsPerChannel: false } quantization && error <= quantization.Scale * (bound.Steps + 0.5);
        return (differs && !isWithinSteps, error);
    }

    /// <summary>Whether the value differs beyond the bound, and by how much in reals (scaled by the quantization).</summary>
    public static (bool Differs, double LargestError) Compare(
        Tensor tensor, ReadOnlySpan<byte> reference, ReadOnlySpan<byte> other, double tolerance)
    {
        if (reference.SequenceEqual(other))
        {
            return (false, 0);
        }

        if (tensor.Type != ElementType.Float32)
        {
            return (true, LargestIntegerError(tensor, reference, other));
        }

        ReadOnlySpan<float> a = MemoryMarshal.Cast<byte, float>(reference);
        ReadOnlySpan<float> b = MemoryMarshal.Cast<byte, float>(other);
        double low = double.PositiveInfinity;
        double high = double.NegativeInfinity;
        double largest = 0;
        bool undefined = false;
        for (int i = 0; i < a.Length; i++)
        {
            if (!float.IsFinite(a[i]) || !float.IsFinite(b[i]))
            {
                undefined |= !a[i].Equals(b[i]);
                continue;
            }

            low = Math.Min(low, a[i]);
            high = Math.Max(high, a[i]);
            largest = Math.Max(largest, Math.Abs((double)a[i] - b[i]));
        }

        double range = Math.Max(high - low, Math.Max(Math.Abs(high), Math.Abs(low)));
        return (undefined || largest > Math.Max(tolerance * range, 1e-30), largest);
    }

    private static double LargestIntegerError(Tensor tensor, ReadOnlySpan<byte> reference, ReadOnlySpan<byte> other)
    {
        var first = new Compiler.Data.NumericArray(tensor.Type, tensor.Shape, reference.ToArray());
        var second = new Compiler.Data.NumericArray(tensor.Type, tensor.Shape, other.ToArray());
        double largest = 0;
        for (int i = 0; i < tensor.Shape.ElementCount; i++)
        {
            double scale = tensor.Quantization is { IsPerChannel: false } quantization ? quantization.Scale : 1;
            largest = Math.Max(largest, Math.Abs(first.ValueAt(i) - second.ValueAt(i)) * scale);
        }

        return largest;
    }
}
