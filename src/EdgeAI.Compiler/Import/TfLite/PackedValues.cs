using System.Buffers.Binary;

namespace EdgeAI.Compiler.Import.TfLite;

/// <summary>
/// The ways in which TensorFlow Lite Micro packs constants. Bits are counted from the highest of each byte. All throw <see cref="InvalidDataException"/> with the rest of a
/// sentence about the packed bytes where these do not hold what they should.
/// </summary>
internal static class PackedValues
{
    /// <summary>Values by their index of 1 to 7 bits in a table, one table for each channel.</summary>
    /// <param name="indexes">The indexes, one behind the other.</param>
    /// <param name="bits">Of an index.</param>
    /// <param name="tables">The tables, each of <paramref name="stride"/> values.</param>
    /// <param name="stride">Values of a table.</param>
    /// <param name="size">Bytes of a value.</param>
    /// <param name="count">Values to make.</param>
    /// <param name="channels">How many tables there are; divides the count.</param>
    /// <param name="channelsLast">Whether channels change with each value, in place of each stretch of values.</param>
    public static byte[] ByTable(
        ReadOnlySpan<byte> indexes, int bits, ReadOnlySpan<byte> tables, int stride, int size, long count, int channels, bool channelsLast)
    {
        if (bits is < 1 or > 7)
        {
            throw new InvalidDataException($"has indexes of {bits} bits; 1 to 7 are possible");
        }

        if (channels < 1 || count % channels != 0 || (long)stride * channels * size > tables.Length || stride < 1)
        {
            throw new InvalidDataException($"has {tables.Length} bytes of tables for {channels} channels of {stride} values of {size} bytes, and {count} values");
        }

        CheckBits(indexes, count * bits);
        byte[] result = new byte[count * size];
        long run = channelsLast ? 1 : Math.Max(1, count / channels);
        for (long i = 0; i < count; i++)
        {
            int index = (int)Bits(indexes, i * bits, bits);
            if (index >= stride)
            {
                throw new InvalidDataException($"has the index {index} in a table of {stride} values");
            }

            long at = ((i / run % channels * stride) + index) * size;
            tables.Slice((int)at, size).CopyTo(result.AsSpan((int)(i * size)));
        }

        return result;
    }

    /// <summary>A bit for each value: whether it is the next of the values that were kept, or the zero point of its channel.</summary>
    /// <param name="mask">The bits.</param>
    /// <param name="kept">The values that were kept.</param>
    /// <param name="size">Bytes of a value.</param>
    /// <param name="count">Values to make.</param>
    /// <param name="zeroPoints">One for each channel, or for all.</param>
    /// <param name="channelsLast">Whether channels change with each value, in place of each stretch of values.</param>
    public static byte[] Pruned(ReadOnlySpan<byte> mask, ReadOnlySpan<byte> kept, int size, long count, ReadOnlySpan<int> zeroPoints, bool channelsLast)
    {
        if (count % zeroPoints.Length != 0)
        {
            throw new InvalidDataException($"has {count} values in {zeroPoints.Length} channels");
        }

        CheckBits(mask, count);
        byte[] result = new byte[count * size];
        long run = channelsLast ? 1 : Math.Max(1, count / zeroPoints.Length);
        Span<byte> zero = stackalloc byte[sizeof(long)];
        int next = 0;
        for (long i = 0; i < count; i++)
        {
            Span<byte> value = result.AsSpan((int)(i * size), size);
            if (Bits(mask, i, 1) == 0)
            {
                BinaryPrimitives.WriteInt64LittleEndian(zero, zeroPoints[(int)(i / run % zeroPoints.Length)]);
                zero[..size].CopyTo(value);
                continue;
            }

            if (next + size > kept.Length)
            {
                throw new InvalidDataException($"keeps more values than the {kept.Length / size} that it has");
            }

            kept.Slice(next, size).CopyTo(value);
            next += size;
        }

        return result;
    }

    /// <summary>
    /// Code words of a Huffman code, looked up in tables that are read one behind the other: an entry is a value with the bits that its word has in this table, or the bits and
    /// the distance of the table that goes on.
    /// </summary>
    /// <param name="words">The code words.</param>
    /// <param name="tables">The tables.</param>
    /// <param name="isWide">Whether entries have 32 bits in place of 16.</param>
    /// <param name="firstBits">Bits of the first table's index.</param>
    /// <param name="size">Bytes of a value, 1 or 2.</param>
    /// <param name="count">Values to make.</param>
    public static byte[] Huffman(ReadOnlySpan<byte> words, ReadOnlySpan<byte> tables, bool isWide, int firstBits, int size, long count)
    {
        int entryBytes = isWide ? 4 : 2;
        (int countShift, int valueBits) = isWide ? (27, 27) : (11, 11);
        CheckBits(words, count);
        byte[] result = new byte[count * size];
        long at = 0;
        for (long i = 0; i < count; i++)
        {
            int bits = firstBits;
            long place = Bits(words, at, bits);
            while (true)
            {
                if ((place + 1) * entryBytes > tables.Length)
                {
                    throw new InvalidDataException($"leads to entry {place} of a table of {tables.Length / entryBytes}");
                }

                ReadOnlySpan<byte> entry = tables.Slice((int)place * entryBytes, entryBytes);
                uint value = isWide ? BinaryPrimitives.ReadUInt32LittleEndian(entry) : BinaryPrimitives.ReadUInt16LittleEndian(entry);
                int field = (int)(value >> countShift) & 0xF;
                if (value >> (isWide ? 31 : 15) != 0)
                {
                    at += Math.Min(bits, field);
                    result[i * size] = (byte)value;
                    if (size == 2)
                    {
                        result[(i * size) + 1] = (byte)(value >> 8);
                    }

                    break;
                }

                at += bits;
                bits = field + 1;
                place += (value & ((1u << valueBits) - 1)) + Bits(words, at, bits);
                CheckBits(words, at);
            }

            CheckBits(words, at);
        }

        return result;
    }

    private static void CheckBits(ReadOnlySpan<byte> packed, long bits)
    {
        if (bits > packed.Length * 8L)
        {
            throw new InvalidDataException($"has {packed.Length} bytes where {bits} bits are read");
        }
    }

    /// <summary>Bits from a place on as a number, the first the highest; zeros behind the end.</summary>
    private static long Bits(ReadOnlySpan<byte> packed, long at, int count)
    {
        long value = 0;
        for (long bit = at; bit < at + count; bit++)
        {
            value = (value << 1) | (bit / 8 < packed.Length ? (packed[(int)(bit / 8)] >> (int)(7 - (bit % 8))) & 1 : 0L);
        }

        return value;
    }
}
