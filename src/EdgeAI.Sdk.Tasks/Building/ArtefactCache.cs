using System.IO.Compression;

namespace EdgeAI.Sdk.Tasks.Building;

/// <summary>
/// A folder of finished units by key, shared by configurations, frameworks and clones. One zip archive for each key, written beside and
/// renamed; its checksums find damage, and a damaged or unreadable entry counts as absent. Nothing here can fail a build.
/// </summary>
/// <param name="folder">The absolute folder, or null for no cache.</param>
internal sealed class ArtefactCache(string? folder)
{
    private const string StateEntry = "state.txt";

    /// <summary>The state and the files of a key, or null.</summary>
    public (StageState State, IReadOnlyList<StageFile> Files)? Find(Stage stage, string key)
    {
        if (folder is null || !File.Exists(PathOf(stage, key)))
        {
            return null;
        }

        try
        {
            using ZipArchive archive = ZipFile.OpenRead(PathOf(stage, key));
            StageState? state = StageState.Parse(AtomicFile.Utf8.GetString(Read(archive, StateEntry)));
            if (state is null || state.Key != key)
            {
                return null;
            }

            var files = new List<StageFile>();
            for (int i = 0; i < state.Files.Length; i++)
            {
                byte[] bytes = Read(archive, $"files/{i}");
                if (KeyBuilder.Hash(bytes) != state.Files[i].Sha256)
                {
                    return null;
                }

                files.Add(new StageFile(state.Files[i].Path, bytes));
            }

            return (state, files);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Stores a finished unit.</summary>
    public void Store(Stage stage, StageState state, IReadOnlyList<StageFile> files)
    {
        if (folder is null)
        {
            return;
        }

        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Write(archive, StateEntry, AtomicFile.Utf8.GetBytes(state.Format()));
            for (int i = 0; i < files.Count; i++)
            {
                Write(archive, $"files/{i}", files[i].Bytes);
            }
        }

        string path = PathOf(stage, state.Key);
        string beside = $"{path}.{Guid.NewGuid():N}{AtomicFile.Ending}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(beside, stream.GetBuffer().AsSpan(0, (int)stream.Length));
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            AtomicFile.Delete(beside);
        }
    }

    private string PathOf(Stage stage, string key) =>
        Path.Combine(folder!, stage.ToString().ToLowerInvariant(), key[..2], key + ".zip");

    private static byte[] Read(ZipArchive archive, string name)
    {
        ZipArchiveEntry entry = archive.GetEntry(name) ?? throw new InvalidDataException(name);
        using Stream stream = entry.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static void Write(ZipArchive archive, string name, byte[] bytes)
    {
        ZipArchiveEntry entry = archive.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using Stream stream = entry.Open();
        stream.Write(bytes);
    }
}
