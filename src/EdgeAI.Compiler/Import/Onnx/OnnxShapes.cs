using System.Collections.Immutable;
using EdgeAI.Compiler.Import.Onnx.Folding;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>
/// The shape rules of ONNX operators that only move elements, for constants and run-time values alike. Every rule throws
/// <see cref="OnnxNodeException"/> for operands that contradict the specification.
/// </summary>
internal static class OnnxShapes
{
    /// <summary>The order of axes of Transpose; reversed where none is given.</summary>
    public static ImmutableArray<int> Permutation(OnnxNode node, Shape shape)
    {
        if (node.Ints("perm") is not { } given)
        {
            return [.. Enumerable.Range(0, shape.Rank).Reverse()];
        }

        ImmutableArray<int> permutation = [.. given.Select(axis => OnnxNode.Axis(axis, shape.Rank))];
        return permutation.Length == shape.Rank && permutation.Distinct().Count() == shape.Rank
            ? permutation
            : throw new OnnxNodeException($"perm [{string.Join(',', given)}] is not an order of {shape.Rank} axes", "Name each axis once");
    }

    /// <summary>The result of Reshape, Flatten, Squeeze and Unsqueeze.</summary>
    public static Shape Reshaped(OnnxNode node, Shape shape) => node.OperatorType switch
    {
        "Flatten" => Flatten(shape, node.Int("axis", 1)),
        "Squeeze" => Squeeze(node, shape),
        "Unsqueeze" => Unsqueeze(node, shape),
        _ => Reshape(node, shape),
    };

    /// <summary>The part that Slice takes, in the attribute form (opset below 10) and the operand form.</summary>
    public static SlicePart Slice(OnnxNode node, Shape shape)
    {
        bool isAttributeForm = node.Version < 10;
        long[] starts = (isAttributeForm ? [.. node.Ints("starts") ?? []] : node.ConstantInts(1, "starts")) ?? [];
        long[] ends = (isAttributeForm ? [.. node.Ints("ends") ?? []] : node.ConstantInts(2, "ends")) ?? [];
        long[]? axes = isAttributeForm ? (node.Ints("axes") is { } given ? [.. given] : null) : node.ConstantInts(3, "axes");
        long[]? steps = isAttributeForm ? null : node.ConstantInts(4, "steps");
        axes ??= [.. Enumerable.Range(0, starts.Length).Select(axis => (long)axis)];
        if (starts.Length != ends.Length || axes.Length != starts.Length || (steps is not null && steps.Length != starts.Length))
        {
            throw new OnnxNodeException("starts, ends, axes and steps differ in length", "Give one of each for every sliced axis");
        }

        int[] firsts = new int[shape.Rank];
        int[] extents = [.. shape.Extents];
        int[] strides = [.. Enumerable.Repeat(1, shape.Rank)];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = OnnxNode.Axis(axes[i], shape.Rank);
            long step = steps?[i] ?? 1;
            if (step == 0)
            {
                throw new OnnxNodeException("a step is 0", "Steps are positive or negative");
            }

            (firsts[axis], extents[axis], strides[axis]) = Part(starts[i], ends[i], step, shape[axis]);
        }

