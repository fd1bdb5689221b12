using System.Collections.Immutable;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Model;

namespace Conformance.Tests;

/// <summary>One run of a model: its inputs and the outputs that its origin gives, both in the file's order.</summary>
internal sealed record GoldenRun(IReadOnlyList<NumericArray> Inputs, IReadOnlyList<NumericArray> Outputs);

/// <summary>A model with runs.</summary>
/// <param name="Name">Of the manifest.</param>
/// <param name="Path">The file, or its name inside an archive.</param>
/// <param name="Bytes">Its contents.</param>
/// <param name="Shapes">Extents of the inputs, by name.</param>
/// <param name="Runs">Without outputs where the origin gives none.</param>
/// <param name="IntegerSteps">How far integers may be off: 0, or the steps by which their origin differs from the reference kernels.</param>
/// <param name="IsStateful">Whether the runs are one sequence; else each begins anew.</param>
internal sealed record GoldenModel(
    string Name, string Path, byte[] Bytes, ImmutableSortedDictionary<string, Shape> Shapes, IReadOnlyList<GoldenRun> Runs, int IntegerSteps, bool IsStateful)
{
    /// <summary>The ONNX models, or the exports of PyTorch.</summary>
    public static IEnumerable<GoldenModel> ReadOnnx(string folder)
    {
        foreach (JsonElement model in Models(folder))
        {
            string name = model.GetProperty("name").GetString()!;
            string path = System.IO.Path.Combine(folder, model.GetProperty("file").GetString()!);
            string[] inputs = [.. model.GetProperty("inputs").EnumerateArray().Select(input => input.GetProperty("name").GetString()!)];
            string golden = Directory.Exists(System.IO.Path.Combine(folder, name, "golden")) ? System.IO.Path.Combine(folder, name, "golden") : System.IO.Path.Combine(folder, name);
            var runs = new List<GoldenRun>();
            foreach (JsonElement set in Items(model, "goldens").Where(set => set.TryGetProperty("outputs", out _)))
            {
                JsonElement given = set.GetProperty("inputs");
                runs.Add(new(
                    [.. given.ValueKind == JsonValueKind.Object
                        ? inputs.Where(input => given.TryGetProperty(input, out _)).Select(input => Read(golden, given.GetProperty(input).GetString()!))
                        : given.EnumerateArray().Select(file => Read(golden, file.GetProperty("file").GetString()!))],
                    [.. Items(set, "outputs").Select(file => Read(golden, file.GetProperty("file").GetString()!))]));
            }

            yield return new(name, path, File.ReadAllBytes(path), ShapesOf(inputs, runs), runs, 1, false);
        }
    }

    /// <summary>
    /// The TFLite models: outputs of TensorFlow Lite Micro's reference kernels, each set on a fresh interpreter, where there are any, else of LiteRT.
    /// Models with state have LiteRT's once more, where one interpreter ran the sets in order.
    /// </summary>
    public static IEnumerable<GoldenModel> ReadTfLite(string folder)
    {
        foreach (JsonElement model in Models(folder))
        {
            string path = System.IO.Path.Combine(folder, model.GetProperty("file").GetString()!);
            string[] inputs = [.. model.GetProperty("inputs").EnumerateArray().Select(input => input.GetProperty("name").GetString()!)];
            string name = model.GetProperty("name").GetString()!;
            List<GoldenRun> exact = RunsOf(folder, model, "tflm_outputs");
            List<GoldenRun> near = RunsOf(folder, model, "litert_outputs");
            List<GoldenRun> runs = exact.Count > 0 ? exact : near;
            yield return new(name, path, File.ReadAllBytes(path), ShapesOf(inputs, runs), runs, exact.Count > 0 ? 0 : 2, false);
            if (near.Count > 0 && model.GetProperty("stateful").GetBoolean())
            {
                yield return new($"{name} (sequence)", path, File.ReadAllBytes(path), ShapesOf(inputs, near), near, 2, true);
            }
        }
    }

    private static List<GoldenRun> RunsOf(string folder, JsonElement model, string origin) =>
    [
        .. Items(model, "golden_inputs").Where(set => Items(set, origin).Any()).Select(set => new GoldenRun(
            [.. Items(set, "inputs").Select(file => Read(folder, file.GetProperty("file").GetString()!))],
            [.. Items(set, origin).Select(file => Read(folder, file.GetProperty("file").GetString()!))])),
    ];

    /// <summary>The operator tests with 16-bit activations, in an archive with values as text.</summary>
    public static IEnumerable<GoldenModel> ReadSeaNet(string folder)
    {
        Dictionary<string, byte[]> files = Archive(System.IO.Path.Combine(folder, "tflm-seanet-public.tar.gz"));
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(System.IO.Path.Combine(folder, "tflm-seanet-MANIFEST.json")));
        foreach (JsonElement test in manifest.RootElement.GetProperty("tests").EnumerateArray())
        {
            string[] names = [.. test.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("file").GetString()!)];
            string model = names.Single(name => name.EndsWith(".tflite", StringComparison.Ordinal));
            var run = new GoldenRun(
                [.. names.Where(name => name.Contains("_input", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select((name, i) => Text(files[name], test.GetProperty("inputs")[i]))],
                [.. names.Where(name => name.Contains("_golden_", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select((name, i) => Text(files[name], test.GetProperty("outputs")[i]))]);
            yield return new(test.GetProperty("name").GetString()!, model, files[model], ImmutableSortedDictionary<string, Shape>.Empty, [run], 0, false);
        }
    }

    /// <summary>Models of one operator from other projects, with outputs of ONNX Runtime.</summary>
    public static IEnumerable<GoldenModel> ReadSingleOperators(string folder)
    {
        Dictionary<string, byte[]> files = Archive(System.IO.Path.Combine(folder, "onnx-misc-ops-public.tar.gz"));
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(System.IO.Path.Combine(folder, "misc-ops-MANIFEST.json")));
        foreach (JsonElement test in manifest.RootElement.GetProperty("tests").EnumerateArray())
        {
            string[] names = [.. test.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("file").GetString()!)];
            string model = names.Single(name => name.EndsWith(".onnx", StringComparison.Ordinal));
            string at = model[..^"model.onnx".Length];
            var run = new GoldenRun([.. Numbered(at + "input_")], [.. Numbered(at + "output_")]);
            string[] inputs = [.. test.GetProperty("inputs").EnumerateArray().Select(input => input.GetProperty("name").GetString()!)];
            yield return new(test.GetProperty("name").GetString()!, model, files[model], ShapesOf(inputs, [run]), run.Outputs.Count > 0 ? [run] : [], 1, false);

            IEnumerable<NumericArray> Numbered(string start)
            {
                for (int i = 0; files.TryGetValue($"{start}{i}.npy", out byte[]? bytes); i++)
                {
                    yield return NpyFormat.Read(bytes);
                }
            }
        }
    }

    private static ImmutableSortedDictionary<string, Shape> ShapesOf(string[] names, IReadOnlyList<GoldenRun> runs) => runs.Count == 0
        ? ImmutableSortedDictionary<string, Shape>.Empty
        : names.Take(runs[0].Inputs.Count).Select((name, i) => (name, runs[0].Inputs[i].Shape)).Where(pair => pair.name.Length > 0 && pair.Shape.ElementCount > 1)
            .ToImmutableSortedDictionary(pair => pair.name, pair => pair.Shape, StringComparer.Ordinal);

    /// <summary>An array of a folder of models, or beside it.</summary>
    public static NumericArray Read(string folder, string file) =>
        NpyFormat.Read(File.ReadAllBytes(File.Exists(System.IO.Path.Combine(folder, file)) ? System.IO.Path.Combine(folder, file) : System.IO.Path.Combine(folder, "..", file)));

    private static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static List<JsonElement> Models(string folder)
    {
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(System.IO.Path.Combine(folder, "MANIFEST.json")));
        return [.. manifest.RootElement.GetProperty("models").EnumerateArray().Select(model => model.Clone())];
    }

    private static NumericArray Text(byte[] file, JsonElement tensor)
    {
        long[] values = [.. System.Text.Encoding.ASCII.GetString(file).Split([',', '\n', '\r', ' '], StringSplitOptions.RemoveEmptyEntries)
            .Select(text => long.Parse(text, System.Globalization.CultureInfo.InvariantCulture))];
        var shape = new Shape([.. tensor.GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt32())]);
        return tensor.GetProperty("dtype").GetString() switch
        {
            "INT8" => new(ElementType.Int8, shape, values.Select(value => unchecked((byte)value)).ToArray()),
            "INT16" => new(ElementType.Int16, shape, values.SelectMany(value => BitConverter.GetBytes((short)value)).ToArray()),
            "INT32" => new(ElementType.Int32, shape, values.SelectMany(value => BitConverter.GetBytes((int)value)).ToArray()),
            var other => throw new InvalidDataException(other),
        };
    }

    private static Dictionary<string, byte[]> Archive(string path)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using FileStream stream = File.OpenRead(path);
        using var unzipped = new GZipStream(stream, CompressionMode.Decompress);
        using var reader = new TarReader(unzipped);
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is not null)
            {
                var copy = new MemoryStream();
                entry.DataStream.CopyTo(copy);
                files[entry.Name.TrimStart('.', '/')] = copy.ToArray();
            }
        }

        return files;
    }
}
