namespace EdgeAI.Compiler.Model;

/// <summary>The type of one element of a tensor. The numbers are those of edgeai.proto and never change.</summary>
public enum ElementType
{
    /// <summary>Not known; never in a verified graph.</summary>
    Unknown = 0,
    /// <summary>IEEE 754 binary32.</summary>
    Float32 = 1,
    /// <summary>Signed 8 bits.</summary>
    Int8 = 2,
    /// <summary>Unsigned 8 bits.</summary>
    UInt8 = 3,
    /// <summary>Signed 16 bits.</summary>
    Int16 = 4,
    /// <summary>Signed 32 bits.</summary>
    Int32 = 5,
    /// <summary>Signed 64 bits.</summary>
    Int64 = 6,
    /// <summary>One byte, 0 or 1.</summary>
    Bool = 7,
    /// <summary>IEEE 754 binary64.</summary>
    Float64 = 8,
    /// <summary>IEEE 754 binary16.</summary>
    Float16 = 9,
    /// <summary>Unsigned 16 bits.</summary>
    UInt16 = 10,
    /// <summary>Unsigned 32 bits.</summary>
    UInt32 = 11,
    /// <summary>Unsigned 64 bits.</summary>
    UInt64 = 12,
    /// <summary>Signed 4 bits, two elements a byte, the first in the lower half: constant weights alone.</summary>
    Int4 = 13,
}

/// <summary>Facts about element types.</summary>
public static class ElementTypes
{
    /// <summary>Bytes of a number of elements that follow one another.</summary>
    public static long ByteSize(this ElementType type, long count) => type == ElementType.Int4 ? (count + 1) / 2 : count * type.ByteSize();

    /// <summary>Bytes of one element, of which int4 has no whole number.</summary>
    public static int ByteSize(this ElementType type) => type switch
    {
        ElementType.Int8 or ElementType.UInt8 or ElementType.Bool => 1,
        ElementType.Int16 or ElementType.UInt16 or ElementType.Float16 => 2,
        ElementType.Int32 or ElementType.UInt32 or ElementType.Float32 => 4,
        ElementType.Int64 or ElementType.UInt64 or ElementType.Float64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no size"),
    };

    /// <summary>The name used in dumps, diagnostics and C comments: <c>float32</c>, <c>int8</c>, …</summary>
    public static string DisplayName(this ElementType type) => type switch
    {
        ElementType.Float32 => "float32",
        ElementType.Float64 => "float64",
        ElementType.Float16 => "float16",
        ElementType.Int8 => "int8",
        ElementType.UInt8 => "uint8",
        ElementType.Int16 => "int16",
        ElementType.UInt16 => "uint16",
        ElementType.Int32 => "int32",
        ElementType.UInt32 => "uint32",
        ElementType.Int64 => "int64",
        ElementType.UInt64 => "uint64",
        ElementType.Int4 => "int4",
        ElementType.Bool => "bool",
        _ => "unknown",
    };

    /// <summary>The C11 type of one element, for int4 of two: <c>float</c>, <c>int8_t</c>, …</summary>
    public static string CName(this ElementType type) => type switch
    {
        ElementType.Float32 => "float",
        ElementType.Float64 => "double",
        ElementType.Bool or ElementType.Int4 => "uint8_t",
        ElementType.Float16 => "uint16_t",
        _ => type.DisplayName() + "_t",
    };

    /// <summary>Whether the type is a floating-point type.</summary>
    public static bool IsFloat(this ElementType type) =>
        type is ElementType.Float32 or ElementType.Float64 or ElementType.Float16;
}
