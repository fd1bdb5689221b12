namespace EdgeAI.Compiler.Diagnostics;

/// <summary>Why the system refuses a file, in words for a diagnostic: half a sentence without a full stop.</summary>
public static class FileReason
{
    /// <summary>Why a file could not be read.</summary>
    public static string OfReading(string path, Exception error) =>
        path.Length == 0 ? "the path is empty"
        : Directory.Exists(path) ? "it is a folder"
        : error is FileNotFoundException or DirectoryNotFoundException ? "there is no such file"
        : Plain(error);

    /// <summary>Why a file could not be written.</summary>
    public static string OfWriting(string path, Exception error) =>
        Directory.Exists(path) ? "a folder has this name" : OfFolder(Path.GetDirectoryName(path) ?? path, error);

    /// <summary>Why a folder could not be made.</summary>
    public static string OfFolder(string path, Exception error) => NoFolder(path) ?? Plain(error);

    /// <summary>Why there can be no folder at a path, as far as that is known without making it; null where there may be one.</summary>
    public static string? NoFolder(string path)
    {
        for (string? at = path; !string.IsNullOrEmpty(at); at = Path.GetDirectoryName(at))
        {
            if (File.Exists(at))
            {
                return $"'{at.Replace('\\', '/')}' is a file, not a folder";
            }
        }

        return path.Length == 0 ? "the path is empty" : null;
    }

    private static string Plain(Exception error) => error.Message.ReplaceLineEndings(" ").TrimEnd('.');
}
