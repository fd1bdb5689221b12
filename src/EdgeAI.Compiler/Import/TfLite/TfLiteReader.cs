namespace EdgeAI.Compiler.Import.TfLite;

/// <summary>
/// The TFLite container: which slot of which table holds what (schema version 3 of TensorFlow Lite, a subset). Checks every index.
/// </summary>
internal static class TfLiteReader
{
    private const int SchemaVersion = 3;
    private const int BlockwiseQuantization = 2;

    /// <summary>Reads all graphs. Throws <see cref="TfLiteFormatException"/> when the file does not hold together.</summary>
    public static TfLiteModel[] Read(ReadOnlyMemory<byte> bytes)
    {
        var file = new FlatBufferFile(bytes);
        FlatTable model = file.Root();
        if (model.UInt32(0) is var version and not SchemaVersion)
        {
            throw new TfLiteFormatException($"it has schema version {version} instead of {SchemaVersion}");
        }

        FlatTable[] subgraphs = model.Tables(2);
        if (subgraphs.Length == 0)
        {
            throw new TfLiteFormatException("it has no graph");
        }

        var contents = new TfLiteContents(model.Tables(4), file);
        var compression = new TfLiteCompression(model.Tables(6), contents);
        (string Name, int Version)[] codes = [.. model.Tables(1).Select(ReadOperatorCode)];
        return [.. subgraphs.Select((graph, index) => ReadGraph(index, graph, contents, compression, codes))];
    }

    private static TfLiteModel ReadGraph(
        int index, FlatTable graph, TfLiteContents contents, TfLiteCompression compression, (string Name, int Version)[] codes)
    {
        FlatTable[] tensorTables = graph.Tables(0);
        var tensors = new TfLiteTensor[tensorTables.Length];
        for (int i = 0; i < tensors.Length; i++)
        {
            TfLiteTensor tensor = ReadTensor(i, tensorTables[i], contents);
            tensors[i] = tensor with { Contents = compression.Unpack(index, tensor) };
        }

        FlatTable[] operatorTables = graph.Tables(3);
        var operators = new TfLiteOperator[operatorTables.Length];
        for (int i = 0; i < operators.Length; i++)
        {
            operators[i] = ReadOperator(i, operatorTables[i], codes, tensors.Length);
        }

        int[] inputs = graph.Int32s(1);
        int[] outputs = graph.Int32s(2);
        CheckTensors(inputs, tensors.Length, optional: false, "the graph's inputs");
        CheckTensors(outputs, tensors.Length, optional: false, "the graph's outputs");
        if (inputs.Distinct().Count() != inputs.Length)
        {
            throw new TfLiteFormatException("one tensor is two of the graph's inputs");
        }

        return new(index, tensors, inputs, outputs, operators);
    }

    private static (string Name, int Version) ReadOperatorCode(FlatTable table)
    {
        // Numbers up to 127 stand in the older field of 8 bits, larger ones in the newer; writers leave one of them 0.
        int code = Math.Max(table.Byte(0), table.Int32(3));
        string name = code == BuiltinOperators.Custom ? $"CUSTOM {table.Text(1) ?? "?"}" : BuiltinOperators.NameOf(code);
        return (name, table.Int32(2, otherwise: 1));
    }

    private static TfLiteTensor ReadTensor(int index, FlatTable table, TfLiteContents contents)
    {
        int[] shape = table.Int32s(0);
        if (shape.Length > 32)
        {
            throw new TfLiteFormatException($"tensor {index} has {shape.Length} axes");
        }

        FlatTable quantization = table.Table(4);
        (int typeCode, ReadOnlyMemory<byte> bytes) = contents.Read(index, table.Byte(1), shape, table.UInt32(2), table.Table(6), table.Has(6));
        return new(index, table.Text(3) ?? "", typeCode, shape, table.Int32s(7), bytes,
            quantization.Singles(2), quantization.Int64s(3), quantization.Int32(6), table.Flag(5), quantization.Byte(4) == BlockwiseQuantization);
    }

    private static TfLiteOperator ReadOperator(int index, FlatTable table, (string Name, int Version)[] codes, int tensorCount)
    {
        uint code = table.UInt32(0);
        if (code >= codes.Length)
        {
            throw new TfLiteFormatException($"operator {index} has code {code} of {codes.Length}");
        }

        int[] inputs = table.Int32s(1);
        int[] outputs = table.Int32s(2);
        CheckTensors(inputs, tensorCount, optional: true, $"the inputs of operator {index}");
        CheckTensors(outputs, tensorCount, optional: false, $"the outputs of operator {index}");
        FlatTable options = table.Has(12) ? table.Table(12) : table.Table(4);
        return new(index, codes[code].Name, codes[code].Version, inputs, outputs, options, table.Bytes(5));
    }

    private static void CheckTensors(int[] indexes, int count, bool optional, string where)
    {
        foreach (int index in indexes)
        {
            if (index >= count || index < (optional ? -1 : 0))
            {
                throw new TfLiteFormatException($"{where} name tensor {index} of {count}");
            }
        }
    }
}
