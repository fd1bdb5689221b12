using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Import.TfLite;

/// <summary>The element types of the TFLite schema.</summary>
internal static class TfLiteElementTypes
{
    /// <summary>The schema's number of a handle of something that lasts between runs.</summary>
    public const int Resource = 13;

    /// <summary>The schema's number of int8.</summary>
    public const int Int8 = 9;

    /// <summary>The schema's number of integers of 4 bits, two a byte.</summary>
    public const int Int4 = 17;

    /// <summary>The number of complex numbers of two float32, which are pairs of floats on an axis of their own.</summary>
    public const int Complex64 = 8;

    private static readonly string[] Names =
    [
        "FLOAT32", "FLOAT16", "INT32", "UINT8", "INT64", "STRING", "BOOL", "INT16", "COMPLEX64", "INT8", "FLOAT64", "COMPLEX128", "UINT64",
        "RESOURCE", "VARIANT", "UINT32", "UINT16", "INT4", "BFLOAT16", "INT2",
    ];

    /// <summary>The schema's name of a number.</summary>
    public static string NameOf(int code) => (uint)code < (uint)Names.Length ? Names[code] : FormattableString.Invariant($"type {code}");

    /// <summary>The element type of a number, or <see cref="ElementType.Unknown"/> where this product has none.</summary>
    public static ElementType Of(int code) => code switch
    {
        0 => ElementType.Float32,
        1 => ElementType.Float16,
        2 => ElementType.Int32,
        3 => ElementType.UInt8,
        4 => ElementType.Int64,
        6 => ElementType.Bool,
        7 => ElementType.Int16,
        9 => ElementType.Int8,
        10 => ElementType.Float64,
        12 => ElementType.UInt64,
        15 => ElementType.UInt32,
        16 => ElementType.UInt16,
        _ => ElementType.Unknown,
    };
}
