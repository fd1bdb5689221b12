using System.Runtime.InteropServices;
using System.Text;
using Google.FlatBuffers;

namespace EdgeAI.Compiler.Import.TfLite;

/// <summary>
/// The bytes of a flatbuffer, read with every position checked, so that no file, however made, leads out of its bounds. What vectors
/// and tables cost is counted: tables may be shared in a flatbuffer, and a small file could otherwise ask for endless work.
/// </summary>
internal sealed class FlatBufferFile
{
    private readonly ReadOnlyMemory<byte> _memory;
    private readonly ByteBuffer _bytes;
    private long _workLeft;

    /// <summary>A file of at most 2 GiB.</summary>
    public FlatBufferFile(ReadOnlyMemory<byte> memory)
    {
        _memory = memory;
        _bytes = new ByteBuffer(
            MemoryMarshal.TryGetArray(memory, out ArraySegment<byte> segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
                ? segment.Array : memory.ToArray());
        _workLeft = (8L * memory.Length) + 65536;
    }

    /// <summary>Bytes of the file.</summary>
    public int Length => _memory.Length;

    /// <summary>The table the file begins with.</summary>
    public FlatTable Root() => TableAt(UInt32(0));

    /// <summary>A table at a position.</summary>
    public FlatTable TableAt(long position)
    {
        Spend(1);
        long vtable = position - Int32(position);
        int vtableBytes = UInt16(vtable);
        Check(vtable, vtableBytes);
        return vtableBytes < 4 ? throw new TfLiteFormatException($"a table's layout at byte {vtable} is too short") : new(this, position, vtable, vtableBytes);
    }

    /// <summary>The first element and the count of the vector that an offset at <paramref name="position"/> leads to.</summary>
    public (long Start, int Count) VectorAt(long position, int elementBytes)
    {
        long start = position + UInt32(position);
        long count = UInt32(start);
        Spend(count + 1);
        Check(start + 4, count * elementBytes);
        return (start + 4, (int)count);
    }

    /// <summary>The position an offset leads to.</summary>
    public long Follow(long position) => position + UInt32(position);

    /// <summary>A stretch of the file.</summary>
    public ReadOnlyMemory<byte> Slice(long start, long count)
    {
        Check(start, count);
        return _memory.Slice((int)start, (int)count);
    }

    /// <summary>Text; bytes that are not UTF-8 become U+FFFD.</summary>
    public string Text(long start, int count) => Encoding.UTF8.GetString(Slice(start, count).Span);

    /// <summary>An element.</summary>
    public sbyte Int8(long position) => _bytes.GetSbyte(Check(position, 1));

    /// <summary>An element.</summary>
    public ushort UInt16(long position) => _bytes.GetUshort(Check(position, 2));

    /// <summary>An element.</summary>
    public int Int32(long position) => _bytes.GetInt(Check(position, 4));

    /// <summary>An element.</summary>
    public uint UInt32(long position) => _bytes.GetUint(Check(position, 4));

    /// <summary>An element.</summary>
    public long Int64(long position) => _bytes.GetLong(Check(position, 8));

    /// <summary>An element.</summary>
    public float Single(long position) => _bytes.GetFloat(Check(position, 4));

    private void Spend(long work)
    {
        _workLeft -= work;
        if (_workLeft < 0)
        {
            throw new TfLiteFormatException("its tables refer to each other far more often than a model's do");
        }
    }

    private int Check(long position, long count) => position >= 0 && count >= 0 && position <= Length - count
        ? (int)position
        : throw new TfLiteFormatException($"byte {position} and the {count} behind it are asked for in a file of {Length} bytes");
}
