using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Import.TfLite;

/// <summary>
/// What tensors of a file hold, each element in bytes of its own: integers of 4 bits, two a byte, become int8, and sparse contents dense. What that
/// takes more than the file is bounded for the file as a whole.
/// </summary>
internal sealed class TfLiteContents(FlatTable[] buffers, FlatBufferFile file)
{
    private long _bytesLeft = ImportLimits.MostBytes;

    /// <summary>The bytes of a tensor and the type they have then; nothing for a value computed at run time.</summary>
    public (int TypeCode, ReadOnlyMemory<byte> Bytes) Read(int tensor, int typeCode, int[] shape, uint buffer, FlatTable sparsity, bool isSparse)
    {
        ReadOnlyMemory<byte> stored = Stored($"tensor {tensor}", buffer);
        if (stored.IsEmpty || (!isSparse && typeCode != TfLiteElementTypes.Int4))
        {
            return (typeCode, stored);
        }

        long count = 1;
        foreach (int extent in shape)
        {
            count *= extent >= 0 ? extent : throw new TfLiteFormatException($"tensor {tensor} has contents and the extent {extent}");
            if (count > ImportLimits.MostBytes)
            {
                throw new TfLiteFormatException($"tensor {tensor} is larger than 256 MiB");
            }
        }

        if (!isSparse)
        {
            Take(tensor, count);
            return (TfLiteElementTypes.Int8, Unpacked(tensor, stored.Span, count));
        }

        ElementType type = TfLiteElementTypes.Of(typeCode);
        if (type == ElementType.Unknown)
        {
            return (typeCode, stored);
        }

        int size = type.ByteSize();
        Take(tensor, count * size);
        return (typeCode, TfLiteSparsity.Densify(tensor, shape, size, stored.Span, sparsity));
    }

    /// <summary>The bytes of a buffer. Buffer 0 is empty by convention. Large contents lie behind the flatbuffer, at an offset from the file's start.</summary>
    public ReadOnlyMemory<byte> Stored(string what, uint index)
    {
        if (index >= buffers.Length)
        {
            return index == 0 ? default : throw new TfLiteFormatException($"{what} lies in buffer {index} of {buffers.Length}");
        }

        FlatTable buffer = buffers[index];
        long offset = buffer.Int64(1);
        return offset is 0 or 1 ? buffer.Bytes(0) : file.Slice(offset, buffer.Int64(2));
    }

    /// <summary>Counts what is unpacked. Throws <see cref="TfLiteFormatException"/> past the limit.</summary>
    public void Take(int tensor, long bytes)
    {
        _bytesLeft -= bytes;
        if (_bytesLeft < 0)
        {
            throw new TfLiteFormatException($"tensor {tensor} and those before it unpack to more than 256 MiB");
        }
    }

    private static byte[] Unpacked(int tensor, ReadOnlySpan<byte> stored, long count)
    {
        if (stored.Length != (count + 1) / 2)
        {
            throw new TfLiteFormatException($"tensor {tensor} has {count} integers of 4 bits, but its buffer has {stored.Length} bytes");
        }

        return MemoryMarshal.AsBytes(Nibbles.Unpack(stored, (int)count).AsSpan()).ToArray();
    }
}
