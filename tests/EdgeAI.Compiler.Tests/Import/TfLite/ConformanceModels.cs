using System.Collections.Immutable;
using System.Text.Json;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Compiler.Tests.Import.TfLite;

/// <summary>The public TFLite models with their expected outputs, where the conformance data is at hand.</summary>
internal static class ConformanceModels
{
    /// <summary>The folder of the conformance data: EDGEAI_CONFORMANCE, else ../shared/conformance beside the repository; null when there is none.</summary>
    public static string? Folder { get; } = FindFolder();

    /// <summary>The entries of tflite/MANIFEST.json; none without the data.</summary>
    public static IReadOnlyList<JsonElement> Entries()
    {
        if (Folder is null)
        {
            Console.WriteLine("ran without the conformance data");
            return [];
        }

        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "tflite", "MANIFEST.json")));
        return [.. document.RootElement.GetProperty("models").EnumerateArray().Select(entry => entry.Clone())];
    }

    /// <summary>A request to import a file of the conformance data.</summary>
    public static ImportRequest Request(string relativePath) => Request(relativePath, File.ReadAllBytes(Path.Combine(Folder!, relativePath)));

    /// <summary>A request to import bytes under a name.</summary>
    public static ImportRequest Request(string path, byte[] bytes, params (string Name, Shape Shape)[] inputShapes) =>
        new("model", path, bytes, inputShapes.ToImmutableSortedDictionary(pair => pair.Name, pair => pair.Shape), _ => null);

    /// <summary>The row-major contents of a .npy file as they lie there.</summary>
    public static byte[] ReadNpy(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int header = bytes[6] == 1 ? 10 + BitConverter.ToUInt16(bytes, 8) : 12 + BitConverter.ToInt32(bytes, 8);
        return bytes[header..];
    }

    private static string? FindFolder()
    {
        if (Environment.GetEnvironmentVariable("EDGEAI_CONFORMANCE") is { Length: > 0 } named)
        {
            return Directory.Exists(named) ? named : null;
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EdgeAI.Sdk.sln")))
            {
                string beside = Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "conformance"));
                return Directory.Exists(beside) ? beside : null;
            }
        }

        return null;
    }
}
