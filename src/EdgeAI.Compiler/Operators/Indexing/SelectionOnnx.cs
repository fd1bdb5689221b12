using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Folding;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;

namespace EdgeAI.Compiler.Operators.Indexing;

/// <summary>ONNX ArgMax, ArgMin, TopK, CumSum, Hardmax and OneHot.</summary>
internal sealed class RankingOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["ArgMax", "ArgMin", "TopK", "CumSum", "Hardmax", "OneHot"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        int rank = x.Shape.Rank;
        switch (node.OperatorType)
        {
            case "ArgMax" or "ArgMin":
                var attributes = new ArgExtremeAttributes(OnnxNode.Axis(node.Int("axis", 0), rank), node.Flag("keepdims", true), node.Flag("select_last_index"));
                builder.Bind(node, 0, builder.Add(node.OperatorType == "ArgMax" ? "ArgMaximum" : "ArgMinimum", attributes, x));
                break;
            case "TopK":
                Top(node, builder, x);
                break;
            case "CumSum":
                long[] axes = node.ConstantInts(1, "axis") is { Length: 1 } one ? one : throw new OnnxNodeException("the axis is missing", "Give one axis");
                builder.Bind(node, 0, builder.Add("CumulativeSum",
                    new CumulativeSumAttributes(OnnxNode.Axis(axes[0], rank), node.Flag("exclusive"), node.Flag("reverse")), x));
                break;
            case "Hardmax":
                Hardmax(node, builder, x);
                break;
            default:
                OneHot(node, builder, x);
                break;
        }
    }

    private static void Top(OnnxNode node, OnnxGraphBuilder builder, Tensor x)
    {
        int axis = OnnxNode.Axis(node.Int("axis", -1), x.Shape.Rank);
        long count = node.Version < 10 ? node.RequiredInt("k") : node.ConstantInts(1, "k") is { Length: 1 } given ? given[0] : -1;
        if (count < 0 || count > x.Shape[axis])
        {
            throw new OnnxNodeException($"k is {count} on an axis of {x.Shape[axis]}", "Give a constant k up to the extent");
        }

        Tensor indexes = builder.Add("TopIndexes", new TopIndexesAttributes(axis, (int)count, node.Flag("largest", true)), x);
        builder.Bind(node, 1, indexes);
        if (node.HasOutput(0))
        {
            builder.Bind(node, 0, FlatIndexes.GatherElements(builder, x, indexes, axis));
        }
    }

    /// <summary>1 at the first largest element along the axis, 0 elsewhere; before operator set 13 all axes from the given one are one.</summary>
    private static void Hardmax(OnnxNode node, OnnxGraphBuilder builder, Tensor x)
    {
        int axis = OnnxNode.Axis(node.Int("axis", node.Version < 13 ? 1 : -1), x.Shape.Rank);
        Tensor source = x;
        if (node.Version < 13)
        {
            var walk = AxisWalk.Of(x.Shape, axis);
            source = builder.Reshape(x, "rows", walk.Outer, walk.Extent * walk.Inner);
            axis = 1;
        }

        Tensor largest = builder.AddStep("largest", "ArgMaximum", new ArgExtremeAttributes(axis, true, false), source);
        Tensor chosen = Plain.Step(builder, "Equal", largest, FlatIndexes.Count(builder, source.Shape, axis));
        builder.Bind(node, 0, builder.Reshape(Plain.Cast(builder, chosen, x.Type), "shaped", [.. x.Shape.Extents]));
    }

    private static void OneHot(OnnxNode node, OnnxGraphBuilder builder, Tensor indexes)
    {
        if (node.Input(1) is not { IsConstant: true } depthTensor || depthTensor.Shape.ElementCount != 1)
        {
            throw new OnnxNodeException("the depth is computed at run time", "Give a constant depth");
        }

        int depth = (int)ConstantArray.Of(depthTensor).IntegerAt(0);
        int rank = indexes.Shape.Rank + 1;
        int axis = OnnxNode.Axis(node.Int("axis", -1), rank);
        Tensor whole = Plain.Cast(builder, indexes, ElementType.Int64);
        int[] extents = [.. indexes.Shape.Extents];
        Tensor wide = builder.Reshape(whole, "wide", [.. extents.Take(axis), 1, .. extents.Skip(axis)]);
        Tensor below = Plain.Step(builder, "Less", wide, Plain.Integer(builder, "zero", ElementType.Int64, 0));
        Tensor raised = Plain.Step(builder, "Add", wide, Plain.Integer(builder, "depth", ElementType.Int64, depth));
        Tensor counted = builder.AddStep("counted", "Select", NoAttributes.Instance, below, raised, wide);
        Tensor hot = Plain.Step(builder, "Equal", counted,
            FlatIndexes.Count(builder, new Shape([.. Enumerable.Range(0, rank).Select(i => i == axis ? depth : 1)]), axis));
        Tensor values = node.Input(2);
        Tensor off = builder.Slice(values, "off", [0], [1], [1]);
        Tensor on = builder.Slice(values, "on", [1], [1], [1]);
        builder.Bind(node, 0, builder.Add("Select", NoAttributes.Instance, hot, on, off));
    }
}

