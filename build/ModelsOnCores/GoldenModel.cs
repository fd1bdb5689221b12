namespace ModelsOnCores;

/// <summary>A model file with one set of golden inputs and outputs.</summary>
/// <param name="Name">Of the file or its folder.</param>
/// <param name="Path">The file.</param>
/// <param name="Inputs">Files of inputs in order.</param>
/// <param name="Outputs">Files of outputs in order; none where the outputs of another runtime are not exact.</param>
internal sealed record GoldenModel(string Name, string Path, string[] Inputs, string[] Outputs)
{
    /// <summary>Whether the file keeps its types: ONNX files run as they are written.</summary>
    public bool IsOnnx => Path.EndsWith(".onnx", StringComparison.Ordinal);

    /// <summary>All of a conformance folder, in the order of names.</summary>
    public static IEnumerable<GoldenModel> In(string data)
    {
        foreach (string file in Directory.GetFiles(System.IO.Path.Combine(data, "tflite"), "*.tflite").Order(StringComparer.Ordinal))
        {
            string name = System.IO.Path.GetFileNameWithoutExtension(file);
            string golden = System.IO.Path.Combine(data, "tflite", "golden", name);
            if (Set(golden, "input") is { Length: > 0 } inputs)
            {
                yield return new(name, file, inputs, Set(golden, "tflm_output"));
            }
        }

        foreach (string room in new[] { "onnx", "torch" })
        {
            foreach (string folder in Directory.GetDirectories(System.IO.Path.Combine(data, room)).Order(StringComparer.Ordinal))
            {
                string file = System.IO.Path.Combine(folder, "model.onnx");
                string golden = room == "onnx" ? System.IO.Path.Combine(folder, "golden") : folder;
                if (File.Exists(file) && Set(golden, "input") is { Length: > 0 } inputs)
                {
                    yield return new(System.IO.Path.GetFileName(folder), file, inputs, Set(golden, "output"));
                }
            }
        }
    }

    private static string[] Set(string folder, string kind) => Directory.Exists(folder)
        ? [.. Enumerable.Range(0, 64).Select(i => System.IO.Path.Combine(folder, $"set0_{kind}_{i}.npy")).TakeWhile(File.Exists)]
        : [];
}
