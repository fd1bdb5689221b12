using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>The element types of ONNX in the internal graph. Floats of every width are float32 there, integers of 4 and 2 bits take a byte.</summary>
internal static class OnnxElementTypes
{
    /// <summary>The type a value of the file gets; null for strings and complex numbers.</summary>
    public static ElementType? Internal(long dataType) => (TensorProto.Types.DataType)dataType switch
    {
        TensorProto.Types.DataType.Float or TensorProto.Types.DataType.Float16
            or TensorProto.Types.DataType.Double or TensorProto.Types.DataType.Bfloat16
            or TensorProto.Types.DataType.Float8E4M3Fn or TensorProto.Types.DataType.Float8E4M3Fnuz or TensorProto.Types.DataType.Float8E5M2
            or TensorProto.Types.DataType.Float8E5M2Fnuz or TensorProto.Types.DataType.Float8E8M0 or TensorProto.Types.DataType.Float4E2M1 => ElementType.Float32,
        TensorProto.Types.DataType.Uint8 or TensorProto.Types.DataType.Uint4 or TensorProto.Types.DataType.Uint2 => ElementType.UInt8,
        TensorProto.Types.DataType.Int8 or TensorProto.Types.DataType.Int4 or TensorProto.Types.DataType.Int2 => ElementType.Int8,
        TensorProto.Types.DataType.Uint16 => ElementType.UInt16,
        TensorProto.Types.DataType.Int16 => ElementType.Int16,
        TensorProto.Types.DataType.Int32 => ElementType.Int32,
        TensorProto.Types.DataType.Int64 => ElementType.Int64,
        TensorProto.Types.DataType.Bool => ElementType.Bool,
        TensorProto.Types.DataType.Uint32 => ElementType.UInt32,
        TensorProto.Types.DataType.Uint64 => ElementType.UInt64,
        _ => null,
    };

    /// <summary>Bytes of one element in the file's raw form; 0 for types that are not read, and for small ones.</summary>
    public static int FileByteSize(long dataType) => (TensorProto.Types.DataType)dataType switch
    {
        TensorProto.Types.DataType.Float16 or TensorProto.Types.DataType.Bfloat16 => 2,
        TensorProto.Types.DataType.Double => 8,
        _ => OnnxSmallTypes.Bits(dataType) > 0 ? 0 : Internal(dataType)?.ByteSize() ?? 0,
    };

    /// <summary>The specification's name in lower case, for diagnostics.</summary>
    public static string Name(long dataType) =>
        Enum.IsDefined((TensorProto.Types.DataType)dataType)
            ? ((TensorProto.Types.DataType)dataType).ToString().ToLowerInvariant()
            : FormattableString.Invariant($"type {dataType}");
}
