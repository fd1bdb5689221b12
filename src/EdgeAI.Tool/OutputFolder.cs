using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Tool;

/// <summary>
/// A folder that holds the files of the latest compilation and, beside them, files of others. A list of the former lies among them; what it names and a later
/// compilation does not write is deleted, so that <c>gcc FOLDER/*.c</c> stays one library.
/// </summary>
internal static class OutputFolder
{
    /// <summary>The list: a path relative to the folder on each line.</summary>
    public const string ListName = ".edgeai-files";

    /// <summary>Writes files, each whole or not at all, and deletes those of the compilation before that are none of them.</summary>
    public static void Write(string folder, IReadOnlyList<SourceFile> files)
    {
        TextFile.MakeFolder(folder);
        string list = Path.Combine(folder, ListName);
        string[] earlier = File.Exists(list) ? File.ReadAllLines(list) : [];
        string[] current = [.. files.Select(file => file.Path).Order(StringComparer.Ordinal)];
        foreach (string stale in earlier.Except(current, StringComparer.Ordinal).Where(IsInside))
        {
            Delete(Path.Combine(folder, stale));
        }

        // The list names files before they are there: what an interrupted run leaves is known to the next.
        TextFile.Write(list, string.Concat(current.Select(path => path + "\n")));
        foreach (SourceFile file in files)
        {
            string path = Path.Combine(folder, file.Path);
            TextFile.MakeFolder(Path.GetDirectoryName(path)!);
            TextFile.Write(path, file.Text);
        }
    }

    /// <summary>Whether a line of the list, which anybody may have written, stays in the folder.</summary>
    private static bool IsInside(string path) => path.Length > 0 && !Path.IsPathRooted(path) && !path.Split('/', '\\').Contains("..");

    private static void Delete(string path)
    {
        try
        {
            if (File.Exists(path))
            {
                File.Delete(path);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw DiagnosticCatalog.OutputNotWritable.Throw(null, path, FileReason.OfWriting(path, error));
        }
    }
}
