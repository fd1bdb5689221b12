using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Quantization.Mixed;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;
using EdgeAI.Simulator;

namespace Conformance.Tests;

/// <summary>Int4 weights in trained networks, judged on their labels.</summary>
[TestClass]
public sealed class FlashBudgetTests
{
    /// <summary>A budget that int8 weights break is met by int4 weights, as estimated and as linked, and at most half a point of accuracy is lost for it.</summary>
    /// <param name="network">Where the network stands.</param>
    /// <param name="calibration">Its calibration inputs.</param>
    /// <param name="inputs">Its test inputs.</param>
    /// <param name="labels">Their classes.</param>
    /// <param name="saved">Bytes that the budget is below the flash of int8 weights, as a share of these weights.</param>
    [TestMethod]
    [DataRow("datasets/digits_cnn", "x_train.npy", "x_test.npy", "y_test.npy", 0.3)]
    [DataRow("datasets/imu_exercise_cnn1d", "x_train.npy", "x_test.npy", "y_test.npy", 0.25)]
    [DataRow("quantization/hard_digits_cnn", "calibration.npy", "test_x.npy", "test_y.npy", 0.3)]
    public void Int4_weights_meet_a_flash_budget_and_keep_the_accuracy(string network, string calibration, string inputs, string labels, double saved) => ConformanceData.WithData(() =>
    {
        string folder = ConformanceData.Require(network);
        ModelSettings settings = WholePipeline.Settings(
            QuantizationScheme.Auto, Path.Combine(folder, calibration), Path.Combine(folder, inputs)) with { TestLabels = Path.Combine(folder, labels) };
        string model = Path.Combine(folder, "model.onnx");
        QuantizedModel quantized = QuantizeStage.Run(WholePipeline.Import(model, []), settings, [], CancellationToken.None);
        TypeChoice wide = PlanStage.Run(
            quantized, TargetCatalog.Get("cortex-m4"), settings with { Budgets = Budgets.None with { FlashBytes = 1 << 30 } }, [], CancellationToken.None).Quantized.Types!;
        Assert.IsFalse(wide.Layers.Any(layer => layer.Type == ElementType.Int4), "within the budget int8 weights stay");
        long limit = wide.FlashBytes!.Value - (long)(saved * quantized.Candidates!.Nibbles.Nodes.Sum(node => node.Input(1).Shape.ElementCount));
        (PlannedModel planned, SimulationResult result) = WholePipeline.Run(model, settings with { Budgets = Budgets.None with { FlashBytes = limit } }, "cortex-m4", []);
        TypeChoice types = planned.Quantized.Types!;
        long? linked = result.Elf is { } elf ? elf.CodeBytes + elf.WeightBytes : null;
        Console.WriteLine($"{network}: budget {limit}, estimated {types.FlashBytes} of {wide.FlashBytes}, linked {linked}, accuracy {types.Accuracy} of {types.FloatAccuracy}, {types.SqnrDb} of {wide.SqnrDb} dB, {types.Layers.Count(layer => layer.Type == ElementType.Int4)} of {types.Layers.Length} layers, instructions {types.Instructions} of {wide.Instructions}");
        Assert.IsTrue(types.IsKept);
        Assert.IsLessThanOrEqualTo(limit, types.FlashBytes!.Value);
        Assert.IsFalse(linked > limit * 1.05, $"{linked} bytes linked");
        Assert.IsLessThanOrEqualTo(0.005 + 1e-9, types.FloatAccuracy!.Value - types.Accuracy!.Value);
        Assert.AreEqual(types.Accuracy.Value, result.Accuracy!.Quantized!.Value, 1e-9);
        Assert.IsTrue(types.Layers.Any(layer => layer.Type == ElementType.Int4));
        Assert.IsTrue(result.Engines.All(run => run.Mismatches == 0));
    });

    /// <summary>Where the cheapest types need kernels of int8 and of int16 and break the budget, int16 in all layers is taken that needs fewer, as estimated and as linked.</summary>
    [TestMethod]
    public void One_type_in_all_layers_is_taken_where_a_mix_breaks_the_budget() => ConformanceData.WithData(() =>
    {
        const long Limit = 20_000;
        string folder = ConformanceData.Require("quantization/hard_digits_cnn");
        string model = Path.Combine(folder, "model.onnx");
        ModelSettings settings = WholePipeline.Settings(QuantizationScheme.Auto, Path.Combine(folder, "calibration.npy"), Path.Combine(folder, "test_x.npy")) with
        {
            TestLabels = Path.Combine(folder, "test_y.npy"), Budgets = Budgets.None with { MinSqnrDb = 40, FlashBytes = 1 << 30 },
        };
        QuantizedModel quantized = QuantizeStage.Run(WholePipeline.Import(model, []), settings, [], CancellationToken.None);
        TypeChoice free = PlanStage.Run(quantized, TargetCatalog.Get("cortex-m4"), settings, [], CancellationToken.None).Quantized.Types!;
        Assert.HasCount(2, free.Layers.Select(layer => layer.Type).Distinct().ToArray());
        Assert.IsGreaterThan(Limit, free.FlashBytes!.Value);
        var diagnostics = new List<Diagnostic>();
        (PlannedModel planned, SimulationResult result) = WholePipeline.Run(model, settings with { Budgets = settings.Budgets with { FlashBytes = Limit } }, "cortex-m4", diagnostics);
        TypeChoice types = planned.Quantized.Types!;
        long? linked = result.Elf is { } elf ? elf.CodeBytes + elf.WeightBytes : null;
        Console.WriteLine($"estimated {types.FlashBytes} of {free.FlashBytes}, linked {linked}, {types.SqnrDb} dB, {string.Join(',', types.Layers.Select(layer => layer.Type))}, instructions {types.Instructions} of {free.Instructions}, int16 {types.WideInstructions}");
        Assert.IsFalse(diagnostics.Any(diagnostic => diagnostic.Code == "EAI2018"), string.Join(" | ", diagnostics));
        Assert.IsTrue(types.IsKept);
        Assert.IsGreaterThanOrEqualTo(40, types.SqnrDb!.Value);
        Assert.IsLessThanOrEqualTo(Limit, types.FlashBytes!.Value);
        Assert.IsFalse(linked > Limit, $"{linked} bytes linked");
        Assert.IsLessThanOrEqualTo(types.WideInstructions, types.Instructions);
        Assert.IsTrue(result.Engines.All(run => run.Mismatches == 0));
    });
}
