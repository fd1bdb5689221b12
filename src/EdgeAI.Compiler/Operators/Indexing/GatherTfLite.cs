using System.Collections.Immutable;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Operators.Indexing;

/// <summary>GATHER, EMBEDDING_LOOKUP, GATHER_ND, SCATTER_ND, SPARSE_TO_DENSE, DYNAMIC_UPDATE_SLICE, REVERSE_V2 and REVERSE_SEQUENCE.</summary>
internal sealed class GatherTfLite : ITfLiteForm
{
    private const int AxisSlot = 0;
    private const int BatchSlot = 1;
    private const int SequenceAxisSlot = 0;
    private const int SequenceBatchSlot = 1;

    private static readonly BinaryAttributes Plain = new(Clamp.None);

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators =>
        ["GATHER", "EMBEDDING_LOOKUP", "GATHER_ND", "SCATTER_ND", "SPARSE_TO_DENSE", "DYNAMIC_UPDATE_SLICE", "REVERSE_V2", "REVERSE_SEQUENCE"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        switch (node.Operator)
        {
            case "GATHER":
                Gather(node, node.Input(0), node.Input(1));
                break;
            case "EMBEDDING_LOOKUP":
                node.Result(0, "Gather", new GatherAttributes(0), node.WeightsFor(node.Declared(), 1), node.Input(0));
                break;
            case "GATHER_ND":
                GatherRows(node, node.Input(0), node.Input(1));
                break;
            case "SCATTER_ND":
                Shape shape = Extents(node, 2);
                Scatter(node, node.Input(0), node.Input(1), Filled(node, shape, node.Input(1), null), ScatterReduction.Add);
                break;
            case "SPARSE_TO_DENSE":
                Dense(node);
                break;
            case "DYNAMIC_UPDATE_SLICE":
                Update(node, node.Input(0), node.Input(1), node.Input(2));
                break;
            case "REVERSE_V2":
                Reverse(node, node.Input(0));
                break;
            default:
                ReverseSequence(node, node.Input(0));
                break;
        }
    }

    private static void Gather(TfLiteNode node, Tensor x, Tensor indexes)
    {
        int axis = node.Axis(node.Options.Int32(AxisSlot), x.Shape.Rank);
        int batches = node.Options.Int32(BatchSlot);
        batches = batches < 0 ? batches + indexes.Shape.Rank : batches;
        if (batches == 0)
        {
            node.Result(0, "Gather", new GatherAttributes(axis), x, indexes);
            return;
        }

        if (batches > axis || batches > indexes.Shape.Rank || batches < 0 || !x.Shape.Extents.Take(batches).SequenceEqual(indexes.Shape.Extents.Take(batches)))
        {
            throw node.Fault($"takes elements of {x.Shape} by {indexes.Shape} with {batches} axes in common");
        }

        // The batches and the axis become one, on which indexes of batch b lie b extents further.
        int batchCount = x.Shape.Extents.Take(batches).Aggregate(1, (product, extent) => product * extent);
        int[] between = [.. x.Shape.Extents.Skip(batches).Take(axis - batches)];
        if (between.Any(extent => extent != 1))
        {
            throw node.Fault($"takes elements along axis {axis} behind {batches} axes in common; the axis right behind them is supported");
        }

        int[] inner = [.. x.Shape.Extents.Skip(axis + 1)];
        Tensor table = node.Step("Reshape", new ReshapeAttributes([batchCount * x.Shape[axis], .. inner]), like: x, x);
        long own = indexes.Shape.ElementCount / Math.Max(1, batchCount);
        Tensor starts = Integers(node, indexes, [.. Enumerable.Range(0, (int)indexes.Shape.ElementCount).Select(i => (long)(i / own * x.Shape[axis]))]);
        Tensor places = node.Step("Add", Plain, indexes.Type, indexes, starts);
        node.Result(0, "Gather", new GatherAttributes(0), table, places);
    }

