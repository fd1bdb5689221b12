using System.Diagnostics;
using System.Globalization;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;

namespace Benchmarks;

/// <summary>
/// Time of one inference of float32 networks on this machine, beside onnx2c's C on the same inputs: both compiled by gcc with the same flags, in process
/// CPU time, the best of several rounds; outputs are compared. The flags are those of CFLAGS, else -O3 -march=native. onnx2c is looked for below the
/// folder that EDGEAI_PEERS names: built, or as sources, which are then built there. Without it the figures are those measured before, on another machine.
/// </summary>
internal static class HostComparison
{
    private const double Goal = 3;

    private static readonly string Flags = Environment.GetEnvironmentVariable("CFLAGS") is { Length: > 0 } flags ? flags : "-O3 -march=native";

    /// <summary>Networks with onnx2c's milliseconds at the same flags, where they were measured before (commit ea045cc).</summary>
    private static readonly (string Model, double? Milliseconds)[] Networks =
    [
        ("cntk_mnist8", 1.06), ("tribuo_cnn_mnist", null), ("stm_yamnet_256_64x96", 3.2), ("stm_mobilenetv2_035_128", 7.2), ("residual_block", 28),
        ("autoencoder1d", null),
    ];

    /// <summary>Prints a line for each network whose name has one of the words, or for all.</summary>
    public static void Run(string data, IReadOnlyList<string> words)
    {
        string? peer = Environment.GetEnvironmentVariable("EDGEAI_PEERS") is { Length: > 0 } folder ? FindPeer(folder) : null;
        foreach ((string model, double? before) in Networks.Where(network => words.Count == 0 || words.Any(word => network.Model.Contains(word, StringComparison.Ordinal))))
        {
            string path = Path.Combine(data, "onnx", model, "model.onnx");
            string work = Directory.CreateTempSubdirectory("edgeai-host-").FullName;
            try
            {
                (double ours, float[] outputs) = Ours(path, Path.Combine(work, "ours"));
                string beside = before is { } then ? Ratio(then, ours) + " (measured before, on another machine)" : "has no figure";
                if (peer is not null)
                {
                    beside = Theirs(peer, path, Path.Combine(work, "onnx2c")) is { } theirs
                        ? $"{Ratio(theirs.Milliseconds, ours)}, outputs differ by at most {Difference(outputs, theirs.Outputs):P4} of their range"
                        : "does not read it";
                }

                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{model,-26} {ours,8:F3} ms, onnx2c {beside}"));
            }
            finally
            {
                Directory.Delete(work, recursive: true);
            }
        }
    }

    private static string Ratio(double theirs, double ours) =>
        string.Create(CultureInfo.InvariantCulture, $"{theirs,8:F3} ms = {theirs / ours,5:F2} times ours, goal {Goal:F0}");

    private static (double Milliseconds, float[] Outputs) Ours(string path, string folder)
    {
        const string Name = Measurement.ModelName;
        Directory.CreateDirectory(folder);
        (_, PlannedModel planned, FirmwareSources firmware) = Measurement.Build(path, "host", []);
        foreach (SourceFile file in firmware.Files)
        {
            File.WriteAllText(Path.Combine(folder, file.Path), file.Text);
        }

        Graph graph = planned.Quantized.Graph;
        return Time(folder, graph, $$"""
            #include "{{Name}}.h"
            static {{Name}}_arena arena;
            static void prepare(void)
            {
                {{Name}}_init(&arena);
            }
            static void run(void)
            {
                {{string.Join(' ', graph.Inputs.Select((input, i) => $"memcpy({Name}_input(&arena, {i}), in{i}, sizeof in{i});"))}}
                {{Name}}_run(&arena);
                {{string.Join(' ', graph.Outputs.Select((output, i) => $"memcpy(out{i}, {Name}_output(&arena, {i}), sizeof out{i});"))}}
            }
            """);
    }

