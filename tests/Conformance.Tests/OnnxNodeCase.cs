using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Schema;
using Google.Protobuf;

namespace Conformance.Tests;

/// <summary>One case of the ONNX operator suite: a model and sets of inputs with the outputs they must give.</summary>
/// <param name="Name">The suite's name: <c>node/test_abs</c>.</param>
/// <param name="Tier">core, extended, signal or exotic-dtype.</param>
/// <param name="Files">Contents by path inside the case.</param>
internal sealed record OnnxNodeCase(string Name, string Tier, IReadOnlyDictionary<string, byte[]> Files)
{
    /// <summary>The cases of all tiers in ordinal order of name.</summary>
    public static IReadOnlyList<OnnxNodeCase> Read(string folder)
    {
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "MANIFEST.json")));
        var tiers = manifest.RootElement.GetProperty("tests").EnumerateArray()
            .ToDictionary(test => test.GetProperty("test").GetString()!, test => test.GetProperty("tier").GetString()!, StringComparer.Ordinal);
        var files = new SortedDictionary<string, Dictionary<string, byte[]>>(StringComparer.Ordinal);
        using FileStream stream = File.OpenRead(Path.Combine(folder, "onnx-node-public.tar.gz"));
        using var unzipped = new GZipStream(stream, CompressionMode.Decompress);
        using var reader = new TarReader(unzipped);
        while (reader.GetNextEntry() is { } entry)
        {
            string[] parts = entry.Name.TrimStart('.', '/').Split('/', 3);
            string name = string.Join('/', parts.Take(2));
            if (parts.Length == 3 && entry.DataStream is not null && tiers.GetValueOrDefault(name) is not null)
            {
                var copy = new MemoryStream();
                entry.DataStream.CopyTo(copy);
                files.TryAdd(name, new Dictionary<string, byte[]>(StringComparer.Ordinal));
                files[name][parts[2]] = copy.ToArray();
            }
        }

        return [.. files.Select(pair => new OnnxNodeCase(pair.Key, tiers[pair.Key], pair.Value))];
    }

    /// <summary>The arrays of a set; the side is input or output. Throws for one that is not a tensor of numbers.</summary>
    public IReadOnlyList<NumericArray> Arrays(int set, string side)
    {
        var arrays = new List<NumericArray>();
        while (Files.TryGetValue($"test_data_set_{set}/{side}_{arrays.Count}.pb", out byte[]? bytes))
        {
            arrays.Add(OnnxTensorFile.Read(bytes));
        }

        return arrays;
    }

    /// <summary>What the roundings of an output's type cost over several steps, at least what is given: the firmware computes all floats in float32.</summary>
    public double ToleranceOf(int output, double least) =>
        (TensorProto.Types.DataType)ModelProto.Parser.ParseFrom(Model).Graph.Output[output].Type.TensorType.ElemType switch
        {
            TensorProto.Types.DataType.Float16 => Math.Max(least, 2e-3),
            TensorProto.Types.DataType.Bfloat16 => Math.Max(least, 1e-2),
            _ => least,
        };

    /// <summary>The model file.</summary>
    public byte[] Model => Files["model.onnx"];

    /// <summary>
    /// The model with some operands as constants: the suite feeds shapes, axes and scales as inputs, which real models have as constants.
    /// The indexes are those of the graph's inputs.
    /// </summary>
    public byte[] ModelWithConstants(IReadOnlySet<int> constant)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(Model);
        foreach (int i in constant)
        {
            TensorProto tensor = TensorProto.Parser.ParseFrom(Files[$"test_data_set_0/input_{i}.pb"]);
            tensor.Name = model.Graph.Input[i].Name;
            model.Graph.Initializer.Add(tensor);
        }

        return model.ToByteArray();
    }

    /// <summary>The names of the model's inputs, constants left out, with the axes that the file leaves open.</summary>
    public IReadOnlyList<(string Name, bool IsOpen)> Inputs()
    {
        GraphProto graph = ModelProto.Parser.ParseFrom(Model).Graph;
        var constants = graph.Initializer.Select(initializer => initializer.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. graph.Input.Where(input => !constants.Contains(input.Name)).Select(input => (input.Name,
                input.Type.TensorType?.Shape is not { } shape || shape.Dim.Any(axis => axis.ValueCase != TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue))),
        ];
    }
}
