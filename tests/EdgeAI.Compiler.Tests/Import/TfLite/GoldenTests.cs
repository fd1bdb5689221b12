using System.Runtime.InteropServices;
using System.Text.Json;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Compiler.Tests.Import.TfLite;

[TestClass]
public sealed class GoldenTests
{
    // Models that must import and give TensorFlow Lite Micro's bytes (integers) or values (float).
    private static readonly string[] Required =
    [
        "mlperf_kws_int8", "mlperf_vww96_int8", "mlperf_resnet_int8", "mlperf_ad01_int8", "mlperf_streaming_ww_int8", "mlperf_vww96_fp32",
        "mlperf_resnet_fp32", "mlperf_ad01_fp32", "tflm_hello_world_int8", "tflm_hello_world_fp32", "tflm_micro_speech_int8",
        "tflm_person_detect_int8", "mlperf_toycar_dynrange", "mlperf_kws_fp32_hybridconv",
    ];

    // LiteRT quantizes activations beside integer weights to 8 bits at each run, where this product takes the weights' reals.
    private const float HybridTolerance = 2e-2f;
    private const float FloatTolerance = 1e-5f;

    [TestMethod]
    public void Imported_models_give_the_expected_outputs()
    {
        var failures = new List<string>();
        foreach (JsonElement entry in ConformanceModels.Entries())
        {
            string name = entry.GetProperty("name").GetString()!;
            string result = Run(entry);
            Console.WriteLine($"{name}: {result}");
            if (result.StartsWith("differs", StringComparison.Ordinal) || (Required.Contains(name) && !result.StartsWith("same", StringComparison.Ordinal)))
            {
                failures.Add($"{name}: {result}");
            }
        }

        Assert.IsEmpty(failures, string.Join('\n', failures));
    }

    private static string Run(JsonElement entry)
    {
        Graph graph;
        var diagnostics = new List<Diagnostic>();
        try
        {
            graph = TfLiteImporter.Import(
                ConformanceModels.Request("tflite/" + entry.GetProperty("file").GetString()), diagnostics, CancellationToken.None);
        }
        catch (DiagnosticException error)
        {
            return $"refused: {error.Diagnostics.Count} x {error.Diagnostics[0]}";
        }

        IReadOnlyList<string> faults = GraphVerifier.Verify(graph);
        if (faults.Count > 0)
        {
            return $"differs: {faults[0]}";
        }

        int compared = 0;
        float tolerance = diagnostics.Any(told => told.Code == "EAI1204") ? HybridTolerance : FloatTolerance;
        foreach (JsonElement set in entry.GetProperty("golden_inputs").EnumerateArray())
        {
            // TensorFlow Lite Micro's reference kernels are the measure; LiteRT stands in where they could not run the model.
            bool exact = set.TryGetProperty("tflm_outputs", out JsonElement outputs) && outputs.ValueKind == JsonValueKind.Array;
            if (exact || (set.TryGetProperty("litert_outputs", out outputs) && outputs.ValueKind == JsonValueKind.Array))
            {
                if (Compare(graph, set, outputs, exact, tolerance) is { } difference)
                {
                    return $"differs from {(exact ? "TensorFlow Lite Micro" : "LiteRT")}: {difference}";
                }

                compared++;
            }
        }

        return $"same ({compared} comparisons)";
    }

    private static string? Compare(Graph graph, JsonElement set, JsonElement outputs, bool exact, float tolerance)
    {
        var executor = new GraphExecutor(graph);
        int index = 0;
        foreach (JsonElement input in set.GetProperty("inputs").EnumerateArray())
        {
            executor.SetInput(index++, ConformanceModels.ReadNpy(PathOf(input)));
        }

        executor.Run();
        index = 0;
        foreach (JsonElement output in outputs.EnumerateArray())
        {
            if (Difference(graph.Outputs[index], executor.Output(index), ConformanceModels.ReadNpy(PathOf(output)), exact, tolerance) is { } difference)
            {
                return $"output {index}: {difference}";
            }

            index++;
        }

        return null;
    }

    private static string PathOf(JsonElement file) => Path.Combine(ConformanceModels.Folder!, "tflite", file.GetProperty("file").GetString()!);

    private static string? Difference(Tensor tensor, ReadOnlySpan<byte> actual, byte[] expected, bool exact, float tolerance)
    {
        if (actual.Length != expected.Length)
        {
            return $"{actual.Length} bytes instead of {expected.Length}";
        }

        if (tensor.Type == ElementType.Float32)
        {
            ReadOnlySpan<float> actualReals = MemoryMarshal.Cast<byte, float>(actual);
            ReadOnlySpan<float> expectedReals = MemoryMarshal.Cast<byte, float>(expected);
            float range = 0;
            float largest = 0;
            for (int i = 0; i < expectedReals.Length; i++)
            {
                range = Math.Max(range, Math.Abs(expectedReals[i]));
                largest = Math.Max(largest, Math.Abs(expectedReals[i] - actualReals[i]));
            }

            return largest <= tolerance * Math.Max(range, 1e-3f) ? null : $"largest difference {largest} in a range of {range}";
        }

        // LiteRT's optimized kernels round differently from the reference, by two steps at most.
        long steps = 0;
        for (int i = 0; i < tensor.Shape.ElementCount; i++)
        {
            steps = Math.Max(steps, Math.Abs(ElementOf(tensor.Type, actual, i) - ElementOf(tensor.Type, expected, i)));
        }

        return steps <= (exact ? 0 : 2) ? null : $"{steps} steps";
    }

    private static long ElementOf(ElementType type, ReadOnlySpan<byte> bytes, int index) => type switch
    {
        ElementType.Int8 => (sbyte)bytes[index],
        ElementType.Int16 => MemoryMarshal.Cast<byte, short>(bytes)[index],
        ElementType.Int32 => MemoryMarshal.Cast<byte, int>(bytes)[index],
        ElementType.Int64 => MemoryMarshal.Cast<byte, long>(bytes)[index],
        _ => bytes[index],
    };
}
