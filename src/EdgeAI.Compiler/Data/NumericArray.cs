using System.Buffers.Binary;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Data;

/// <summary>Numbers with a type and extents, as a data file holds them: row-major, little-endian.</summary>
public sealed record NumericArray(ElementType Type, Shape Shape, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Element <paramref name="index"/> as a double; int64 beyond 2^53 loses digits.</summary>
    public double ValueAt(long index)
    {
        ReadOnlySpan<byte> at = Bytes.Span[(int)(index * Type.ByteSize())..];
        return Type switch
        {
            ElementType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(at),
            ElementType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(at),
            ElementType.Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(at),
            ElementType.Int8 => (sbyte)at[0],
            ElementType.UInt8 or ElementType.Bool => at[0],
            ElementType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(at),
            ElementType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(at),
            ElementType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(at),
            ElementType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(at),
            ElementType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(at),
            ElementType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(at),
            _ => throw new InvalidOperationException(Type.DisplayName()),
        };
    }

    /// <summary>All elements as float32; doubles are rounded.</summary>
    public float[] ToSingles()
    {
        if (Type == ElementType.Float32)
        {
            return MemoryMarshal.Cast<byte, float>(Bytes.Span).ToArray();
        }

        float[] values = new float[Shape.ElementCount];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)ValueAt(i);
        }

        return values;
    }
}
