using System.Buffers.Binary;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators;

/// <summary>Elements of numbers that stand for themselves, of any type, one at a time: for references that are written once for all types.</summary>
internal static class PlainElements
{
    /// <summary>The integer types, Boolean not among them.</summary>
    public static readonly ElementType[] Integers =
    [
        ElementType.Int8, ElementType.UInt8, ElementType.Int16, ElementType.UInt16,
        ElementType.Int32, ElementType.UInt32, ElementType.Int64, ElementType.UInt64,
    ];

    /// <summary>What a type is called in the names of C functions: <c>s8</c>, <c>f32</c>.</summary>
    public static string Suffix(ElementType type) => type switch
    {
        ElementType.Float32 => "f32",
        ElementType.Int8 => "s8",
        ElementType.UInt8 or ElementType.Bool => "u8",
        ElementType.Int16 => "s16",
        ElementType.UInt16 => "u16",
        ElementType.Int32 => "s32",
        ElementType.UInt32 => "u32",
        ElementType.Int64 => "s64",
        ElementType.UInt64 => "u64",
        _ => throw new OperatorException($"{type.DisplayName()} has no C kernels"),
    };

    /// <summary>The type as the field <c>type</c> of kernels that take every type: <c>EDGEAI_ELEMENT_S8</c>.</summary>
    public static string Constant(ElementType type) =>
        type == ElementType.Bool ? "EDGEAI_ELEMENT_B8" : "EDGEAI_ELEMENT_" + Suffix(type).ToUpperInvariant();

    /// <summary>An element of an integer type or a Boolean.</summary>
    public static Int128 Integer(ReadOnlySpan<byte> bytes, ElementType type, long index) => type switch
    {
        ElementType.Int8 => (sbyte)bytes[(int)index],
        ElementType.UInt8 or ElementType.Bool => bytes[(int)index],
        ElementType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes[(int)(index * 2)..]),
        ElementType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes[(int)(index * 2)..]),
        ElementType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes[(int)(index * 4)..]),
        ElementType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes[(int)(index * 4)..]),
        ElementType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes[(int)(index * 8)..]),
        ElementType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes[(int)(index * 8)..]),
        _ => throw new OperatorException($"{type.DisplayName()} is no integer type"),
    };

    /// <summary>An element of any type as a real number; 64-bit integers are rounded.</summary>
    public static double Real(ReadOnlySpan<byte> bytes, ElementType type, long index) => type switch
    {
        ElementType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(bytes[(int)(index * 4)..]),
        ElementType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(bytes[(int)(index * 8)..]),
        _ => (double)Integer(bytes, type, index),
    };

    /// <summary>Writes an integer, wrapped to the type; a Boolean is 1 for everything but 0.</summary>
    public static void Put(Span<byte> bytes, ElementType type, long index, Int128 value)
    {
        ulong low = unchecked((ulong)value);
        switch (type.ByteSize())
        {
            case 1: bytes[(int)index] = type == ElementType.Bool ? (value != 0 ? (byte)1 : (byte)0) : unchecked((byte)low); break;
            case 2: BinaryPrimitives.WriteUInt16LittleEndian(bytes[(int)(index * 2)..], unchecked((ushort)low)); break;
            case 4: BinaryPrimitives.WriteUInt32LittleEndian(bytes[(int)(index * 4)..], unchecked((uint)low)); break;
            default: BinaryPrimitives.WriteUInt64LittleEndian(bytes[(int)(index * 8)..], low); break;
        }
    }

    /// <summary>Writes a real number, rounded to the float type.</summary>
    public static void Put(Span<byte> bytes, ElementType type, long index, double value)
    {
        if (type == ElementType.Float32)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes[(int)(index * 4)..], (float)value);
        }
        else
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes[(int)(index * 8)..], value);
        }
    }
}
