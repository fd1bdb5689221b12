using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Tool;

/// <summary>Reads and writes files; what the system refuses becomes a diagnostic.</summary>
internal static class TextFile
{
    /// <summary>The bytes of a file.</summary>
    public static byte[] Read(string path, DiagnosticDescriptor notReadable)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (IsRefusal(error))
        {
            throw notReadable.Throw(path.Length == 0 ? null : path, FileReason.OfReading(path, error));
        }
    }

    /// <summary>Refuses a folder that can never be made, before there is any work for it.</summary>
    public static void RequireFolder(string path)
    {
        if (FileReason.NoFolder(path) is { } reason)
        {
            throw DiagnosticCatalog.OutputNotWritable.Throw(null, path, reason);
        }
    }

    /// <summary>Makes a folder where there is none.</summary>
    public static void MakeFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception error) when (IsRefusal(error))
        {
            throw DiagnosticCatalog.OutputNotWritable.Throw(null, path, FileReason.OfFolder(path, error));
        }
    }

    /// <summary>Writes beside and renames, so that no half-written file is left.</summary>
    public static void Write(string path, string text) => Write(path, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Writes beside and renames, so that no half-written file is left.</summary>
    public static void Write(string path, byte[] bytes)
    {
        string beside = path + ".tmp";
        try
        {
            File.WriteAllBytes(beside, bytes);
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception error) when (IsRefusal(error))
        {
            throw DiagnosticCatalog.OutputNotWritable.Throw(null, path, FileReason.OfWriting(path, error));
        }
        finally
        {
            if (File.Exists(beside))
            {
                File.Delete(beside);
            }
        }
    }

    private static bool IsRefusal(Exception error) =>
        error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;
}