    private static (double Milliseconds, float[] Outputs)? Theirs(string peer, string path, string folder)
    {
        Directory.CreateDirectory(folder);
        (int exitCode, string network) = Run(peer, $"\"{path}\"", folder);
        if (exitCode != 0)
        {
            return null;
        }

        File.WriteAllText(Path.Combine(folder, "network.c"), network);
        (_, PlannedModel planned, _) = Measurement.Build(path, "host", []);
        Graph graph = planned.Quantized.Graph;
        string[] operands = [.. graph.Inputs.Select((_, i) => $"in{i}"), .. graph.Outputs.Select((_, i) => $"out{i}")];
        return Time(folder, graph, $$"""
            void entry({{string.Join(", ", operands.Select(_ => "float *"))}});
            static void prepare(void)
            {
            }
            static void run(void)
            {
                entry({{string.Join(", ", operands)}});
            }
            """);
    }

    /// <summary>Compiles everything in a folder with a program that fills the inputs, runs, and prints milliseconds and the outputs.</summary>
    private static (double Milliseconds, float[] Outputs) Time(string folder, Graph graph, string calls)
    {
        IEnumerable<string> Arrays(string name, IEnumerable<Tensor> tensors) =>
            tensors.Select((tensor, i) => $"static float {name}{i}[{tensor.Shape.ElementCount}];");
        File.WriteAllText(Path.Combine(folder, "time.c"), $$"""
            #include <stdio.h>
            #include <string.h>
            #include <time.h>
            {{string.Join('\n', [.. Arrays("in", graph.Inputs), .. Arrays("out", graph.Outputs)])}}
            {{calls}}
            static void fill(float *values, unsigned long count)
            {
                unsigned state = 12345u;
                for (unsigned long i = 0; i < count; i++) {
                    state = state * 1664525u + 1013904223u;
                    values[i] = (float)(state >> 8) / 16777216.0f;
                }
            }
            int main(void)
            {
                double best = 1e30;
                {{string.Join(' ', graph.Inputs.Select((input, i) => $"fill(in{i}, {input.Shape.ElementCount});"))}}
                prepare();
                run();
                for (int round = 0; round < 15; round++) {
                    const clock_t start = clock();
                    long runs = 0;
                    while (clock() - start < CLOCKS_PER_SEC / 10) {
                        run();
                        runs++;
                    }
                    const double each = 1000.0 * (double)(clock() - start) / CLOCKS_PER_SEC / (double)runs;
                    best = each < best ? each : best;
                }
                printf("%.6f\n", best);
                {{string.Join(' ', graph.Outputs.Select((output, i) => $"for (int i = 0; i < {output.Shape.ElementCount}; i++) printf(\"%.9g\\n\", out{i}[i]);"))}}
                return 0;
            }
            """);
        Start("gcc", $"{Flags} -w -I. -o time {string.Join(' ', Directory.GetFiles(folder, "*.c").Select(Path.GetFileName).Order(StringComparer.Ordinal))} -lm", folder);
        float[] numbers = [.. Start(Path.Combine(folder, "time"), "", folder).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => float.Parse(line, CultureInfo.InvariantCulture))];
        return (numbers[0], numbers[1..]);
    }

    private static double Difference(float[] ours, float[] theirs)
    {
        double range = Math.Max(1e-30, theirs.Max(Math.Abs));
        return ours.Length != theirs.Length ? double.NaN : ours.Zip(theirs, (a, b) => Math.Abs(a - b) / range).Max();
    }

    /// <summary>The built program, built first where only its sources are there; null where there is neither.</summary>
    private static string? FindPeer(string folder)
    {
        string name = OperatingSystem.IsWindows() ? "onnx2c.exe" : "onnx2c";
        string sources = Path.Combine(folder, "onnx2c");
        string[] places = [Path.Combine(folder, name), Path.Combine(sources, name), Path.Combine(sources, "build", name)];
        if (!places.Any(File.Exists) && File.Exists(Path.Combine(sources, "CMakeLists.txt")))
        {
            // It uses std::function without the header that has it, and turns a warning of gcc 12 about its own headers into an error.
            Start("cmake", "-B build -DCMAKE_BUILD_TYPE=Release \"-DCMAKE_CXX_FLAGS=-include functional -Wno-restrict\"", sources);
            Start("cmake", "--build build --target onnx2c", sources);
        }

        return Array.Find(places, File.Exists);
    }

    private static string Start(string program, string arguments, string folder)
    {
        (int exitCode, string output) = Run(program, arguments, folder);
        return exitCode == 0 ? output : throw new InvalidOperationException($"{program} {arguments}: {exitCode}");
    }

    private static (int ExitCode, string Output) Run(string program, string arguments, string folder)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        _ = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