    private static void GatherRows(TfLiteNode node, Tensor x, Tensor indexes)
    {
        (Tensor rows, int depth) = Rows(node, x.Shape, indexes);
        int inner = x.Shape.Extents.Skip(depth).Aggregate(1, (product, extent) => product * extent);
        Tensor table = node.Step("Reshape", new ReshapeAttributes([(int)(x.Shape.ElementCount / Math.Max(1, inner)), inner]), like: x, x);
        Tensor taken = node.Step("Gather", new GatherAttributes(0), like: x, table, rows);
        node.Result(0, "Reshape", new ReshapeAttributes([.. indexes.Shape.Extents.Take(indexes.Shape.Rank - 1), .. x.Shape.Extents.Skip(depth)]), taken);
    }

    private static void Scatter(TfLiteNode node, Tensor indexes, Tensor updates, Tensor onto, ScatterReduction reduction)
    {
        (Tensor rows, int depth) = Rows(node, onto.Shape, indexes);
        int inner = onto.Shape.Extents.Skip(depth).Aggregate(1, (product, extent) => product * extent);
        node.Result(0, "Scatter", new ScatterAttributes(Math.Max(1, inner), reduction), onto, rows, updates);
    }

    private static void Dense(TfLiteNode node)
    {
        Tensor indexes = node.Input(0);
        Shape shape = Extents(node, 1);
        Tensor values = node.Input(2);
        Tensor tuples = shape.Rank == 1 && indexes.Shape.Rank < 2
            ? node.Step("Reshape", new ReshapeAttributes([(int)indexes.Shape.ElementCount, 1]), indexes.Type, indexes)
            : indexes;
        int count = (int)(tuples.Shape.ElementCount / Math.Max(1, shape.Rank));
        Tensor all = values.Shape.ElementCount == count ? values
            : node.Step("Broadcast", new BroadcastAttributes([count]), like: values, values);
        Scatter(node, tuples, all, Filled(node, shape, values, node.OptionalInput(3)), ScatterReduction.None);
    }

