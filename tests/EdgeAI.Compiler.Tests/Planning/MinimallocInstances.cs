using System.Globalization;
using EdgeAI.Compiler.Planning.Offsets;

namespace EdgeAI.Compiler.Tests.Planning;

/// <summary>Allocation problems of the conformance data: csv files with the columns id, lower, upper, size.</summary>
internal static class MinimallocInstances
{
    /// <summary>The folder of the instances, or null when there is no conformance data.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>The buffers of one file, relative to the folder.</summary>
    public static BufferLifetime[] Read(string file)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Folder!, file));
        var columns = lines[0].Split(',').ToList();
        int Column(string[] cells, string name) => int.Parse(cells[columns.IndexOf(name)], CultureInfo.InvariantCulture);
        return
        [
            .. lines.Skip(1).Where(line => line.Length > 0).Select(line => line.Split(','))
                .Select(cells => new BufferLifetime(Column(cells, "lower"), Column(cells, "upper"), Column(cells, "size"), 4)),
        ];
    }

    private static string? Find()
    {
        string? root = Environment.GetEnvironmentVariable("EDGEAI_CONFORMANCE");
        if (string.IsNullOrEmpty(root))
        {
            DirectoryInfo? folder = new(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EdgeAI.Sdk.sln")))
            {
                folder = folder.Parent;
            }

            root = folder?.Parent is { } parent ? Path.Combine(parent.FullName, "shared", "conformance") : "";
        }

        string instances = Path.Combine(root, "minimalloc");
        return Directory.Exists(instances) ? instances : null;
    }
}
