using System.Diagnostics;
using System.Globalization;
using System.Text;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;

namespace Conformance.Tests;

/// <summary>
/// The generated C of many models as one host program: models are compiled a batch at a time, each kernel file once. Every model runs in a child
/// of its own, so that one that fails leaves the others alone, and runs as often as it has inputs, one run after another.
/// </summary>
internal sealed class HostProgram(string compiler, string folder)
{
    private const int ModelsPerUnit = 32;

    private readonly List<(Graph Graph, bool IsSequence, IReadOnlyList<byte[]> Runs)> _models = [];
    private readonly SortedDictionary<string, string> _kernels = new(StringComparer.Ordinal);

    /// <summary>Adds a model, whose name tells it apart, with the bytes of its inputs, one after another, for each run; runs that are no sequence begin with init.</summary>
    public void Add(Graph graph, FirmwareSources firmware, bool isSequence, params IReadOnlyList<byte[]> runs)
    {
        foreach (SourceFile file in firmware.Files)
        {
            if (file.Path.StartsWith(graph.Name, StringComparison.Ordinal))
            {
                File.WriteAllText(Path.Combine(folder, file.Path), file.Text);
            }
            else if (file.Path.EndsWith(".c", StringComparison.Ordinal) || file.Path.EndsWith(".h", StringComparison.Ordinal))
            {
                _kernels[file.Path] = file.Text;
            }
        }

        _models.Add((graph, isSequence, runs));
    }

    /// <summary>The bytes of all outputs of all runs of each model in the order they were added, or the reason there are none.</summary>
    public IReadOnlyList<(byte[]? Outputs, string? Failure)> Run()
    {
        foreach ((string name, string text) in _kernels)
        {
            File.WriteAllText(Path.Combine(folder, name), text);
        }

        var units = new List<string>();
        foreach ((Graph Graph, bool, IReadOnlyList<byte[]>)[] batch in _models.Chunk(ModelsPerUnit))
        {
            foreach (string end in new[] { ".c", "_weights.c" })
            {
                units.Add(Write($"unit_{units.Count}.c", string.Concat(batch.Select(model => $"#include \"{model.Graph.Name}{end}\"\n"))));
            }
        }

        units.Add(Write("unit_main.c", MainSource()));
        units.AddRange(_kernels.Keys.Where(name => name.EndsWith(".c", StringComparison.Ordinal)));
        string[] failures = new string[units.Count];
        Parallel.For(0, units.Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            failures[i] = Start(compiler, "-std=gnu11", "-O1", "-ffp-contract=off", "-w", "-I.", "-c", units[i], "-o", units[i] + ".o"));
        string failure = string.Concat(failures);
        Assert.IsEmpty(failure.Trim(), failure);
        Assert.AreEqual("", Start(compiler, ["-o", "cases", .. units.Select(unit => unit + ".o"), "-lm"]));
        for (int i = 0; i < _models.Count; i++)
        {
            File.WriteAllBytes(Path.Combine(folder, $"in_{i}"), [.. _models[i].Runs.SelectMany(inputs => inputs)]);
        }

        Assert.AreEqual("", Start(Path.Combine(folder, "cases")));
        return [.. _models.Select((model, i) =>
        {
            string path = Path.Combine(folder, $"out_{i}");
            byte[] bytes = File.Exists(path) ? File.ReadAllBytes(path) : [];
            return bytes.Length == model.Runs.Count * model.Graph.Outputs.Sum(output => output.ByteSize) ? (bytes, null) : ((byte[]?)null, "the program ended before its outputs");
        })];
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(Path.Combine(folder, name), text);
        return name;
    }

    private string MainSource()
    {
        var text = new StringBuilder("#include <stdio.h>\n#include <stdlib.h>\n#include <sys/wait.h>\n#include <unistd.h>\n");
        foreach ((Graph graph, _, _) in _models)
        {
            text.Append(CultureInfo.InvariantCulture, $"#include \"{graph.Name}.h\"\n");
        }

        for (int i = 0; i < _models.Count; i++)
        {
            Graph graph = _models[i].Graph;
            string name = graph.Name;
            string upper = name.ToUpperInvariant();
            text.Append(CultureInfo.InvariantCulture, $"static int run_{i}(void)\n{{\n    {name}_arena *arena = aligned_alloc(64, (sizeof *arena + 127) / 64 * 64);\n");
            text.Append(CultureInfo.InvariantCulture, $"    FILE *in = fopen(\"in_{i}\", \"rb\");\n    FILE *out = fopen(\"out_{i}\", \"wb\");\n    {name}_init(arena);\n");
            text.Append(CultureInfo.InvariantCulture, $"    for (int run = 0; run < {_models[i].Runs.Count}; run++) {{\n");
            text.Append(_models[i].IsSequence ? "" : $"    {name}_init(arena);\n");
            for (int k = 0; k < graph.Inputs.Count; k++)
            {
                text.Append(CultureInfo.InvariantCulture, $"    if (fread({name}_input(arena, {k}u), 1, {upper}_INPUT_{k}_SIZE, in) != {upper}_INPUT_{k}_SIZE) return 1;\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"    {name}_run(arena);\n");
            for (int k = 0; k < graph.Outputs.Count; k++)
            {
                text.Append(CultureInfo.InvariantCulture, $"    fwrite({name}_output(arena, {k}u), 1, {upper}_OUTPUT_{k}_SIZE, out);\n");
            }

            text.Append("    }\n    fclose(out);\n    fclose(in);\n    return 0;\n}\n");
        }

        text.Append("static int (*const runs[])(void) = {");
        text.AppendJoin(", ", Enumerable.Range(0, _models.Count).Select(i => $"run_{i.ToString(CultureInfo.InvariantCulture)}"));
        text.Append("};\nint main(void)\n{\n    for (unsigned i = 0; i < sizeof runs / sizeof *runs; i++) {\n        pid_t child = fork();\n");
        text.Append("        if (child == 0) { alarm(20); _exit(runs[i]()); }\n        waitpid(child, NULL, 0);\n    }\n    return 0;\n}\n");
        return text.ToString();
    }

    private string Start(string tool, params string[] arguments)
    {
        var start = new ProcessStartInfo(tool, arguments) { WorkingDirectory = folder, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string output = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? "" : string.Join('\n', output.Split('\n').Where(line => line.Contains("error", StringComparison.Ordinal)).Take(5).Append($"{Path.GetFileName(tool)} {arguments.LastOrDefault()} failed"));
    }
}
