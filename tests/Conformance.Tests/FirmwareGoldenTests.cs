using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Settings;
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
    [DataRow("rv32imc")]
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

    [TestMethod]
    [DataRow("mlperf_kws_int8")]
    [DataRow("mlperf_ad01_int8")]
    public void Size_takes_less_flash_than_speed_and_gives_the_same_bytes(string model) => ConformanceData.WithData(() =>
    {
        string golden = ConformanceData.Require($"tflite/golden/{model}");
        string folder = WholePipeline.GoldenFolder([Path.Combine(golden, "set0_input_0.npy")], [Path.Combine(golden, "set0_tflm_output_0.npy")]);
        SimulationResult Run(OptimizationGoal goal)
        {
            SimulationResult result = WholePipeline.Run(
                ConformanceData.Require($"tflite/{model}.tflite"), WholePipeline.Settings(test: folder) with { Optimize = goal }, "cortex-m4", []).Simulation;
            Console.WriteLine($"{model} {goal}: {result.Instructions} instructions, {result.Elf?.CodeBytes} bytes of code, {result.Elf?.WeightBytes} of weights");
            Assert.IsTrue(result.Engines.All(run => run.Mismatches == 0));
            return result;
        }

        (SimulationResult small, SimulationResult middle, SimulationResult fast) =
            (Run(OptimizationGoal.Size), Run(OptimizationGoal.Balanced), Run(OptimizationGoal.Speed));
        Directory.Delete(folder, recursive: true);
        if (small.Elf is null || small.Instructions is null)
        {
            return;
        }

        static long Flash(SimulationResult result) => result.Elf!.CodeBytes + result.Elf.WeightBytes;
        Assert.IsLessThan(Flash(fast), Flash(small), "flash");
        Assert.IsLessThan(small.Instructions.Value, fast.Instructions!.Value, "instructions");
        Assert.IsLessThanOrEqualTo(Flash(fast), Flash(middle), "flash, balanced");
        Assert.IsLessThanOrEqualTo(small.Instructions.Value, middle.Instructions!.Value, "instructions, balanced");
    });

    /// <summary>The largest sum of bytes alive at one step without the working memory of kernels.</summary>
    private static long TensorBound(MemoryPlan plan) =>
        Enumerable.Range(0, plan.Buffers.Max(buffer => buffer.LastStep) + 1).Max(step => plan.Buffers
            .Where(buffer => !buffer.Tensors.IsEmpty && buffer.FirstStep <= step && step <= buffer.LastStep).Sum(buffer => buffer.Size));
}
