using System.Collections.Immutable;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>Moves the elements of constants without looking at them: order, extents, parts, repetition.</summary>
internal static class ConstantMoves
{
    /// <summary>Axes in another order; a channel axis of the quantization moves along.</summary>
    public static Tensor Transpose(Tensor constant, ImmutableArray<int> permutation)
    {
        long[] strides = constant.Shape.Strides();
        var shape = new Shape([.. permutation.Select(axis => constant.Shape[axis])]);
        QuantizationParameters? quantization = constant.Quantization;
        if (quantization is { IsPerChannel: true })
        {
            quantization = quantization with { Axis = permutation.IndexOf(quantization.Axis) };
        }

        return Strided(constant, shape, [.. permutation.Select(axis => strides[axis])], 0, quantization);
    }

    /// <summary>Other extents; null when the channels of the quantization would no longer lie on one axis.</summary>
    public static Tensor? Reshape(Tensor constant, Shape shape)
    {
        QuantizationParameters? quantization = constant.Quantization;
        if (quantization is { IsPerChannel: true })
        {
            int axis = ChannelAxis(constant.Shape, shape, quantization.Axis);
            if (axis < 0)
            {
                return null;
            }

            quantization = quantization with { Axis = axis };
        }

        return new Tensor(constant.Name, constant.Type, shape) { Constant = constant.Constant, Quantization = quantization };
    }

    /// <summary>Elements from an offset on with a stride for each result axis, all in elements; a stride of 0 repeats, a negative one goes back.</summary>
    public static Tensor Strided(
        Tensor constant, Shape shape, ReadOnlySpan<long> strides, long offset, QuantizationParameters? quantization = null)
    {
        int size = constant.Type.ByteSize();
        ReadOnlySpan<byte> source = constant.Constant!.Value.Span;
        byte[] result = new byte[shape.ElementCount * size];
        int rank = shape.Rank;
        if (result.Length > 0)
        {
            int[] index = new int[rank];
            long position = offset;
            for (int written = 0; ; written += size)
            {
                source.Slice((int)(position * size), size).CopyTo(result.AsSpan(written));
                int axis = rank - 1;
                for (; axis >= 0; axis--)
                {
                    position += strides[axis];
                    if (++index[axis] < shape[axis])
                    {
                        break;
                    }

                    position -= strides[axis] * shape[axis];
                    index[axis] = 0;
                }

                if (axis < 0)
                {
                    break;
                }
            }
        }

        return new Tensor(constant.Name, constant.Type, shape) { Constant = result, Quantization = quantization };
    }

    /// <summary>Part of the elements on each axis.</summary>
    public static Tensor Part(Tensor constant, SlicePart part)
    {
        long[] strides = constant.Shape.Strides();
        long offset = 0;
        for (int axis = 0; axis < strides.Length; axis++)
        {
            offset += strides[axis] * part.Starts[axis];
            strides[axis] *= part.Steps[axis];
        }

        return Strided(constant, new Shape([.. part.Extents]), strides, offset);
    }

    /// <summary>Constants one behind another on an axis. Throws <see cref="OnnxNodeException"/> where their types, or their shapes on other axes, differ.</summary>
    public static Tensor Concatenate(IReadOnlyList<Tensor> parts, int axis)
    {
        Tensor first = parts[0];
        int[] extents = [.. first.Shape.Extents];
        extents[axis] = 0;
        foreach (Tensor part in parts)
        {
            bool fits = part.Type == first.Type && part.Shape.Rank == extents.Length
                && Enumerable.Range(0, extents.Length).All(i => i == axis || part.Shape[i] == extents[i]);
            if (!fits)
            {
                throw new OnnxNodeException($"'{part}' cannot be joined to '{first}' on axis {axis}", "Export the model again");
            }

            extents[axis] = (int)Math.Min(int.MaxValue, (long)extents[axis] + part.Shape[axis]);
        }

        OnnxLimits.Check(first.Name, first.Type, extents);
        int outer = extents.Take(axis).Aggregate(1, (product, next) => product * next);
        int inner = extents.Skip(axis + 1).Aggregate(first.Type.ByteSize(), (product, next) => product * next);
        byte[] result = new byte[(long)outer * extents[axis] * inner];
        int written = 0;
        for (int block = 0; block < outer; block++)
        {
            foreach (Tensor part in parts)
            {
                int size = part.Shape[axis] * inner;
                part.Constant!.Value.Span.Slice(block * size, size).CopyTo(result.AsSpan(written));
                written += size;
            }
        }

        return new Tensor(first.Name, first.Type, new Shape(extents)) { Constant = result };
    }

    /// <summary>Strides that read a constant under larger extents by NumPy's rule.</summary>
    public static long[] BroadcastStrides(Shape source, Shape result)
    {
        long[] own = source.Strides();
        long[] strides = new long[result.Rank];
        int missing = result.Rank - source.Rank;
        for (int axis = 0; axis < source.Rank; axis++)
        {
            strides[axis + missing] = source[axis] == 1 ? 0 : own[axis];
        }

        return strides;
    }

    private static int ChannelAxis(Shape from, Shape to, int axis)
    {
        long before = from.Extents.Take(axis).Aggregate(1L, (product, extent) => product * extent);
        long product = 1;
        for (int i = 0; i < to.Rank; product *= to[i], i++)
        {
            if (product == before && to[i] == from[axis])
            {
                return i;
            }
        }

        return -1;
    }
}
