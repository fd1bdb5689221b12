namespace EdgeAI.Compiler.Import.TfLite;

/// <summary>
/// Sparse contents made dense. The file lists levels from the outermost to the innermost: each of the tensor's axes once, then each axis of blocks.
/// <list type="bullet">
/// <item>A dense level has every index of its axis.</item>
/// <item>A compressed level has, for entry e of the levels outside of it, the indexes between its segments e and e + 1.</item>
/// <item>Axes of blocks divide an axis of the tensor, whose own level then counts blocks.</item>
/// <item>The values follow in the order of the innermost level; elements that are not named are zero.</item>
/// </list>
/// </summary>
internal sealed class TfLiteSparsity
{
    private const int Dense = 0;

    private readonly int _tensor;
    private readonly Level[] _levels;
    private readonly long _elementCount;
    private readonly int _valueCount;
    private int _next;

    private TfLiteSparsity(int tensor, int[] shape, int valueCount, FlatTable sparsity)
    {
        _tensor = tensor;
        _valueCount = valueCount;
        int[] order = sparsity.Int32s(0);
        int[] blocked = sparsity.Int32s(1);
        FlatTable[] levels = sparsity.Tables(2);
        int rank = shape.Length;
        if (levels.Length != order.Length || order.Length != rank + blocked.Length || order.Length > 64
            || !order.Order().SequenceEqual(Enumerable.Range(0, order.Length)) || blocked.Any(axis => axis < 0 || axis >= rank)
            || blocked.Distinct().Count() != blocked.Length)
        {
            throw Fault($"names the axes [{string.Join(',', order)}] and blocks of the axes [{string.Join(',', blocked)}] for {levels.Length} levels and {rank} axes");
        }

        int[] blockSizes = [.. Enumerable.Repeat(1, rank)];
        for (int block = 0; block < blocked.Length; block++)
        {
            FlatTable level = levels[Array.IndexOf(order, rank + block)];
            blockSizes[blocked[block]] = level.Byte(0) == Dense && level.Int32(1) > 0
                ? level.Int32(1)
                : throw Fault("has blocks of varying size");
        }

        long[] strides = new long[rank];
        long stride = 1;
        for (int axis = rank - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= shape[axis];
        }

        _elementCount = stride;
        _levels = new Level[levels.Length];
        for (int i = 0; i < levels.Length; i++)
        {
            int axis = order[i] < rank ? order[i] : blocked[order[i] - rank];
            int size = order[i] < rank ? shape[axis] / blockSizes[axis] : blockSizes[axis];
            if (shape[axis] % blockSizes[axis] != 0)
            {
                throw Fault($"has blocks of {blockSizes[axis]} on an axis of {shape[axis]}");
            }

            _levels[i] = ReadLevel(levels[i], size, strides[axis] * (order[i] < rank ? blockSizes[axis] : 1));
        }
    }

    /// <summary>The dense bytes. Throws <see cref="TfLiteFormatException"/> when the levels do not fit the shape or the values.</summary>
    public static byte[] Densify(int tensor, int[] shape, int elementBytes, ReadOnlySpan<byte> values, FlatTable sparsity)
    {
        var reader = new TfLiteSparsity(tensor, shape, values.Length / elementBytes, sparsity);
        byte[] dense = new byte[reader._elementCount * elementBytes];
        reader.Fill(dense, values, elementBytes, 0, 0, 0);
        return reader._next == reader._valueCount && values.Length % elementBytes == 0
            ? dense
            : throw reader.Fault($"has {values.Length} bytes of values, of which its indexes name {(long)reader._next * elementBytes}");
    }

    private void Fill(byte[] dense, ReadOnlySpan<byte> values, int elementBytes, int depth, long entry, long at)
    {
        if (depth == _levels.Length)
        {
            if (_next == _valueCount)
            {
                throw Fault($"names more than its {_valueCount} values");
            }

            values.Slice(_next++ * elementBytes, elementBytes).CopyTo(dense.AsSpan((int)at * elementBytes));
            return;
        }

        Level level = _levels[depth];
        if (level.Segments is null)
        {
            for (int i = 0; i < level.Size; i++)
            {
                Fill(dense, values, elementBytes, depth + 1, (entry * level.Size) + i, at + (i * level.Stride));
            }

            return;
        }

        if (entry + 1 >= level.Segments.Length)
        {
            throw Fault($"has {level.Segments.Length} segments where entry {entry} is meant");
        }

        for (int i = level.Segments[entry]; i < level.Segments[entry + 1]; i++)
        {
            Fill(dense, values, elementBytes, depth + 1, i, at + (level.Indexes[i] * level.Stride));
        }
    }

    private Level ReadLevel(FlatTable table, int size, long stride)
    {
        if (table.Byte(0) == Dense)
        {
            return table.Int32(1) == size ? new(size, stride, null, []) : throw Fault($"has a level of {table.Int32(1)} where its shape has {size}");
        }

        int[] segments = Indexes(table, 2);
        int[] indexes = Indexes(table, 4);
        for (int i = 0; i < segments.Length; i++)
        {
            if (segments[i] < (i == 0 ? 0 : segments[i - 1]) || segments[i] > indexes.Length)
            {
                throw Fault($"has the segment {segments[i]} of {indexes.Length} indexes");
            }
        }

        foreach (int index in indexes)
        {
            if (index < 0 || index >= size)
            {
                throw Fault($"has the index {index} on a level of {size}");
            }
        }

        return new(size, stride, segments, indexes);
    }

    /// <summary>A union of vectors of 32-bit, 16-bit and 8-bit integers; its kind stands in a slot, the table in the next.</summary>
    private int[] Indexes(FlatTable table, int slot) => table.Byte(slot) switch
    {
        1 => table.Table(slot + 1).Int32s(0),
        2 => table.Table(slot + 1).UInt16s(0),
        3 => Array.ConvertAll(table.Table(slot + 1).Bytes(0).ToArray(), value => (int)value),
        var kind => throw Fault($"has indexes of kind {kind}"),
    };

    private TfLiteFormatException Fault(string message) => new($"sparse tensor {_tensor} {message}");

    private readonly record struct Level(int Size, long Stride, int[]? Segments, int[] Indexes);
}
