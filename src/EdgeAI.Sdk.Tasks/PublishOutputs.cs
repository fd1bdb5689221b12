using System.Runtime.CompilerServices;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Settings;
using EdgeAI.Sdk.Tasks.Building;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Task = Microsoft.Build.Utilities.Task;

namespace EdgeAI.Sdk.Tasks;

[MSBuildMultiThreadableTask]
public sealed partial class PublishOutputs : Task, ICancelableTask
{
    private volatile bool _cancelled;

    /// <inheritdoc/>
    public void Cancel() => _cancelled = true;

    /// <inheritdoc/>
    public override bool Execute()
    {
        string source = Path.TrimEndingDirectorySeparator(SourceFolder);
        string output = Path.TrimEndingDirectorySeparator(OutputFolder);
        string[] files = Directory.Exists(source) ? Directory.GetFiles(source, "*", SearchOption.AllDirectories) : [];
        Array.Sort(files, StringComparer.Ordinal);
        var published = new string[files.Length];
        for (int i = 0; i < files.Length; i++)
        {
            published[i] = output + files[i][source.Length..];
        }

        Mirror(files, published, output);
        var items = new ITaskItem[published.Length];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = new TaskItem(published[i]);
        }

        Published = items;
        return !Log.HasLoggedErrors && !_cancelled;
    }

    private void Mirror(string[] files, string[] published, string output)
    {
        // The list names files before they are there: an interrupted build leaves none that the next does not know of.
        string[] earlier = File.Exists(PublishedFile) ? File.ReadAllLines(PublishedFile) : [];
        string current = "";
        try
        {
            if (!earlier.AsSpan().SequenceEqual(published))
            {
                foreach (string path in earlier)
                {
                    if (Array.BinarySearch(published, path, StringComparer.Ordinal) < 0)
                    {
                        AtomicFile.Delete(path);
                        AtomicFile.DeleteEmptyFolders(Path.GetDirectoryName(path), Path.GetDirectoryName(Path.GetDirectoryName(output))!);
                    }
                }

                AtomicFile.Write(PublishedFile, string.Join('\n', published) + (published.Length > 0 ? "\n" : ""));
            }

            for (int i = 0; i < files.Length && !_cancelled; i++)
            {
                current = published[i];
                Copy(files[i], current);
            }
        }
        catch (DiagnosticException error)
        {
            Say(error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            SayNotWritable(current, error);
        }
    }

    private static void Copy(string source, string destination)
    {
        var from = new FileInfo(source);
        var to = new FileInfo(destination);
        if (to.Exists && to.Length == from.Length && to.LastWriteTimeUtc == from.LastWriteTimeUtc)
        {
            return;
        }

        Directory.CreateDirectory(to.DirectoryName!);
        string beside = destination + AtomicFile.Ending;
        try
        {
            File.Copy(source, beside, overwrite: true);
            File.SetLastWriteTimeUtc(beside, from.LastWriteTimeUtc);
            File.Move(beside, destination, overwrite: true);
        }
        catch
        {
            AtomicFile.Delete(beside);
            throw;
        }
    }

    private void Say(DiagnosticException error) =>
        new DiagnosticLog(Log, BuildEngine, new TaskSettings([])).Say(error.Diagnostics[0] with { File = ProjectFile });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SayNotWritable(string path, Exception error) => Say(DiagnosticCatalog.OutputNotWritable.Throw(
        null, ProjectPaths.Display(ProjectDirectory, path), FileReason.OfWriting(path, error)));
}
