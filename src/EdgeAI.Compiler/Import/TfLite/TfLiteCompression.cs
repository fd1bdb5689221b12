using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Import.TfLite;

/// <summary>
/// TensorFlow Lite Micro's compression of constants: metadata of the file, a flatbuffer of its own, names tensors whose buffers hold indexes of few bits, and the buffers with
/// the tables of their values.
/// </summary>
internal sealed class TfLiteCompression
{
    private const string Key = "COMPRESSION_METADATA";
    private const int KnownVersion = 1;

    private readonly Dictionary<(int Graph, int Tensor), (uint Values, int Bits)> _packed = [];
    private readonly TfLiteContents _contents;

    /// <summary>Reads the metadata, where there are such. Throws <see cref="TfLiteFormatException"/>.</summary>
    /// <param name="metadata">The file's metadata, by name and buffer.</param>
    /// <param name="contents">Its buffers.</param>
    public TfLiteCompression(IEnumerable<FlatTable> metadata, TfLiteContents contents)
    {
        _contents = contents;
        foreach (FlatTable entry in metadata.Where(entry => entry.Text(0) == Key))
        {
            ReadOnlyMemory<byte> bytes = contents.Stored(Key, entry.UInt32(1));
            FlatTable root = new FlatBufferFile(bytes).Root();
            if (root.Int32(0, otherwise: 1) is var version and not KnownVersion)
            {
                throw new TfLiteFormatException($"its constants are compressed by version {version} of the metadata; {KnownVersion} is known");
            }

            FlatTable[] graphs = root.Tables(1);
            for (int graph = 0; graph < graphs.Length; graph++)
            {
                foreach (FlatTable packed in graphs[graph].Tables(0))
                {
                    _packed[(graph, packed.Int32(0))] = (packed.UInt32(1), (byte)packed.Byte(2));
                }
            }
        }
    }

    /// <summary>The contents of a tensor: unpacked where they are compressed.</summary>
    public ReadOnlyMemory<byte> Unpack(int graph, TfLiteTensor tensor)
    {
        // Types that are not known are refused where they are read.
        if (!_packed.TryGetValue((graph, tensor.Index), out (uint Values, int Bits) packed) || TfLiteElementTypes.Of(tensor.TypeCode) is ElementType.Unknown)
        {
            return tensor.Contents;
        }

        int size = TfLiteElementTypes.Of(tensor.TypeCode).ByteSize();
        long count = 1;
        foreach (int extent in tensor.Shape)
        {
            count *= extent >= 0 ? extent : throw Fault("is compressed and has an open extent");
            if (count * size > ImportLimits.MostBytes)
            {
                throw Fault("is larger than 256 MiB");
            }
        }

        int channels = Math.Max(1, tensor.Scales.Length);
        bool isLast = channels > 1 && tensor.QuantizedAxis == tensor.Shape.Length - 1;
        if (channels > 1 && !isLast && tensor.QuantizedAxis != 0)
        {
            throw Fault($"is compressed along axis {tensor.QuantizedAxis}; the first and the last are possible");
        }

        _contents.Take(tensor.Index, count * size);
        ReadOnlyMemory<byte> values = _contents.Stored($"tensor {tensor.Index}", packed.Values);
        try
        {
            return PackedValues.ByTable(tensor.Contents.Span, packed.Bits, values.Span, values.Length / size / channels, size, count, channels, isLast);
        }
        catch (InvalidDataException error)
        {
            throw Fault(error.Message);
        }

        TfLiteFormatException Fault(string message) => new($"tensor {tensor.Index} '{tensor.Name}' {message}");
    }
}
