using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;

namespace Conformance.Tests;

/// <summary>
/// The integer reference against TensorFlow Lite Micro's reference kernels, byte for byte: the graph exactly as the file has it, no pass run.
/// A difference names the first operator that has it.
/// </summary>
[TestClass]
public sealed class Int8GoldenTests
{
    /// <summary>Set by the runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("kws", "mlperf_kws_int8")]
    [DataRow("vww", "mlperf_vww96_int8")]
    [DataRow("resnet", "mlperf_resnet_int8")]
    [DataRow("ad", "mlperf_ad01_int8")]
    [DataRow("strww", "mlperf_streaming_ww_int8")]
    [DataRow("hello_world", "tflm_hello_world_int8")]
    [DataRow("micro_speech", "tflm_micro_speech_int8")]
    [DataRow("person_detect", "tflm_person_detect_int8")]
    public void EveryOperatorGivesTheGoldenBytes(string layers, string model) => ConformanceData.WithData(() =>
    {
        string root = ConformanceData.Require("tflite");
        Graph graph = Import(Path.Combine(root, model + ".tflite"));
        var executor = new GraphExecutor(graph);
        string folder = Path.Combine(root, "layers", layers);
        int compared = 0;
        for (int item = 0; item <= 8; item++)
        {
            SetInputs(executor, File.ReadAllBytes(Path.Combine(folder, $"in_{item}.bin")));
            executor.Run();
            if (item == 0)
            {
                compared = CompareOperators(executor, Path.Combine(folder, "layers_0"));
            }

            Same(File.ReadAllBytes(Path.Combine(folder, $"out_{item}.bin")), Outputs(executor), $"{model}, case {item}");
        }

        Assert.IsGreaterThan(0, compared);
        TestContext.WriteLine($"{model}: {compared} operators, 9 cases");
    });

    [TestMethod]
    [DataRow("mlperf_kws_int8")]
    [DataRow("mlperf_vww96_int8")]
    [DataRow("mlperf_resnet_int8")]
    [DataRow("mlperf_ad01_int8")]
    [DataRow("mlperf_streaming_ww_int8")]
    [DataRow("tflm_hello_world_int8")]
    [DataRow("tflm_micro_speech_int8")]
    [DataRow("tflm_person_detect_int8")]
    public void PublishedOutputsAreMet(string model) => ConformanceData.WithData(() =>
    {
        string root = ConformanceData.Require("tflite");
        var executor = new GraphExecutor(Import(Path.Combine(root, model + ".tflite")));
        string[] outputs = Directory.GetFiles(Path.Combine(root, "golden", model), "set*_tflm_output_0.npy");
        Assert.IsNotEmpty(outputs);
        foreach (string output in outputs.Order(StringComparer.Ordinal))
        {
            executor.SetInput(0, NpyElements(output.Replace("_tflm_output_", "_input_", StringComparison.Ordinal)));
            executor.Run();
            Same(NpyElements(output), executor.Output(0), output);
        }
    });

    private static int CompareOperators(GraphExecutor executor, string folder)
    {
        int compared = 0;
        foreach (string file in Directory.GetFiles(folder, "op_*_0.bin").Order(StringComparer.Ordinal))
        {
            // The source names the operator by its index in the file; the last of its nodes makes its result.
            int index = int.Parse(Path.GetFileName(file).AsSpan(3, 2), CultureInfo.InvariantCulture);
            Node? node = executor.Graph.Nodes.LastOrDefault(candidate => candidate.Source.Contains($" #{index} ", StringComparison.Ordinal));
            if (node is not null)
            {
                Same(File.ReadAllBytes(file), executor.Value(node.Output), $"{node.Source}, {node.Operator}");
                compared++;
            }
        }

        return compared;
    }

    private static void Same(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, string what)
    {
        Assert.AreEqual(expected.Length, actual.Length, what);
        int at = expected.CommonPrefixLength(actual);
        Assert.AreEqual(expected.Length, at, $"{what}: byte {at} is the first that differs");
    }

    private static void SetInputs(GraphExecutor executor, byte[] bytes)
    {
        int at = 0;
        for (int i = 0; i < executor.Graph.Inputs.Count; i++)
        {
            int size = (int)executor.Graph.Inputs[i].ByteSize;
            executor.SetInput(i, bytes.AsSpan(at, size));
            at += size;
        }

        Assert.AreEqual(bytes.Length, at);
    }

    private static byte[] Outputs(GraphExecutor executor) =>
        [.. Enumerable.Range(0, executor.Graph.Outputs.Count).SelectMany(i => executor.Output(i).ToArray())];

    private static Graph Import(string path) => TfLiteImporter.Import(
        new ImportRequest("model", Path.GetFileName(path), File.ReadAllBytes(path), ImmutableSortedDictionary<string, Shape>.Empty, _ => null),
        new List<Diagnostic>(), CancellationToken.None);

    /// <summary>The elements of a version 1 file of NumPy's format: behind magic, version and a header with its length before it.</summary>
    private static ReadOnlySpan<byte> NpyElements(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        return bytes.AsSpan(10 + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8)));
    }
}
