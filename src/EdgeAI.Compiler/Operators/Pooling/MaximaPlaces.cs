using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.Indexing;
using EdgeAI.Compiler.Operators.Logic;

namespace EdgeAI.Compiler.Operators.Pooling;

/// <summary>
/// The second result of ONNX MaxPool: where in the whole operand the maximum of each window stands, int64, of equal elements the first. Windows are
/// gathered along a constant table of places, and the place of the largest is read from it; padding stands as the window's first element.
/// </summary>
internal static class MaximaPlaces
{
    private const int MostPlaces = 1 << 20;

    /// <summary>Adds the steps for x [N,C,(D,)(H,)W].</summary>
    public static Tensor Add(OnnxNode node, OnnxGraphBuilder builder, Tensor x, SpatialWindow open)
    {
        int spatial = x.Shape.Rank - 2;
        int[] extents = spatial == 1 ? [1, x.Shape[2]] : [.. x.Shape.Extents.Skip(2)];
        int axes = extents.Length;
        SpatialWindow window = axes == 2 ? open.Settled(extents[0], extents[1])
            : open.AutoPad is "SAME_UPPER" or "SAME_LOWER" ? throw new OnnxNodeException($"auto_pad is {open.AutoPad} over three axes", "Give explicit pads")
            : open;
        bool columnsFirst = node.Int("storage_order", 0) == 1;
        int[] results = [.. Enumerable.Range(0, axes).Select(axis => window.Results(axis, extents[axis], node.Flag("ceil_mode")))];
        int size = Product(window.Kernel);
        int count = Product(results);
        if ((long)size * count > MostPlaces)
        {
            throw new OnnxNodeException($"{count} windows of {size} elements give indices", $"Up to {MostPlaces} elements of windows are supported");
        }

        long[] places = new long[count * size];
        for (int i = 0; i < places.Length; i++)
        {
            int[] result = Split(i / size, results);
            int[] tap = Split(i % size, window.Kernel);
            places[i] = 0;
            for (int axis = 0; axis < axes; axis++)
            {
                long at = ((long)result[axis] * window.Strides[axis]) - window.Before[axis] + ((long)tap[axis] * window.Dilations[axis]);
                places[i] = places[i] < 0 || at < 0 || at >= extents[axis] ? -1 : (places[i] * extents[axis]) + at;
            }
        }

        for (int i = 0; i < count; i++)
        {
            Span<long> taps = places.AsSpan(i * size, size);
            long first = taps.IndexOfAnyExcept(-1L) is var found and >= 0 ? taps[found] : 0;
            taps.Replace(-1L, first);
        }

        int planes = x.Shape[0] * x.Shape[1];
        int plane = Product(extents);
        Tensor table = Plain.Integers(builder, "places", ElementType.Int64, new Shape(count * size), places);
        Tensor windows = builder.Reshape(
            builder.AddStep("windows", "Gather", new GatherAttributes(1), builder.Reshape(x, "flat", planes, plane), table), "windows", planes, count, size);
        Tensor largest = builder.AddStep("largest", "ArgMaximum", new ArgExtremeAttributes(2, false, false), windows);
        Tensor starts = Plain.Integers(builder, "starts", ElementType.Int64, new Shape(1, count), [.. Enumerable.Range(0, count).Select(i => (long)i * size)]);
        Tensor stored = columnsFirst
            ? Plain.Integers(builder, "stored", ElementType.Int64, new Shape(count * size), [.. places.Select(place => Turned(place, extents))])
            : table;
        Tensor chosen = builder.AddStep("chosen", "Gather", new GatherAttributes(0), stored, Plain.Step(builder, "Add", largest, starts));
        Tensor offsets = Plain.Integers(builder, "planes", ElementType.Int64, new Shape(planes, 1), [.. Enumerable.Range(0, planes).Select(i => (long)i * plane)]);
        return builder.Reshape(
            Plain.Step(builder, "Add", chosen, offsets), "indices", [x.Shape[0], x.Shape[1], .. spatial == 1 ? results.Skip(1) : results]);
    }

    private static int Product(IEnumerable<int> extents) => (int)Math.Min(int.MaxValue, extents.Aggregate(1L, (product, extent) => Math.Min(int.MaxValue, product * extent)));

    private static int[] Split(int index, int[] extents)
    {
        int[] parts = new int[extents.Length];
        for (int axis = extents.Length - 1; axis >= 0; axis--)
        {
            parts[axis] = index % extents[axis];
            index /= extents[axis];
        }

        return parts;
    }

    /// <summary>A place with the last axis counted first.</summary>
    private static long Turned(long place, int[] extents)
    {
        int[] parts = Split((int)place, extents);
        long turned = 0;
        for (int axis = extents.Length - 1; axis >= 0; axis--)
        {
            turned = (turned * extents[axis]) + parts[axis];
        }

        return turned;
    }
}
