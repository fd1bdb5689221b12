namespace EdgeAI.Compiler.Import.TfLite;

/// <summary>
/// One table of a flatbuffer. A slot is the index of a field in the schema's order. A default table has no fields: every read gives the default.
/// </summary>
internal readonly struct FlatTable(FlatBufferFile file, long position, long vtable, int vtableBytes)
{
    private readonly FlatBufferFile? _file = file;

    /// <summary>Whether a field is written in the file.</summary>
    public bool Has(int slot) => Field(slot) != 0;

    /// <summary>A field of 8 bits.</summary>
    public int Byte(int slot, int otherwise = 0) => Field(slot) is var field and not 0 ? _file!.Int8(field) : otherwise;

    /// <summary>A field of 8 bits that is 0 or 1.</summary>
    public bool Flag(int slot) => Byte(slot) != 0;

    /// <summary>A field of 32 bits.</summary>
    public int Int32(int slot, int otherwise = 0) => Field(slot) is var field and not 0 ? _file!.Int32(field) : otherwise;

    /// <summary>An unsigned field of 32 bits.</summary>
    public uint UInt32(int slot) => Field(slot) is var field and not 0 ? _file!.UInt32(field) : 0;

    /// <summary>A field of 64 bits.</summary>
    public long Int64(int slot) => Field(slot) is var field and not 0 ? _file!.Int64(field) : 0;

    /// <summary>A float field.</summary>
    public float Single(int slot) => Field(slot) is var field and not 0 ? _file!.Single(field) : 0;

    /// <summary>A text field, or null.</summary>
    public string? Text(int slot)
    {
        if (Field(slot) is not (var field and not 0))
        {
            return null;
        }

        (long start, int count) = _file!.VectorAt(field, 1);
        return _file.Text(start, count);
    }

    /// <summary>A table field, or the default table.</summary>
    public FlatTable Table(int slot) => Field(slot) is var field and not 0 ? _file!.TableAt(_file.Follow(field)) : default;

    /// <summary>A vector of tables; empty when absent.</summary>
    public FlatTable[] Tables(int slot)
    {
        FlatBufferFile? file = _file;
        return Vector(slot, 4, position => file!.TableAt(file.Follow(position)));
    }

    /// <summary>A vector of 32-bit integers; empty when absent.</summary>
    public int[] Int32s(int slot)
    {
        FlatBufferFile? file = _file;
        return Vector(slot, 4, position => file!.Int32(position));
    }

    /// <summary>A vector of unsigned 16-bit integers; empty when absent.</summary>
    public int[] UInt16s(int slot)
    {
        FlatBufferFile? file = _file;
        return Vector(slot, 2, position => (int)file!.UInt16(position));
    }

    /// <summary>A vector of 64-bit integers; empty when absent.</summary>
    public long[] Int64s(int slot)
    {
        FlatBufferFile? file = _file;
        return Vector(slot, 8, position => file!.Int64(position));
    }

    /// <summary>A vector of floats; empty when absent.</summary>
    public float[] Singles(int slot)
    {
        FlatBufferFile? file = _file;
        return Vector(slot, 4, position => file!.Single(position));
    }

    /// <summary>A vector of bytes, not copied; empty when absent.</summary>
    public ReadOnlyMemory<byte> Bytes(int slot)
    {
        if (Field(slot) is not (var field and not 0))
        {
            return default;
        }

        // Bytes are neither copied nor visited, so they cost nothing.
        long start = _file!.Follow(field);
        return _file.Slice(start + 4, _file.UInt32(start));
    }

    private T[] Vector<T>(int slot, int elementBytes, Func<long, T> read)
    {
        if (Field(slot) is not (var field and not 0))
        {
            return [];
        }

        (long start, int count) = _file!.VectorAt(field, elementBytes);
        var elements = new T[count];
        for (int i = 0; i < count; i++)
        {
            elements[i] = read(start + ((long)i * elementBytes));
        }

        return elements;
    }

    // The position of a field's value, or 0 where the file leaves it out.
    private long Field(int slot)
    {
        int entry = 4 + (2 * slot);
        if (_file is null || entry + 2 > vtableBytes)
        {
            return 0;
        }

        int offset = _file.UInt16(vtable + entry);
        return offset == 0 ? 0 : position + offset;
    }
}
