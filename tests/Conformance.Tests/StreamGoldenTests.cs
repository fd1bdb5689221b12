using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Settings;
using EdgeAI.Simulator;

namespace Conformance.Tests;

/// <summary>Published models under SRAM budgets that whole layers do not meet: row by row, and still the same bytes in every engine.</summary>
[TestClass]
public sealed class StreamGoldenTests
{
    [TestMethod]
    public void ResNetRunsIn21000Bytes() => ConformanceData.WithData(() =>
    {
        string golden = ConformanceData.Require("tflite/golden/mlperf_resnet_int8");
        string folder = WholePipeline.GoldenFolder([Path.Combine(golden, "set0_input_0.npy")], [Path.Combine(golden, "set0_tflm_output_0.npy")]);
        SimulationResult result = Run("tflite/mlperf_resnet_int8.tflite", WholePipeline.Settings(test: folder), 21_000);
        Directory.Delete(folder, recursive: true);
        Assert.IsTrue(result.Engines.All(run => run.Mismatches == 0));
    });

    [TestMethod]
    public void MobileNetRunsInAQuarterOfItsLiveTensors() => ConformanceData.WithData(() =>
    {
        string golden = ConformanceData.Require("onnx/stm_mobilenetv2_035_128/golden");
        string folder = WholePipeline.GoldenFolder([Path.Combine(golden, "set0_input_0.npy")], [Path.Combine(golden, "set0_output_0.npy")]);
        ModelSettings settings = WholePipeline.Settings(QuantizationScheme.Int8, test: folder) with
        {
            InputType = BorderType.Quantized,
            OutputType = BorderType.Quantized,
            InputLayout = BorderLayout.ChannelsLast,
        };
        Run("onnx/stm_mobilenetv2_035_128/model.onnx", settings, 245_760 / 4);
        Directory.Delete(folder, recursive: true);
    });

    /// <summary>The arena fits, the engines agree, and what the budget did not ask for stays ordinary.</summary>
    private static SimulationResult Run(string model, ModelSettings settings, long sramBytes)
    {
        string path = ConformanceData.Require(model);
        var diagnostics = new List<Diagnostic>();
        (PlannedModel planned, SimulationResult result) = WholePipeline.Run(
            path, settings with { Budgets = Budgets.None with { SramBytes = sramBytes } }, "cortex-m4", diagnostics);
        PlanPoint chosen = planned.Plan.Frontier.First(point => point.ArenaBytes == planned.Plan.ArenaBytes);
        Console.WriteLine($"{model}: {string.Join(", ", result.Engines.Select(run => $"{run.Engine} {run.Cases - run.Mismatches}/{run.Cases}, at most {run.MaxAbsError}"))}; "
            + $"{chosen} of {planned.Plan.Frontier[0].ArenaBytes}, live tensors {planned.Plan.LowerBoundBytes}; {result.Instructions} instructions, {result.Elf}; "
            + string.Join(" | ", diagnostics.Where(told => told.Severity != Severity.Note)));
        Assert.IsLessThanOrEqualTo(sramBytes, planned.Plan.ArenaBytes);
        Assert.AreEqual(0L, chosen.ExtraMacs);
        Assert.IsNotEmpty(planned.Plan.Streams);
        return result;
    }
}
