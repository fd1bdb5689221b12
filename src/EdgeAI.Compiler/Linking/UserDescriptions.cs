using System.Text.Json;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Compiler.Linking;

/// <summary>What a build has to know of descriptions of a user's C before it reads them.</summary>
public static class UserDescriptions
{
    /// <summary>
    /// The absolute paths of the files and folders that a description names and of nothing else, patterns as their folders: what a build has to watch. Empty
    /// for a description that cannot be read.
    /// </summary>
    public static IReadOnlyList<string> PathsIn(string path)
    {
        try
        {
            string folder = Path.GetDirectoryName(path)!;
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path), DescriptionReader.Json);
            return
            [
                .. new[] { "header", "sources", "includeFolders", "reference" }.Where(member => document.RootElement.TryGetProperty(member, out _))
                    .SelectMany(member => document.RootElement.GetProperty(member) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : new[] { document.RootElement.GetProperty(member) })
                    .Where(item => item.ValueKind == JsonValueKind.String)
                    .Select(item => ProjectPaths.Absolute(folder, item.GetString()!))
                    .Select(item => Path.GetFileName(item).Contains('*', StringComparison.Ordinal) ? Path.GetDirectoryName(item)! : item),
            ];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return [];
        }
    }
}
