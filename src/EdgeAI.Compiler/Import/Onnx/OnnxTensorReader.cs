using System.Globalization;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>Reads the file's constants: raw, typed and external data of every type a device knows. Nothing is allocated before sizes agree.</summary>
internal sealed class OnnxTensorReader(ImportRequest request)
{
    private readonly Dictionary<string, byte[]?> _externalFiles = new(StringComparer.Ordinal);

    /// <summary>The constant under the given name. Throws <see cref="DiagnosticException"/> when the file contradicts itself.</summary>
    public Tensor Read(TensorProto proto, string name)
    {
        if (OnnxElementTypes.Internal(proto.DataType) is not { } type)
        {
            throw Damaged(name, $"its element type {OnnxElementTypes.Name(proto.DataType)} is not supported");
        }

        Shape shape = ShapeOf(proto, name, type);
        ReadOnlyMemory<byte> raw = proto.DataLocation == TensorProto.Types.DataLocation.External
            ? External(proto, name)
            : proto.HasRawData ? proto.RawData.Memory : default;
        bool isRaw = proto.DataLocation == TensorProto.Types.DataLocation.External || proto.HasRawData;
        ReadOnlyMemory<byte> bytes = isRaw ? FromRaw(proto, name, shape, raw) : FromTyped(proto, name, shape);
        return new Tensor(name, type, shape) { Constant = bytes };
    }

    private Shape ShapeOf(TensorProto proto, string name, ElementType type)
    {
        int[] extents = new int[proto.Dims.Count];
        Int128 bytes = type.ByteSize();
        for (int i = 0; i < extents.Length; i++)
        {
            long extent = proto.Dims[i];
            if (extent is < 0 or > int.MaxValue)
            {
                throw Damaged(name, $"extent {extent.ToString(CultureInfo.InvariantCulture)} of axis {i} is not possible");
            }

            extents[i] = (int)extent;
            bytes = bytes > int.MaxValue ? bytes : bytes * Math.Max(1, extent);
        }

        return bytes > int.MaxValue
            ? throw DiagnosticCatalog.OnnxTensorTooLarge.Throw(request.DisplayPath, name, string.Join('x', proto.Dims))
            : new Shape(extents);
    }

    private ReadOnlyMemory<byte> FromRaw(TensorProto proto, string name, Shape shape, ReadOnlyMemory<byte> raw)
    {
        int smallBits = OnnxSmallTypes.Bits(proto.DataType);
        long expected = smallBits > 0 ? ((shape.ElementCount * smallBits) + 7) / 8 : shape.ElementCount * OnnxElementTypes.FileByteSize(proto.DataType);
        if (raw.Length != expected)
        {
            throw Damaged(name, $"it has {raw.Length} bytes of data instead of the {expected} of shape {shape}");
        }

        if (smallBits > 0)
        {
            return OnnxSmallTypes.Unpack(proto.DataType, raw.Span, shape.ElementCount);
        }

        switch ((TensorProto.Types.DataType)proto.DataType)
        {
            case TensorProto.Types.DataType.Float16:
                return Convert<Half>(raw.Span, value => (float)value);
            case TensorProto.Types.DataType.Bfloat16:
                return Convert<ushort>(raw.Span, BrainFloat);
            case TensorProto.Types.DataType.Double:
                return Convert<double>(raw.Span, value => (float)value);
            default:
                return raw;
        }
    }

