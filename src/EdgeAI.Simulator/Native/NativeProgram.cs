using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Simulator.Native;

/// <summary>Compiles the generated library's files that one model needs, together with the harness, into a program.</summary>
/// <param name="compiler">Absolute path.</param>
/// <param name="flags">Of the machine the program is for.</param>
/// <param name="folder">Existing; sources and objects go into it.</param>
/// <param name="model">The model's name.</param>
internal sealed class NativeProgram(string compiler, IReadOnlyList<string> flags, string folder, string model)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private const string LibraryPrefix = "lib_";

    private readonly List<string> _objects = [];

    /// <summary>What the compiler complained of first when it last failed; null when it never did.</summary>
    public string? Complaint { get; private set; }

    /// <summary>Compiles the library: its objects are named lib_*, those of other models are left out.</summary>
    public void CompileLibrary(FirmwareSources firmware, IEnumerable<string> otherModels, CancellationToken cancellation)
    {
        var others = otherModels.SelectMany(name => new[] { $"{name}.c", $"{name}_weights.c" }).ToHashSet(StringComparer.Ordinal);
        foreach (SourceFile file in firmware.Files)
        {
            string path = Path.Combine(folder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, file.Text);
        }

        string[] sources = [.. firmware.Files.Select(file => file.Path).Where(path => path.EndsWith(".c", StringComparison.Ordinal) && !others.Contains(path))];
        Compile(sources, LibraryPrefix, ["-O2", "-ffunction-sections", "-fdata-sections"], cancellation);
    }

    /// <summary>Compiles harness files, named in the folder, with extra definitions; returns their objects.</summary>
    public void CompileHarness(IReadOnlyDictionary<string, string> sources, IReadOnlyList<string> definitions, CancellationToken cancellation)
    {
        _objects.RemoveAll(name => Path.GetFileName(name).StartsWith("harness_", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(folder, "edgeai_harness.h"), HarnessSource.Resource("edgeai_harness.h"));
        foreach ((string name, string text) in sources)
        {
            File.WriteAllText(Path.Combine(folder, name), text);
        }

        Compile([.. sources.Keys.Order(StringComparer.Ordinal)], "harness_", ["-O1", "-fno-tree-loop-distribute-patterns", .. definitions], cancellation);
    }

    /// <summary>The library's objects, named in the folder.</summary>
    public IEnumerable<string> LibraryObjects => _objects.Where(name => name.StartsWith(LibraryPrefix, StringComparison.Ordinal));

    /// <summary>Compiles a program of one file and links it with the library alone; the harness stays out.</summary>
    public string LinkLibrary(string source, string text, string output, IReadOnlyList<string> linkerFlags, CancellationToken cancellation)
    {
        File.WriteAllText(Path.Combine(folder, source), text);
        string program = Path.ChangeExtension(source, ".o");
        Start([.. flags, "-std=c11", "-O1", "-I", ".", "-c", source, "-o", program], cancellation);
        Start([.. flags, program, .. LibraryObjects, .. linkerFlags, "-lm", "-o", output], cancellation);
        return Path.Combine(folder, output);
    }

    /// <summary>Links everything compiled so far.</summary>
    public string Link(string output, IReadOnlyList<string> linkerFlags, CancellationToken cancellation)
    {
        Start([.. flags, .. _objects, .. linkerFlags, "-lm", "-o", output], cancellation);
        return Path.Combine(folder, output);
    }

    private void Compile(IReadOnlyList<string> sources, string prefix, IReadOnlyList<string> options, CancellationToken cancellation)
    {
        string[] objects = [.. sources.Select(source => prefix + Path.ChangeExtension(source, ".o"))];
        var failures = new DiagnosticException?[sources.Count];
        Parallel.For(0, sources.Count, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            try
            {
                Start([.. flags, "-std=c11", .. options, "-I", ".", "-c", sources[i], "-o", objects[i]], cancellation);
            }
            catch (DiagnosticException failure)
            {
                failures[i] = failure;
            }
        });
        if (failures.FirstOrDefault(failure => failure is not null) is { } first)
        {
            throw first;
        }

        _objects.AddRange(objects);
    }

    // What a compiler or linker says of the cause; "ld returned 1" comes behind it.
    private static readonly string[] Complaints =
        ["error", "undefined reference", "relocation truncated", "multiple definition", "will not fit", "overflowed by", "cannot find"];

    private void Start(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        (int exitCode, string output) = ToolRun.Run(compiler, arguments, folder, Limit, cancellation);
        if (exitCode != 0)
        {
            string[] complaints = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => Complaints.Any(word => line.Contains(word, StringComparison.OrdinalIgnoreCase))).DefaultIfEmpty(output.Trim())];
            Complaint = complaints[0].Trim();
            string firstLines = string.Join(" | ", complaints.Take(3));
            throw DiagnosticCatalog.CompilerFailed.Throw(null, Path.GetFileName(compiler), exitCode, model, firstLines);
        }
    }
}
