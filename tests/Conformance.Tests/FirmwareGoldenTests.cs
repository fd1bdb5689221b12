using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Planning;
using EdgeAI.Simulator;

namespace Conformance.Tests;

/// <summary>The published int8 models, from file to firmware that has run: every golden output byte for byte, in every engine the machine has.</summary>
[TestClass]
public sealed class FirmwareGoldenTests
{
    [TestMethod]
    [DataRow("mlperf_kws_int8", 16_000L, 9_500L)]
    [DataRow("mlperf_vww96_int8", 55_296L, 40_000L)]
    [DataRow("mlperf_resnet_int8", 49_152L, 36_560L)]
    [DataRow("mlperf_ad01_int8", 768L, 768L)]
    [DataRow("mlperf_streaming_ww_int8", 6_656L, 4_000L)]
    [DataRow("tflm_hello_world_int8", 0L, 32L)]
    [DataRow("tflm_micro_speech_int8", 0L, 5_968L)]
    public void Every_engine_gives_the_golden_bytes(string model, long tensorBound, long mostArenaBytes) => ConformanceData.WithData(() =>
    {
        string path = ConformanceData.Require($"tflite/{model}.tflite");
        string golden = ConformanceData.Require($"tflite/golden/{model}");
        string[] sets = [.. Directory.GetFiles(golden, "set*_tflm_output_0.npy").Order(StringComparer.Ordinal)];
        Assert.IsNotEmpty(sets);
        foreach (string output in sets)
        {
            string folder = WholePipeline.GoldenFolder([output.Replace("_tflm_output_", "_input_", StringComparison.Ordinal)], [output]);
            var diagnostics = new List<Diagnostic>();
            (EdgeAI.Compiler.Pipeline.PlannedModel planned, SimulationResult result) =
                WholePipeline.Run(path, WholePipeline.Settings(test: folder), "cortex-m4", diagnostics);
            Directory.Delete(folder, recursive: true);
            Console.WriteLine($"{model} {Path.GetFileName(output)}: {string.Join(", ", result.Engines.Select(run => $"{run.Engine} {run.Cases - run.Mismatches}/{run.Cases}"))}; "
                + $"arena {planned.Plan.ArenaBytes} (bound {planned.Plan.LowerBoundBytes}), {result.Instructions} instructions, {result.Elf}; "
                + string.Join(" | ", diagnostics.Where(told => told.Severity != Severity.Note)));
            foreach (EngineRun run in result.Engines)
            {
                Assert.AreEqual(0, run.Mismatches, $"{run.Engine}, {Path.GetFileName(output)}");
            }

            Assert.IsLessThanOrEqualTo(mostArenaBytes, planned.Plan.ArenaBytes);
            if (tensorBound > 0)
            {
                Assert.AreEqual(tensorBound, TensorBound(planned.Plan), "the largest sum of tensors alive at one step");
                Assert.IsLessThanOrEqualTo(planned.Plan.LowerBoundBytes, planned.Plan.ArenaBytes, "results over dying operands");
            }
        }
    });

    [TestMethod]
    [DataRow("cortex-m0")]
    [DataRow("cortex-m0plus")]
    [DataRow("cortex-m3")]
    [DataRow("cortex-m7")]
    [DataRow("cortex-m33")]
    [DataRow("cortex-m55")]
    public void Every_core_gives_the_golden_bytes(string core) => ConformanceData.WithData(() =>
    {
        foreach (string model in new[] { "mlperf_kws_int8", "mlperf_ad01_int8", "mlperf_streaming_ww_int8", "mlperf_resnet_int8" })
        {
            string golden = ConformanceData.Require($"tflite/golden/{model}");
            string folder = WholePipeline.GoldenFolder([Path.Combine(golden, "set0_input_0.npy")], [Path.Combine(golden, "set0_tflm_output_0.npy")]);
            (_, SimulationResult result) = WholePipeline.Run(
                ConformanceData.Require($"tflite/{model}.tflite"), WholePipeline.Settings(test: folder), core, []);
            Directory.Delete(folder, recursive: true);
            Console.WriteLine($"{model} on {core}: {string.Join(", ", result.Engines.Select(run => $"{run.Engine} {run.Cases - run.Mismatches}/{run.Cases}"))}, "
                + $"{result.Instructions} instructions, {result.Elf}");
            Assert.IsTrue(result.Engines.All(run => run.Mismatches == 0));
        }
    });

    /// <summary>The largest sum of bytes alive at one step without the working memory of kernels.</summary>
    private static long TensorBound(MemoryPlan plan) =>
        Enumerable.Range(0, plan.Buffers.Max(buffer => buffer.LastStep) + 1).Max(step => plan.Buffers
            .Where(buffer => !buffer.Tensors.IsEmpty && buffer.FirstStep <= step && step <= buffer.LastStep).Sum(buffer => buffer.Size));
}