    private byte[] FromTyped(TensorProto proto, string name, Shape shape)
    {
        long count = shape.ElementCount;
        if (OnnxSmallTypes.Bits(proto.DataType) is > 0 and var bits)
        {
            byte[] packed = Typed(proto.Int32Data, value => unchecked((byte)value), name, ((count * bits) + 7) / 8);
            return OnnxSmallTypes.Unpack(proto.DataType, packed, count);
        }

        switch ((TensorProto.Types.DataType)proto.DataType)
        {
            case TensorProto.Types.DataType.Float:
                return Typed(proto.FloatData, value => value, name, count);
            case TensorProto.Types.DataType.Double:
                return Typed(proto.DoubleData, value => (float)value, name, count);
            case TensorProto.Types.DataType.Int64:
                return Typed(proto.Int64Data, value => value, name, count);
            case TensorProto.Types.DataType.Uint64:
                return Typed(proto.Uint64Data, value => value, name, count);
            case TensorProto.Types.DataType.Uint32:
                return Typed(proto.Uint64Data, value => unchecked((uint)value), name, count);
            case TensorProto.Types.DataType.Int32:
                return Typed(proto.Int32Data, value => value, name, count);
            case TensorProto.Types.DataType.Int16:
                return Typed(proto.Int32Data, value => unchecked((short)value), name, count);
            case TensorProto.Types.DataType.Uint16:
                return Typed(proto.Int32Data, value => unchecked((ushort)value), name, count);
            case TensorProto.Types.DataType.Float16:
                return Typed(proto.Int32Data, value => (float)BitConverter.UInt16BitsToHalf(unchecked((ushort)value)), name, count);
            case TensorProto.Types.DataType.Bfloat16:
                return Typed(proto.Int32Data, value => BrainFloat(unchecked((ushort)value)), name, count);
            case TensorProto.Types.DataType.Bool:
                return Typed(proto.Int32Data, value => (byte)(value != 0 ? 1 : 0), name, count);
            default:
                return Typed(proto.Int32Data, value => unchecked((byte)value), name, count);
        }
    }

    private byte[] Typed<TSource, T>(IReadOnlyCollection<TSource> values, Func<TSource, T> convert, string name, long count)
        where T : unmanaged
    {
        if (values.Count != count)
        {
            throw Damaged(name, $"it has {values.Count} values instead of {count}");
        }

        T[] result = [.. values.Select(convert)];
        return MemoryMarshal.AsBytes<T>(result).ToArray();
    }

    private static byte[] Convert<T>(ReadOnlySpan<byte> raw, Func<T, float> convert) where T : unmanaged
    {
        ReadOnlySpan<T> values = MemoryMarshal.Cast<byte, T>(raw);
        float[] result = new float[values.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = convert(values[i]);
        }

        return MemoryMarshal.AsBytes<float>(result).ToArray();
    }

    private static float BrainFloat(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    private ReadOnlyMemory<byte> External(TensorProto proto, string name)
    {
        string location = Entry(proto, "location") ?? "";
        string path = location.Replace('\\', '/');
        bool leaves = path.Length == 0 || path.StartsWith('/') || path.Contains(':', StringComparison.Ordinal)
            || path.Contains('\0', StringComparison.Ordinal) || path.Split('/').Contains("..");
        if (leaves)
        {
            throw DiagnosticCatalog.OnnxExternalDataOutside.Throw(request.DisplayPath, name, location);
        }

        if (!_externalFiles.TryGetValue(path, out byte[]? file))
        {
            file = request.ReadExternal(path);
            _externalFiles.Add(path, file);
        }

        if (file is null)
        {
            throw DiagnosticCatalog.OnnxExternalDataMissing.Throw(request.DisplayPath, name, location, "is not there");
        }

        long offset = Number(proto, name, "offset") ?? 0;
        long length = Number(proto, name, "length") ?? file.Length - offset;
        if (offset < 0 || length < 0 || offset > file.Length || length > file.Length - offset)
        {
            throw DiagnosticCatalog.OnnxExternalDataMissing.Throw(request.DisplayPath, name, location,
                $"ends at byte {file.Length}, before the {length} bytes from byte {offset} on");
        }

        return file.AsMemory((int)offset, (int)length);
    }

    private static string? Entry(TensorProto proto, string key) =>
        proto.ExternalData.FirstOrDefault(entry => entry.Key == key)?.Value;

    private long? Number(TensorProto proto, string name, string key)
    {
        if (Entry(proto, key) is not { } text)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw Damaged(name, $"the {key} of its external data is '{text}', not a number");
    }

    private DiagnosticException Damaged(string name, string why) =>
        DiagnosticCatalog.OnnxTensorDamaged.Throw(request.DisplayPath, name, why);
}