/// <summary>ONNX GatherElements, GatherND, ScatterElements, ScatterND and the older Scatter: indexes of all kinds become indexes of the flat operand.</summary>
internal sealed class ElementsOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["GatherElements", "GatherND", "ScatterElements", "ScatterND", "Scatter"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        Tensor indexes = node.Input(1);
        Tensor result;
        switch (node.OperatorType)
        {
            case "GatherElements":
                result = FlatIndexes.GatherElements(builder, x, indexes, OnnxNode.Axis(node.Int("axis", 0), x.Shape.Rank));
                break;
            case "GatherND":
                int batch = (int)node.Int("batch_dims", 0);
                (Tensor rows, int depth) = FlatIndexes.Rows(builder, x.Shape, indexes, batch);
                int[] rest = [.. x.Shape.Extents.Skip(batch + depth)];
                int inner = rest.Aggregate(1, (product, extent) => product * extent);
                Tensor table = builder.Reshape(x, "table", inner == 0 ? 0 : (int)(x.Shape.ElementCount / inner), inner);
                Tensor taken = builder.Add("Gather", new GatherAttributes(0), table, rows);
                result = builder.Reshape(taken, "shaped", [.. indexes.Shape.Extents.Take(indexes.Shape.Rank - 1), .. rest]);
                break;
            case "ScatterND":
                (Tensor places, int count) = FlatIndexes.Rows(builder, x.Shape, indexes, 0);
                int row = x.Shape.Extents.Skip(count).Aggregate(1, (product, extent) => product * extent);
                result = builder.Add("Scatter", new ScatterAttributes(row, Reduction(node)), x, places, node.Input(2));
                break;
            default:
                Tensor flat = FlatIndexes.Elements(builder, x.Shape, indexes, OnnxNode.Axis(node.Int("axis", 0), x.Shape.Rank));
                result = builder.Add("Scatter", new ScatterAttributes(1, Reduction(node)), x, flat, node.Input(2));
                break;
        }

        builder.Bind(node, 0, result);
    }

    private static ScatterReduction Reduction(OnnxNode node) => node.Text("reduction", "none") switch
    {
        "none" => ScatterReduction.None,
        "add" => ScatterReduction.Add,
        "mul" => ScatterReduction.Multiply,
        "max" => ScatterReduction.Maximum,
        "min" => ScatterReduction.Minimum,
        string other => throw new OnnxNodeException($"the reduction is '{other}'", "none, add, mul, max and min are supported"),
    };
}

/// <summary>Arithmetic on indexes, in constants where they are.</summary>
internal static class FlatIndexes
{
    /// <summary>0, 1, … along an axis, int64, with extent 1 on the others.</summary>
    public static Tensor Count(OnnxGraphBuilder builder, Shape shape, int axis) =>
        Plain.Integers(builder, "counting", ElementType.Int64, new Shape([.. Enumerable.Range(0, shape.Rank).Select(i => i == axis ? shape[axis] : 1)]),
            [.. Enumerable.Range(0, shape[axis]).Select(i => (long)i)]);

    /// <summary>Elements of x at indexes along an axis; the result has the shape of the indexes.</summary>
    public static Tensor GatherElements(OnnxGraphBuilder builder, Tensor x, Tensor indexes, int axis)
    {
        Tensor flat = Elements(builder, x.Shape, indexes, axis);
        return builder.AddStep("taken", "Gather", new GatherAttributes(0), builder.Reshape(x, "flat", (int)x.Shape.ElementCount), flat);
    }

