using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Data;

/// <summary>
/// Finds the arrays of a sample set. A folder with test_data_set_* folders is the ONNX test layout; a folder with an array for each input
/// (input_0.npy, or the input's name) is a set of arrays; any other folder is many files, each with samples of the one input.
/// Where folders in it stand for classes, their samples have that label. A .npz holds arrays by key, the labels under "labels" or "y" unless that is an output of
/// the array's size; a .npy, .csv, .wav or picture serves a model of one input. A .wav is cut into consecutive pieces as long as the input; a picture is one sample.
/// </summary>
internal sealed class SampleSource(
    string role, string path, string display, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs, ImageNormalization? normalization,
    IReadOnlyDictionary<string, int>? classOfFolder = null)
{
    private static readonly string[] _labelNames = ["label", "labels", "y"];
    private static readonly string[] Extensions = [".npy", ".npz", ".csv", ".wav", .. ImageFormat.Extensions];

    // A larger .npy of one input is read piece by piece.
    private const long SlabBytes = 64L << 20;

    /// <summary>Reads one file or piece after the other; each set has an array for each input, and for each output that is given.</summary>
    public IEnumerable<ArraySet> Read()
    {
        if (Directory.Exists(path))
        {
            return ReadFolder();
        }

        return File.Exists(path) ? ReadFile(path, display) : throw DiagnosticCatalog.DataMissing.Throw(null, role, display);
    }

    private IEnumerable<ArraySet> ReadFolder()
    {
        string[] testSets = [.. Directory.GetDirectories(path, "test_data_set_*").OrderBy(NaturalKey, StringComparer.Ordinal)];
        if (testSets.Length > 0)
        {
            return testSets.Select(folder => ReadNamed(folder, $"{display}/{Path.GetFileName(folder)}"));
        }

        if (Candidates("input", 0, inputs[0].Name).Any(stem => FindFile(path, stem) is not null))
        {
            return [ReadNamed(path, display)];
        }

        string[] files = FilesIn(path);
        if (files.Length == 0 && Directory.EnumerateFileSystemEntries(path).Any())
        {
            throw DiagnosticCatalog.DataFormat.Throw(null, display);
        }

        return files.SelectMany(relative => ReadFile(Path.Combine(path, relative), $"{display}/{relative}").Select(set => set with { Label = LabelOf(relative) }));
    }

    /// <summary>
    /// The folders that hold the samples of a folder of many files, in ordinal order of their names, and the first file that lies beside them. A folder without
    /// samples is none. Empty where there are fewer than two, or where the folder has another layout.
    /// </summary>
    public (IReadOnlyList<string> Folders, string? Beside) FindFolders()
    {
        if (!Directory.Exists(path) || Directory.GetDirectories(path, "test_data_set_*").Length > 0
            || Candidates("input", 0, inputs[0].Name).Any(stem => FindFile(path, stem) is not null))
        {
            return ([], null);
        }

        string[] files = FilesIn(path);
        string[] folders =
        [
            .. files.Where(file => file.Contains('/', StringComparison.Ordinal)).Select(file => file.Split('/')[0])
                .Where(name => !name.StartsWith('.') && !name.StartsWith("__", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
        return folders.Length > 1 ? (folders, files.FirstOrDefault(file => !file.Contains('/', StringComparison.Ordinal))) : ([], null);
    }

    private int? LabelOf(string relative) =>
        classOfFolder is not null && classOfFolder.TryGetValue(relative.Split('/')[0], out int label) ? label : null;

    /// <summary>Files with samples by their paths from the folder, with forward slashes, in ordinal order.</summary>
    private static string[] FilesIn(string folder) =>
    [
        .. Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Where(file => !Path.GetFileName(file).StartsWith("label", StringComparison.OrdinalIgnoreCase))
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];

    private ArraySet ReadNamed(string folder, string shown)
    {
        var arrays = new SortedDictionary<string, NumericArray>(StringComparer.Ordinal);
        AddNamed(folder, shown, "input", inputs, arrays);
        AddNamed(folder, shown, "output", outputs, arrays);
        return Select(arrays, shown, null);
    }

    private static void AddNamed(
        string folder, string shown, string kind, IReadOnlyList<Tensor> tensors, SortedDictionary<string, NumericArray> arrays)
    {
        for (int i = 0; i < tensors.Count; i++)
        {
            foreach (string stem in Candidates(kind, i, tensors[i].Name))
            {
                if (FindFile(folder, stem) is { } file)
                {
                    arrays[$"{kind}_{i}"] = ReadArray(file, $"{shown}/{Path.GetFileName(file)}");
                    break;
                }
            }
        }
    }

    private IEnumerable<ArraySet> ReadFile(string file, string shown)
    {
        string extension = Path.GetExtension(file);
        if (extension.Equals(".npz", StringComparison.OrdinalIgnoreCase))
        {
            return Guarded<ArraySet[]>(shown, () => [Select(NpzFormat.Read(File.ReadAllBytes(file)), shown, null)]);
        }

        if (!Extensions.Contains(extension, StringComparer.OrdinalIgnoreCase))
        {
            throw DiagnosticCatalog.DataFormat.Throw(null, shown);
        }

        if (inputs.Count != 1)
        {
            throw DiagnosticCatalog.DataInputs.Throw(null, shown, inputs[1].Name, inputs.Count, Names(inputs));
        }

        if (extension.Equals(".csv", StringComparison.OrdinalIgnoreCase))
        {
            return Guarded<ArraySet[]>(shown, () =>
            {
                (NumericArray values, int[]? labels) = CsvFormat.Read(File.ReadAllBytes(file), inputs[0].Shape.ElementCount);
                return [new ArraySet(shown, [SampleSplitter.FromText(values, inputs[0], shown)], [], labels)];
            });
        }

        if (extension.Equals(".wav", StringComparison.OrdinalIgnoreCase))
        {
            return Guarded<ArraySet[]>(shown, () =>
                [new ArraySet(shown, [SampleSplitter.FromSound(WavFormat.Read(File.ReadAllBytes(file)).Samples, inputs[0], shown)], [], null)]);
        }

        if (ImageFormat.Extensions.Contains(extension, StringComparer.OrdinalIgnoreCase))
        {
            return Guarded<ArraySet[]>(shown, () =>
                [new ArraySet(shown, [ImageFormat.Read(File.ReadAllBytes(file), inputs[0], normalization, shown)], [], null)]);
        }

        return ReadSlabs(file, shown);
    }

    private IEnumerable<ArraySet> ReadSlabs(string file, string shown)
    {
        // One sample is never cut.
        long slabBytes = Math.Max(SlabBytes, inputs[0].Shape.ElementCount * sizeof(double));
        using IEnumerator<NumericArray> slabs = NpyFormat.ReadSlabs(file, slabBytes).GetEnumerator();
        long first = 0;
        while (Guarded(shown, slabs.MoveNext))
        {
            NumericArray slab = slabs.Current;
            yield return new ArraySet(first == 0 ? shown : FormattableString.Invariant($"{shown} behind sample {first - 1}"), [slab], [], null);
            first += slab.Shape.Rank == 0 ? 1 : slab.Shape[0];
        }
    }

    private ArraySet Select(SortedDictionary<string, NumericArray> arrays, string shown, int[]? labels)
    {
        var chosen = ImmutableArray.CreateBuilder<NumericArray>();
        for (int i = 0; i < inputs.Count; i++)
        {
            string? key = Candidates("input", i, inputs[i].Name).FirstOrDefault(arrays.ContainsKey);
            if (key is null && inputs.Count == 1 && arrays.Count == 1)
            {
                key = arrays.Keys.First();
            }

            chosen.Add(key is null
                ? throw DiagnosticCatalog.DataInputs.Throw(null, shown, inputs[i].Name, inputs.Count, Names(inputs))
                : arrays[key]);
        }

        double samples = chosen[0].Shape.ElementCount / Math.Max(1.0, inputs[0].Shape.ElementCount);
        var expected = ImmutableArray.CreateBuilder<NumericArray?>();
        for (int i = 0; i < outputs.Count; i++)
        {
            double size = samples * outputs[i].Shape.ElementCount;
            string? key = Candidates("output", i, outputs[i].Name).FirstOrDefault(
                key => arrays.TryGetValue(key, out NumericArray? array) && (!_labelNames.Contains(key) || array.Shape.ElementCount == size));
            expected.Add(key is null ? null : arrays[key]);
        }

        if (arrays.FirstOrDefault(pair => _labelNames.Contains(pair.Key) && !expected.Contains(pair.Value)).Value is { } labelArray)
        {
            labels = LabelFile.FromArray(labelArray, shown);
        }

        return new ArraySet(shown, chosen.ToImmutable(), expected.All(array => array is null) ? [] : expected.ToImmutable(), labels);
    }

    private static NumericArray ReadArray(string file, string shown) => Guarded(shown, () =>
    {
        byte[] bytes = File.ReadAllBytes(file);
        return Path.GetExtension(file).Equals(".pb", StringComparison.OrdinalIgnoreCase)
            ? OnnxTensorFile.Read(bytes) : NpyFormat.Read(bytes);
    });

    private static T Guarded<T>(string shown, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw DiagnosticCatalog.DataNotReadable.Throw(null, shown, error.Message.TrimEnd('.'));
        }
    }

    private static string? FindFile(string folder, string stem)
    {
        string safe = stem.Replace('/', '_').Replace('\\', '_').Replace(':', '_');
        return new[] { ".npy", ".pb" }.Select(extension => Path.Combine(folder, safe + extension)).FirstOrDefault(File.Exists);
    }

    private static IEnumerable<string> Candidates(string kind, int index, string name) => [$"{kind}_{index}", name];

    private static string Names(IReadOnlyList<Tensor> tensors) => string.Join(", ", tensors.Select(tensor => tensor.Name));

    /// <summary>Numbers in a name padded, so that set 10 follows set 9.</summary>
    private static string NaturalKey(string folder)
    {
        string name = Path.GetFileName(folder);
        int digits = name.Length - name.TrimEnd([.. "0123456789"]).Length;
        return name[..^digits] + name[^digits..].PadLeft(12, '0');
    }
}

/// <summary>The arrays of one file or folder.</summary>
/// <param name="Display">Its name in diagnostics.</param>
/// <param name="Inputs">One for each input of the model.</param>
/// <param name="Outputs">One for each output, null where none is given; empty when none at all.</param>
/// <param name="Labels">Class labels found with the data, or null.</param>
internal sealed record ArraySet(
    string Display, ImmutableArray<NumericArray> Inputs, ImmutableArray<NumericArray?> Outputs, int[]? Labels)
{
    /// <summary>The class of all samples that have no label of their own, or null.</summary>
    public int? Label { get; init; }
}
