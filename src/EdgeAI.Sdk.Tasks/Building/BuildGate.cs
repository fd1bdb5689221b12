using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Sdk.Tasks.Building;

/// <summary>Lets one build at a time into an intermediate folder, so that builds in an editor and at a command line do not mix.</summary>
internal static class BuildGate
{
    /// <summary>Waits until the folder is free; the gate opens again when the stream is disposed.</summary>
    public static FileStream Enter(string intermediateFolder, CancellationToken cancellation)
    {
        string path = Path.Combine(intermediateFolder, StageStore.BookFolder, "gate");
        for (int attempt = 0; ; attempt++)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                cancellation.WaitHandle.WaitOne(Math.Min(50, 5 + attempt));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw DiagnosticCatalog.OutputNotWritable.Throw(null, path, FileReason.OfWriting(path, error));
            }
        }
    }
}
