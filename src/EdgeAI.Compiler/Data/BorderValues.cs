using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Data;

/// <summary>
/// Carries values over a model's border: from the file's axis order and type, in which test data is given, to the device's, and outputs back to reals.
/// </summary>
public static class BorderValues
{
    /// <summary>The floats of a float32 value.</summary>
    public static ReadOnlySpan<float> Singles(ReadOnlyMemory<byte> bytes) => MemoryMarshal.Cast<byte, float>(bytes.Span);

    /// <summary>Every input with its axes permuted; an empty permutation leaves it.</summary>
    public static ImmutableArray<ReadOnlyMemory<byte>> Permuted(
        ImmutableArray<ReadOnlyMemory<byte>> inputs, IReadOnlyList<Tensor> fileInputs, ImmutableArray<ImmutableArray<int>> permutations) =>
        [.. inputs.Select((bytes, i) => Permute(bytes, fileInputs[i].Shape, fileInputs[i].Type.ByteSize(), permutations[i]))];

    /// <summary>
    /// An input for the device: axes permuted, floats quantized (half away from zero, saturated) where the device takes integers.
    /// </summary>
    /// <param name="bytes">In the file's order and type.</param>
    /// <param name="file">The file's input.</param>
    /// <param name="device">The device's.</param>
    /// <param name="permutation">Device axis i is file axis permutation[i]; empty for the identity.</param>
    public static ReadOnlyMemory<byte> Encode(ReadOnlyMemory<byte> bytes, Tensor file, Tensor device, ImmutableArray<int> permutation)
    {
        ReadOnlyMemory<byte> ordered = Permute(bytes, file.Shape, file.Type.ByteSize(), permutation);
        if (file.Type == device.Type)
        {
            return ordered;
        }

        ReadOnlySpan<float> values = Singles(ordered);
        QuantizationParameters quantization = device.Quantization!;
        byte[] result = new byte[device.ByteSize];
        for (int i = 0; i < values.Length; i++)
        {
            float scaled = values[i] / quantization.Scale;
            PutInteger(result, i, Math.Round(scaled, MidpointRounding.AwayFromZero) + quantization.ZeroPoint, device.Type);
        }

        return result;
    }

    /// <summary>Reals as an input of 8- or 16-bit integers (by its quantization, or as they are without one; saturated) or of float32 holds them.</summary>
    public static ReadOnlyMemory<byte> FromReals(ReadOnlySpan<double> values, Tensor input)
    {
        byte[] result = new byte[input.ByteSize];
        if (input.Type == ElementType.Float32)
        {
            Span<float> singles = MemoryMarshal.Cast<byte, float>(result.AsSpan());
            for (int i = 0; i < values.Length; i++)
            {
                singles[i] = (float)values[i];
            }

            return result;
        }

        double scale = input.Quantization?.Scale ?? 1;
        int zeroPoint = input.Quantization?.ZeroPoint ?? 0;
        for (int i = 0; i < values.Length; i++)
        {
            PutInteger(result, i, Math.Round(values[i] / scale, MidpointRounding.AwayFromZero) + zeroPoint, input.Type);
        }

        return result;
    }

    /// <summary>Stores a whole number, saturated, as the element of an array of 8- or 16-bit integers.</summary>
    private static void PutInteger(Span<byte> array, int index, double whole, ElementType type)
    {
        (double lowest, double highest) = type switch
        {
            ElementType.Int8 => (-128.0, 127.0),
            ElementType.UInt8 => (0.0, 255.0),
            _ => (-32768.0, 32767.0),
        };
        int integer = (int)Math.Clamp(whole, lowest, highest);
        array[index * type.ByteSize()] = (byte)integer;
        if (type == ElementType.Int16)
        {
            array[(index * 2) + 1] = (byte)(integer >> 8);
        }
    }

    /// <summary>A device output as reals in the file's axis order.</summary>
    public static double[] Decode(ReadOnlySpan<byte> bytes, Tensor device, ImmutableArray<int> permutation)
    {
        var array = new NumericArray(device.Type, device.Shape, bytes.ToArray());
        double[] values = new double[device.Shape.ElementCount];
        for (int i = 0; i < values.Length; i++)
        {
            double value = array.ValueAt(i);
            values[i] = device.Quantization is { } quantization ? (value - quantization.ZeroPoint) * quantization.Scale : value;
        }

        if (permutation.IsDefaultOrEmpty)
        {
            return values;
        }

        int[] back = [.. Enumerable.Range(0, permutation.Length).Select(axis => permutation.IndexOf(axis))];
        byte[] moved = Permute(MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), device.Shape, sizeof(double), [.. back]).ToArray();
        return MemoryMarshal.Cast<byte, double>(moved).ToArray();
    }

    private static ReadOnlyMemory<byte> Permute(ReadOnlyMemory<byte> bytes, Shape shape, int size, ImmutableArray<int> permutation)
    {
        if (permutation.IsDefaultOrEmpty)
        {
            return bytes;
        }

        long[] strides = shape.Strides();
        int[] extents = [.. permutation.Select(axis => shape[axis])];
        int[] index = new int[extents.Length];
        byte[] result = new byte[bytes.Length];
        for (int to = 0; to < result.Length; to += size)
        {
            long from = 0;
            for (int axis = 0; axis < index.Length; axis++)
            {
                from += index[axis] * strides[permutation[axis]];
            }

            bytes.Span.Slice((int)from * size, size).CopyTo(result.AsSpan(to));
            for (int axis = index.Length - 1; axis >= 0 && ++index[axis] == extents[axis]; axis--)
            {
                index[axis] = 0;
            }
        }

        return result;
    }
}