    /// <summary>For indexes along an axis, the place of each element in the flat operand.</summary>
    public static Tensor Elements(OnnxGraphBuilder builder, Shape x, Tensor indexes, int axis)
    {
        if (indexes.Shape.Rank != x.Rank)
        {
            throw new OnnxNodeException($"the indexes {indexes.Shape} do not fit {x}", "Both need the same number of axes");
        }

        long[] strides = x.Strides();
        long[] own = indexes.Shape.Strides();
        long[] bases = new long[indexes.Shape.ElementCount];
        for (int i = 0; i < bases.Length; i++)
        {
            for (int k = 0; k < x.Rank; k++)
            {
                bases[i] += k == axis ? 0 : i / own[k] % indexes.Shape[k] * strides[k];
            }
        }

        return Place(builder, indexes, x[axis], strides[axis], Plain.Integers(builder, "places", ElementType.Int64, indexes.Shape, bases));
    }

    /// <summary>For index tuples on the last axis behind batch axes, the row of each in the operand seen as rows of its remaining axes.</summary>
    public static (Tensor Rows, int Depth) Rows(OnnxGraphBuilder builder, Shape x, Tensor indexes, int batch)
    {
        int rank = indexes.Shape.Rank;
        int depth = rank == 0 ? 0 : indexes.Shape[-1];
        if (depth == 0 || batch < 0 || batch + depth > x.Rank || batch >= rank)
        {
            throw new OnnxNodeException($"index tuples {indexes.Shape} do not fit {x}", "Give at most as many indexes as axes");
        }

        int[] outer = [.. indexes.Shape.Extents.Take(rank - 1)];
        var outerShape = new Shape(outer);
        int batches = outer.Take(batch).Aggregate(1, (product, extent) => product * extent);
        long perBatch = x.Extents.Skip(batch).Take(depth).Aggregate(1L, (product, extent) => product * extent);
        long count = outerShape.ElementCount;
        Tensor sum = Plain.Integers(builder, "batches", ElementType.Int64, outerShape,
            [.. Enumerable.Range(0, (int)count).Select(i => batches == 0 ? 0 : i / (count / batches) * perBatch)]);
        long stride = perBatch;
        for (int k = 0; k < depth; k++)
        {
            stride /= Math.Max(1, x[batch + k]);
            int at = k;
            Tensor column = indexes.IsConstant
                ? Plain.Integers(builder, "column", ElementType.Int64, outerShape,
                    [.. Enumerable.Range(0, (int)count).Select(i => ConstantArray.Of(indexes).IntegerAt((i * depth) + at))])
                : builder.Reshape(builder.Slice(indexes, "column",
                    [.. Enumerable.Range(0, rank).Select(i => i == rank - 1 ? at : 0)], [.. outer, 1], [.. Enumerable.Repeat(1, rank)]), "column", outer);
            sum = Place(builder, column, x[batch + k], stride, sum);
        }

        return (sum, depth);
    }

    /// <summary>base + (index counted from the front) · stride.</summary>
    private static Tensor Place(OnnxGraphBuilder builder, Tensor indexes, int extent, long stride, Tensor bases)
    {
        if (indexes.IsConstant && bases.IsConstant)
        {
            ConstantArray given = ConstantArray.Of(indexes);
            ConstantArray start = ConstantArray.Of(bases);
            return Plain.Integers(builder, "places", ElementType.Int64, indexes.Shape,
                [.. Enumerable.Range(0, given.Count).Select(i => start.Integers[i] + (GatherOperator.Index(given.IntegerAt(i), extent) * stride))]);
        }

        Tensor whole = Plain.Cast(builder, indexes, ElementType.Int64);
        Tensor counted = Plain.Step(builder, "Modulo", whole, Plain.Integer(builder, "extent", ElementType.Int64, Math.Max(1, extent)));
        return Plain.Step(builder, "Add", Plain.Step(builder, "Multiply", counted, Plain.Integer(builder, "stride", ElementType.Int64, stride)), bases);
    }
}

