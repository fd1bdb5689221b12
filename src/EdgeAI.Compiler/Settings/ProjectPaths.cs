namespace EdgeAI.Compiler.Settings;

/// <summary>Paths as users write them and as files and diagnostics name them.</summary>
public static class ProjectPaths
{
    /// <summary>The absolute path of a text that may be relative to a folder and may use either separator.</summary>
    public static string Absolute(string folder, string path)
    {
        string native = Path.DirectorySeparatorChar == '/' ? path.Replace('\\', '/') : path;
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(native, folder));
    }

    /// <summary>A path relative to a folder with forward slashes, the same on every machine.</summary>
    public static string Display(string folder, string path) =>
        Path.GetRelativePath(folder, Absolute(folder, path)).Replace('\\', '/');
}
