using System.IO.Compression;

namespace EdgeAI.Compiler.Data;

/// <summary>NumPy's archive of arrays: a zip of .npy files, each named by its key.</summary>
public static class NpzFormat
{
    private const long LargestArrayBytes = 1L << 31;

    /// <summary>The arrays by key, in ordinal order. Throws <see cref="InvalidDataException"/>.</summary>
    public static SortedDictionary<string, NumericArray> Read(ReadOnlySpan<byte> file)
    {
        var arrays = new SortedDictionary<string, NumericArray>(StringComparer.Ordinal);
        using var archive = new ZipArchive(new MemoryStream(file.ToArray()), ZipArchiveMode.Read);
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            if (!entry.FullName.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (entry.Length > LargestArrayBytes)
            {
                throw new InvalidDataException($"array '{entry.FullName}' is larger than 2 GiB");
            }

            using Stream stream = entry.Open();
            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            arrays[entry.FullName[..^4]] = NpyFormat.Read(memory.ToArray());
        }

        return arrays;
    }
}