/// <summary>ONNX Trilu, ReverseSequence, Compress, CenterCropPad: elements at places that are known at import.</summary>
internal sealed class KnownPlacesOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Trilu", "ReverseSequence", "Compress", "CenterCropPad"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        builder.Bind(node, 0, node.OperatorType switch
        {
            "Trilu" => Triangle(node, builder, x),
            "ReverseSequence" => Reverse(node, builder, x),
            "Compress" => Compress(node, builder, x),
            _ => Crop(node, builder, x),
        });
    }

    private static Tensor Triangle(OnnxNode node, OnnxGraphBuilder builder, Tensor x)
    {
        if (x.Shape.Rank < 2)
        {
            throw new OnnxNodeException($"the operand is {x.Shape}", "Give it at least two axes");
        }

        long diagonal = node.ConstantInts(1, "k") is [var given, ..] ? given : 0;
        bool isUpper = node.Flag("upper", true);
        int rows = x.Shape[-2];
        int columns = x.Shape[-1];
        Tensor mask = Plain.Integers(builder, "triangle", ElementType.Bool, new Shape(rows, columns),
            [.. Enumerable.Range(0, rows * columns).Select(i => (isUpper ? (i % columns) - (i / columns) >= diagonal : (i % columns) - (i / columns) <= diagonal) ? 1L : 0)]);
        return builder.Add("Select", NoAttributes.Instance, mask, x, Plain.Number(builder, "zero", x.Type, 0));
    }

    private static Tensor Reverse(OnnxNode node, OnnxGraphBuilder builder, Tensor x)
    {
        long[] lengths = node.RequiredInts(1, "sequence lengths");
        int time = OnnxNode.Axis(node.Int("time_axis", 0), x.Shape.Rank);
        int batch = OnnxNode.Axis(node.Int("batch_axis", 1), x.Shape.Rank);
        if (time == batch || lengths.Length != x.Shape[batch] || lengths.Any(length => length < 0 || length > x.Shape[time]))
        {
            throw new OnnxNodeException($"the lengths [{string.Join(',', lengths.Take(8))}] do not fit axis {batch} of '{x}'",
                $"Give one length of at most {x.Shape[time]} for each sequence");
        }

        long[] strides = x.Shape.Strides();
        return Places(builder, x, x.Shape, place =>
        {
            long at = place / strides[time] % x.Shape[time];
            long length = lengths[place / strides[batch] % x.Shape[batch]];
            return at < length ? place + ((length - 1 - at - at) * strides[time]) : place;
        });
    }

    private static Tensor Compress(OnnxNode node, OnnxGraphBuilder builder, Tensor x)
    {
        if (node.Input(1) is not { IsConstant: true } condition)
        {
            throw new OnnxNodeException("the condition is computed at run time, so that the result has no fixed shape", "Give a constant condition");
        }

        Tensor source = node.Has("axis") ? x : builder.Reshape(x, "flat", (int)x.Shape.ElementCount);
        int axis = OnnxNode.Axis(node.Int("axis", 0), source.Shape.Rank);
        ConstantArray flags = ConstantArray.Of(condition);
        long[] kept = [.. Enumerable.Range(0, Math.Min(flags.Count, source.Shape[axis])).Where(i => flags.IntegerAt(i) != 0).Select(i => (long)i)];
        return builder.Add("Gather", new GatherAttributes(axis), source,
            Plain.Integers(builder, "kept", ElementType.Int64, new Shape(kept.Length), kept));
    }

    private static Tensor Crop(OnnxNode node, OnnxGraphBuilder builder, Tensor x)
    {
        long[] sizes = node.RequiredInts(1, "shape");
        int[] axes = node.Ints("axes") is { } named ? [.. named.Select(axis => OnnxNode.Axis(axis, x.Shape.Rank))] : [.. Enumerable.Range(0, x.Shape.Rank)];
        if (sizes.Length != axes.Length || sizes.Any(size => size is < 0 or > 1 << 24))
        {
            throw new OnnxNodeException("the shape does not fit the axes", "Give one extent for each axis");
        }

        int[] starts = new int[x.Shape.Rank];
        int[] extents = [.. x.Shape.Extents];
        int[] before = new int[x.Shape.Rank];
        int[] after = new int[x.Shape.Rank];
        for (int i = 0; i < axes.Length; i++)
        {
            int difference = (int)sizes[i] - x.Shape[axes[i]];
            starts[axes[i]] = difference < 0 ? -difference / 2 : 0;
            extents[axes[i]] = Math.Min(extents[axes[i]], (int)sizes[i]);
            before[axes[i]] = difference > 0 ? difference / 2 : 0;
            after[axes[i]] = difference > 0 ? difference - (difference / 2) : 0;
        }

        Tensor cut = builder.Slice(x, "cut", [.. starts], [.. extents], [.. extents.Select(_ => 1)]);
        return before.Concat(after).All(count => count == 0)
            ? cut
            : builder.AddStep("padded", "Pad", new Shaping.PadAttributes([.. before], [.. after], Shaping.PadMode.Constant, 0), cut);
    }

    private static Tensor Places(OnnxGraphBuilder builder, Tensor x, Shape result, Func<long, long> placeOf)
    {
        Tensor places = Plain.Integers(builder, "places", ElementType.Int64, result,
            [.. Enumerable.Range(0, (int)result.ElementCount).Select(i => placeOf(i))]);
        return builder.Add("Gather", new GatherAttributes(0), builder.Reshape(x, "flat", (int)x.Shape.ElementCount), places);
    }
}
