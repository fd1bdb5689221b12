using System.Text;
using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Sdk.Tasks.Building;

/// <summary>Writes whole files or none: beside the place under another name, then renamed.</summary>
internal static class AtomicFile
{
    /// <summary>The ending of files that are being written.</summary>
    public const string Ending = ".writing";

    /// <summary>UTF-8 without a mark.</summary>
    public static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Replaces or makes a file; its folder is made as well. Throws <see cref="DiagnosticException"/> (EAI9011).</summary>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        string beside = path + Ending;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (var stream = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                stream.Write(bytes);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Delete(beside);
            throw DiagnosticCatalog.OutputNotWritable.Throw(null, path, FileReason.OfWriting(path, error));
        }
    }

    /// <summary>Replaces or makes a text file.</summary>
    public static void Write(string path, string text) => Write(path, Utf8.GetBytes(text));

    /// <summary>Deletes a file when it is there and may be deleted.</summary>
    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What is left is overwritten or deleted by the next build.
        }
    }

    /// <summary>Deletes a folder and those above it, below <paramref name="root"/>, as far as they are empty.</summary>
    public static void DeleteEmptyFolders(string? folder, string root)
    {
        string top = Path.TrimEndingDirectorySeparator(root);
        while (folder is not null && folder.Length > top.Length && folder.StartsWith(top, StringComparison.Ordinal))
        {
            try
            {
                if (!Directory.Exists(folder) || Directory.EnumerateFileSystemEntries(folder).Any())
                {
                    return;
                }

                Directory.Delete(folder);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return;
            }

            folder = Path.GetDirectoryName(folder);
        }
    }
}
