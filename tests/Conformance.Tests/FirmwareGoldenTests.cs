using EdgeAI.Compiler.Diagnostics;
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
                EdgeAI.Compiler.Planning.PlannedBuffer[] tensors = [.. planned.Plan.Buffers.Where(buffer => !buffer.Tensors.IsEmpty)];
                Assert.AreEqual(
                    tensorBound, tensors.Max(at => tensors.Where(buffer => buffer.FirstStep <= at.FirstStep && at.FirstStep <= buffer.LastStep).Sum(buffer => buffer.Size)));
            }
        }
    });
}