        return new SlicePart([.. firsts], [.. extents], [.. strides]);
    }

    /// <summary>The parts that Split makes.</summary>
    public static IReadOnlyList<SlicePart> Split(OnnxNode node, Shape shape)
    {
        int axis = OnnxNode.Axis(node.Int("axis", 0), shape.Rank);
        int count = node.Outputs.Count;
        long[] sizes = node.AxesFrom("split", 1) ?? EqualParts(shape[axis], count, node.Version);
        if (sizes.Length != count || sizes.Any(size => size < 0) || sizes.Sum() != shape[axis])
        {
            throw new OnnxNodeException($"parts [{string.Join(',', sizes)}] do not make up extent {shape[axis]} in {count} results",
                "Give one size for each result");
        }

        var parts = new List<SlicePart>();
        int start = 0;
        foreach (long size in sizes)
        {
            parts.Add(new SlicePart(
                [.. Enumerable.Range(0, shape.Rank).Select(i => i == axis ? start : 0)],
                [.. shape.Extents.Select((extent, i) => i == axis ? (int)size : extent)],
                [.. Enumerable.Repeat(1, shape.Rank)]));
            start += (int)size;
        }

        return parts;
    }

    /// <summary>Tile as a split of axes, a broadcast and the joined result: [a,b] by (2,3) is [1,a,1,b] to [2,a,3,b] to [2a,3b].</summary>
    public static (ImmutableArray<int> Split, ImmutableArray<int> Broadcast, Shape Result) Tiling(Shape shape, IReadOnlyList<long> repeats)
    {
        if (repeats.Count != shape.Rank)
        {
            throw new OnnxNodeException($"{repeats.Count} repeats for {shape.Rank} axes", "Give one for each axis");
        }

        var split = new List<int>();
        var broadcast = new List<int>();
        long[] result = new long[shape.Rank];
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            long repeat = repeats[axis];
            result[axis] = repeat is < 0 or > int.MaxValue ? -1 : repeat * shape[axis];
            if (result[axis] is < 0 or > int.MaxValue)
            {
                throw new OnnxNodeException($"axis {axis} is repeated {repeat} times", "Repeat from 0 times to what memory holds");
            }

            if (repeat != 1 && shape[axis] != 1)
            {
                split.Add(1);
                broadcast.Add((int)repeat);
            }

            split.Add(shape[axis]);
            broadcast.Add(shape[axis] == 1 ? (int)repeat : shape[axis]);
        }

        return ([.. split], [.. broadcast], ShapingRules.ShapeFrom(result));
    }

    /// <summary>The axes of a reduction, from attribute or operand; all where none are given, none where the node says so.</summary>
    public static int[] ReductionAxes(OnnxNode node, int rank)
    {
        long[] given = node.AxesFrom("axes", 1) ?? [];
        return given.Length > 0 ? OnnxNode.Axes(given, rank)
            : node.Flag("noop_with_empty_axes") ? []
            : [.. Enumerable.Range(0, rank)];
    }

    /// <summary>An index counted from the front.</summary>
    public static int Index(long index, int extent) => index >= -extent && index < extent
        ? (int)(index < 0 ? index + extent : index)
        : throw new OnnxNodeException($"index {index} lies outside extent {extent}", "Export the model again");

    /// <summary>[product before the axis, product from it on].</summary>
    public static Shape Flatten(Shape shape, long axis)
    {
        int split = axis == shape.Rank ? shape.Rank : OnnxNode.Axis(axis, shape.Rank);
        return new Shape(
            shape.Extents.Take(split).Aggregate(1, (product, extent) => product * extent),
            shape.Extents.Skip(split).Aggregate(1, (product, extent) => product * extent));
    }

    private static Shape Reshape(OnnxNode node, Shape shape)
    {
        long[] wanted = node.ShapeInts(1, "shape") ?? throw new OnnxNodeException("the shape is missing", "Export the model again");
        bool keepsZero = node.Flag("allowzero");
        long known = 1;
        int open = -1;
        long[] extents = new long[wanted.Length];
        for (int axis = 0; axis < wanted.Length; axis++)
        {
            extents[axis] = wanted[axis] == 0 && !keepsZero ? (axis < shape.Rank ? shape[axis] : -2) : wanted[axis];
            if (extents[axis] == -1 && open < 0)
            {
                open = axis;
                continue;
            }

            known = extents[axis] < 0 || extents[axis] > int.MaxValue || known > int.MaxValue ? -1 : known * extents[axis];
            if (known < 0)
            {
                throw Impossible(shape, wanted);
            }
        }

        if (open >= 0)
        {
            extents[open] = known == 0 ? 0 : shape.ElementCount / known;
        }

        return extents.Aggregate(1L, (product, extent) => product * extent) == shape.ElementCount
            ? ShapingRules.ShapeFrom(extents)
            : throw Impossible(shape, wanted);
    }

    private static OnnxNodeException Impossible(Shape shape, long[] wanted) =>
        new($"{shape} cannot be reshaped to [{string.Join(',', wanted)}]", "The number of elements has to stay the same");

    private static Shape Squeeze(OnnxNode node, Shape shape)
    {
        int[] axes = node.AxesFrom("axes", 1) is { } given
            ? OnnxNode.Axes(given, shape.Rank)
            : [.. Enumerable.Range(0, shape.Rank).Where(axis => shape[axis] == 1)];
        foreach (int axis in axes)
        {
            if (shape[axis] != 1)
            {
                throw new OnnxNodeException($"axis {axis} of {shape} has extent {shape[axis]}", "Only axes of extent 1 can be squeezed");
            }
        }

        return new Shape([.. shape.Extents.Where((_, axis) => !axes.Contains(axis))]);
    }

    private static Shape Unsqueeze(OnnxNode node, Shape shape)
    {
        long[] given = node.AxesFrom("axes", 1) ?? throw new OnnxNodeException("axes are missing", "Export the model again");
        int rank = shape.Rank + given.Length;
        int[] axes = OnnxNode.Axes(given, rank);
        if (axes.Length != given.Length)
        {
            throw new OnnxNodeException($"axes [{string.Join(',', given)}] name one twice", "Name each axis once");
        }

        var extents = new List<int>(shape.Extents);
        foreach (int axis in axes)
        {
            extents.Insert(axis, 1);
        }

        return new Shape([.. extents]);
    }

    private static (int Start, int Extent, int Step) Part(long start, long end, long step, int extent)
    {
        long first = start < 0 ? Math.Max(start, -(long)extent - 1) + extent : start;
        long last = end < 0 ? Math.Max(end, -(long)extent - 1) + extent : end;
        if (step > 0)
        {
            first = Math.Clamp(first, 0, extent);
            last = Math.Clamp(last, 0, extent);
        }
        else
        {
            first = Math.Clamp(first, 0, Math.Max(0, extent - 1));
            last = Math.Clamp(last, -1, Math.Max(0, extent - 1));
        }

        int stride = (int)Math.Clamp(step, -int.MaxValue, int.MaxValue);
        long count = extent == 0 ? 0 : Math.Max(0, (last - first + stride - Math.Sign(step)) / stride);
        return (count == 0 ? 0 : (int)first, (int)count, count <= 1 ? 1 : stride);
    }

    /// <summary>Equal sizes; from opset 18 on the last may be smaller.</summary>
    private static long[] EqualParts(int extent, int count, long version)
    {
        if (count == 0 || (version < 18 && extent % count != 0))
        {
            throw new OnnxNodeException($"extent {extent} does not split into {count} equal parts", "Give the sizes");
        }

        int size = (extent + count - 1) / count;
        return [.. Enumerable.Range(0, count).Select(i => (long)Math.Max(0, Math.Min(size, extent - (i * size))))];
    }
}
