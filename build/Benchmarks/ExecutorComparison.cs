using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Pipeline;

namespace Benchmarks;

/// <summary>
/// Time of one inference of float32 convolutional networks in the managed executor, which calibration runs on, beside ONNX Runtime on one thread; outputs
/// are compared. ONNX Runtime is the npm package onnxruntime-node in the folder onnxruntime below the one that EDGEAI_PEERS names.
/// </summary>
internal static class ExecutorComparison
{
    private const double Goal = 0.5;

    private static readonly string[] Networks =
    [
        "cntk_mnist8", "tribuo_cnn_mnist", "stm_yamnet_256_64x96", "stm_mobilenetv2_035_128", "residual_block", "super_resolution_10", "light_squeezenet",
        "ultraface_rfb320", "yunet_n_320",
    ];

    /// <summary>Prints a line for each network whose name has one of the words, or for all.</summary>
    public static void Run(string data, IReadOnlyList<string> words, bool layers)
    {
        string? peer = Environment.GetEnvironmentVariable("EDGEAI_PEERS") is { Length: > 0 } folder ? Path.Combine(folder, "onnxruntime") : null;
        foreach (string model in Networks.Where(network => words.Count == 0 || words.Any(word => network.Contains(word, StringComparison.Ordinal))))
        {
            string path = Path.Combine(data, "onnx", model, "model.onnx");
            string inputs = Path.GetTempFileName();
            try
            {
                (double ours, GraphExecutor executor) = Ours(path, inputs);
                string beside = peer is not null && Directory.Exists(peer) ? Theirs(peer, path, inputs, executor, ours) : "ONNX Runtime is not there";
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{model,-26} {ours,8:F3} ms, {beside}"));
                if (layers)
                {
                    PrintLayers(executor);
                }
            }
            finally
            {
                File.Delete(inputs);
            }
        }
    }

    private static (double Milliseconds, GraphExecutor Executor) Ours(string path, string inputs)
    {
        (ImportedModel imported, _, _) = Measurement.Build(path, "host", []);
        var executor = new GraphExecutor(imported.Graph);
        var random = new Random(1);
        using (FileStream file = File.Create(inputs))
        {
            for (int i = 0; i < executor.Graph.Inputs.Count; i++)
            {
                float[] values = [.. Enumerable.Range(0, (int)executor.Graph.Inputs[i].Shape.ElementCount).Select(_ => random.NextSingle())];
                ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes<float>(values);
                file.Write(bytes);
                executor.SetInput(i, bytes);
            }
        }

        double best = double.MaxValue;
        for (int round = 0; round < 12; round++)
        {
            var watch = Stopwatch.StartNew();
            int runs = 0;
            while (watch.ElapsedMilliseconds < 100)
            {
                executor.Run();
                runs++;
            }

            best = Math.Min(best, watch.Elapsed.TotalMilliseconds / runs);
        }

        return (best, executor);
    }

    /// <summary>The best of some runs for each node.</summary>
    private static void PrintLayers(GraphExecutor executor)
    {
        Graph graph = executor.Graph;
        double[] best = [.. Enumerable.Repeat(double.MaxValue, graph.Nodes.Count)];
        var watch = new Stopwatch();
        executor.AfterStep = step =>
        {
            best[step] = Math.Min(best[step], watch.Elapsed.TotalMicroseconds);
            watch.Restart();
        };
        for (int run = 0; run < 20; run++)
        {
            watch.Restart();
            executor.Run();
        }

        for (int step = 0; step < best.Length; step++)
        {
            Node node = graph.Nodes[step];
            long macs = OperatorCatalog.Of(node).CountMacs(node);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"    {best[step],10:F1} us {macs,10} MACs {macs / best[step] / 1000,6:F1} G/s  {node.Operator} {node.Inputs[0]!.Shape} {node.Inputs.ElementAtOrDefault(1)?.Shape} -> {node.Output.Shape}"));
        }
    }

    private static string Theirs(string peer, string path, string inputs, GraphExecutor executor, double ours)
    {
        string shapes = string.Join(';', executor.Graph.Inputs.Select(input => string.Join('x', input.Shape.Extents)));
        using var process = Process.Start(new ProcessStartInfo("node", [Path.Combine(AppContext.BaseDirectory, "onnxruntime.cjs"), Path.GetFullPath(path), inputs, shapes])
        {
            WorkingDirectory = peer,
            RedirectStandardOutput = true,
        })!;
        string[] lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            return "ONNX Runtime does not run it";
        }

        float[] numbers = [.. lines.Select(line => float.Parse(line, CultureInfo.InvariantCulture))];
        float[] outputs = [.. executor.Graph.Outputs.SelectMany((_, i) => MemoryMarshal.Cast<byte, float>(executor.Output(i)).ToArray())];
        double range = Math.Max(1e-30, outputs.Max(Math.Abs));
        string difference = numbers.Length - 1 == outputs.Length
            ? string.Create(CultureInfo.InvariantCulture, $"outputs differ by at most {numbers.Skip(1).Zip(outputs, (a, b) => Math.Abs(a - b) / range).Max():P4} of their range")
            : "outputs are of another size";
        return string.Create(CultureInfo.InvariantCulture, $"ONNX Runtime {numbers[0],8:F3} ms = {numbers[0] / ours:F2} of its speed, goal {Goal:F1}, {difference}");
    }
}