    private static void Update(TfLiteNode node, Tensor x, Tensor update, Tensor start)
    {
        // The place of the update's first element, each start limited so that all of the update lies inside.
        long[] strides = x.Shape.Strides();
        int rank = x.Shape.Rank;
        if (update.Shape.Rank != rank || start.Shape.ElementCount != rank || Enumerable.Range(0, rank).Any(axis => update.Shape[axis] > x.Shape[axis]))
        {
            throw node.Fault($"puts {update.Shape} into {x.Shape} at {start.Shape.ElementCount} indexes");
        }

        Tensor limits = Integers(node, start, [.. Enumerable.Range(0, rank).Select(axis => (long)(x.Shape[axis] - update.Shape[axis]))]);
        Tensor zero = Integers(node, start, new long[rank]);
        Tensor inside = node.Step("Minimum", Plain, start.Type, node.Step("Maximum", Plain, start.Type, start, zero), limits);
        Tensor scaled = node.Step("Multiply", Plain, start.Type, inside, Integers(node, start, strides));
        long[] own = update.Shape.Strides();
        var offsets = new long[update.Shape.ElementCount];
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] = Enumerable.Range(0, rank).Sum(axis => i / own[axis] % update.Shape[axis] * strides[axis]);
        }

        Tensor places = start.Type == ElementType.Int64
            ? node.Constant<long>(start.Type, new Shape(offsets.Length), offsets)
            : node.Indexes(new Shape(offsets.Length), offsets.Select(offset => (int)offset));
        for (int axis = 0; axis < rank; axis++)
        {
            places = node.Step("Add", Plain, start.Type, places, node.Step("Slice", new SliceAttributes([axis], [1], [1]), start.Type, scaled));
        }

        node.Result(0, "Scatter", new ScatterAttributes(1, ScatterReduction.None), x, places, update);
    }

    private static void Reverse(TfLiteNode node, Tensor x)
    {
        var axes = node.Integers(1, "axes").Select(axis => node.Axis(axis, x.Shape.Rank)).ToHashSet();
        ImmutableArray<int> extents = x.Shape.Extents;
        node.Result(0, "Slice", new SliceAttributes(
            [.. extents.Select((extent, axis) => axes.Contains(axis) ? Math.Max(0, extent - 1) : 0)], extents,
            [.. extents.Select((_, axis) => axes.Contains(axis) ? -1 : 1)]), x);
    }

    private static void ReverseSequence(TfLiteNode node, Tensor x)
    {
        ImmutableArray<int> lengths = node.Integers(1, "sequence lengths");
        int time = node.Axis(node.Options.Int32(SequenceAxisSlot), x.Shape.Rank);
        int batch = node.Axis(node.Options.Int32(SequenceBatchSlot), x.Shape.Rank);
        if (lengths.Length != x.Shape[batch])
        {
            throw node.Fault($"has {lengths.Length} sequence lengths for {x.Shape[batch]} sequences");
        }

        long[] strides = x.Shape.Strides();
        Tensor places = node.Indexes(x.Shape, Enumerable.Range(0, (int)x.Shape.ElementCount).Select(place =>
        {
            long at = place / strides[time] % x.Shape[time];
            long length = Math.Clamp(lengths[(int)(place / strides[batch] % x.Shape[batch])], 0, x.Shape[time]);
            return (int)(at < length ? place + ((length - 1 - at - at) * strides[time]) : place);
        }));
        Tensor flat = node.Step("Reshape", new ReshapeAttributes([(int)x.Shape.ElementCount]), like: x, x);
        node.Result(0, "Gather", new GatherAttributes(0), flat, places);
    }

    /// <summary>For index tuples on the last axis, the row of each in the operand seen as rows of the axes that they do not name.</summary>
    private static (Tensor Rows, int Depth) Rows(TfLiteNode node, Shape x, Tensor indexes)
    {
        int rank = indexes.Shape.Rank;
        int depth = rank == 0 ? 0 : indexes.Shape[-1];
        if (depth == 0 || depth > x.Rank)
        {
            throw node.Fault($"names elements of {x} by tuples {indexes.Shape}");
        }

        int[] outer = [.. indexes.Shape.Extents.Take(rank - 1)];
        long stride = x.Extents.Take(depth).Aggregate(1L, (product, extent) => product * extent);
        Tensor? sum = null;
        for (int k = 0; k < depth; k++)
        {
            stride /= Math.Max(1, x[k]);
            Tensor column = node.Step("Reshape", new ReshapeAttributes([.. outer]), indexes.Type,
                node.Step("Slice", SliceTfLite.OfAxis(indexes.Shape, rank - 1, k, 1), indexes.Type, indexes));
            Tensor part = stride == 1 ? column : node.Step("Multiply", Plain, indexes.Type, column, Integers(node, indexes, [stride]));
            sum = sum is null ? part : node.Step("Add", Plain, indexes.Type, sum, part);
        }

        return (sum!, depth);
    }

    private static Tensor Integers(TfLiteNode node, Tensor like, long[] values)
    {
        Shape shape = values.Length == like.Shape.ElementCount ? like.Shape : new Shape(values.Length);
        return like.Type == ElementType.Int64 ? node.Constant<long>(like.Type, shape, values) : node.Indexes(shape, values.Select(value => (int)value));
    }

    private static Shape Extents(TfLiteNode node, int index)
    {
        ImmutableArray<int> extents = node.Integers(index, "shape");
        return extents.All(extent => extent >= 0) && extents.Aggregate(1L, (product, extent) => Math.Min(product * extent, 1L << 40)) <= 1 << 28
            ? new Shape([.. extents])
            : throw node.Fault($"makes the shape [{string.Join(',', extents)}]");
    }

    /// <summary>A value everywhere, zeros where there is none; of quantized results the real 0.</summary>
    private static Tensor Filled(TfLiteNode node, Shape shape, Tensor like, Tensor? value)
    {
        if (value is { IsConstant: false })
        {
            throw node.Fault($"fills with '{value.Name}', which is known only at run time");
        }

        int size = like.Type.ByteSize();
        byte[] one = value?.Constant!.Value.ToArray() ?? new byte[size];
        if (value is null && like.Quantization is { } quantization && size == 1)
        {
            one[0] = unchecked((byte)quantization.ZeroPoint);
        }

        byte[] bytes = new byte[shape.ElementCount * size];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = one[i % size];
        }

        return node.Constant<byte>(like.Type, shape, bytes, like.Quantization);
    }
}
