using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Tests.Planning;

[TestClass]
public sealed class PlanStageTests
{
    [TestMethod]
    public void ArenaOverTheBudgetNamesThePeak()
    {
        var error = Assert.ThrowsExactly<DiagnosticException>(() => Plan(Model(64), sramBytes: 511));
        Diagnostic told = error.Diagnostics.Single();
        Assert.AreEqual(("EAI3001", "models/m.onnx"), (told.Code, told.File));
        StringAssert.Contains(told.Message, "takes at least 512 bytes");
        StringAssert.Contains(told.Message, "budget is 511");
        StringAssert.Contains(told.Message, "step 0 ('n0') holds t0 256, x 256");
        Assert.AreEqual(512L, Plan(Model(64), sramBytes: 512).Plan.ArenaBytes);
    }

    [TestMethod]
    public void BudgetMakesLayersRunRowByRowAndOnlyThen()
    {
        QuantizedModel model = Images();
        MemoryPlan whole = Plan(model).Plan;
        Assert.IsTrue(whole.Streams.IsEmpty && whole.Frontier.IsEmpty);
        Assert.IsTrue(Plan(model, whole.ArenaBytes + BudgetedPlan.StackAndStaticBytes).Plan.Streams.IsEmpty);
        MemoryPlan half = Plan(model, whole.ArenaBytes / 2).Plan;
        Assert.IsLessThanOrEqualTo(whole.ArenaBytes / 2, half.ArenaBytes);
        Assert.IsNotEmpty(half.Streams);
        Assert.AreEqual(whole.ArenaBytes, half.Frontier[0].ArenaBytes);
        CollectionAssert.AreEqual(half.Frontier.OrderByDescending(point => point.ArenaBytes).ToArray(), half.Frontier.OrderBy(point => point.MovedBytes).ToArray());
        PlanPoint cheapest = half.Frontier.First(point => point.ArenaBytes <= (whole.ArenaBytes / 2) - BudgetedPlan.StackAndStaticBytes);
        Assert.AreEqual(cheapest.ArenaBytes, half.ArenaBytes);
    }

    [TestMethod]
    public void BudgetBelowAllSchedulesTellsTheLeast()
    {
        QuantizedModel model = Images();
        long least = Plan(model, Plan(model).Plan.ArenaBytes / 2).Plan.Frontier[^1].ArenaBytes;
        Diagnostic told = Assert.ThrowsExactly<DiagnosticException>(() => Plan(model, least - 1)).Diagnostics.Single();
        Assert.AreEqual("EAI3001", told.Code);
        StringAssert.Contains(told.Message, $"takes at least {least} bytes");
        Assert.AreEqual(least, Plan(model, least).Plan.ArenaBytes);
    }

    [TestMethod]
    public void ArenaThatNoMemoryHoldsIsAnError()
    {
        var target = new TargetDescription(
            "tiny", "cortex-m0", 16, [new("flash", 1 << 20, 0, ["code", "weights"]), new("ram", 256, 0, ["arena", "stack"])], null);
        var error = Assert.ThrowsExactly<DiagnosticException>(() => Plan(Model(64), target: target));
        Assert.AreEqual("EAI3002", error.Diagnostics.Single().Code);
        StringAssert.Contains(error.Diagnostics[0].Message, "'ram' with 256");
    }

    [TestMethod]
    public void KernelsAreThoseOfTheTargetsInstructions()
    {
        Node layer = Enumerable.Range(0, 300).Select(i => Tests.Operators.QuantizedLayers.Random(new Random(i), i))
            .First(node => OperatorCatalog.Of(node).KernelOf(node, InstructionSet.Dsp).Name == "packed" && node.Operator == "Conv2D");
        var graph = new Graph { Name = "m", Nodes = { layer }, Inputs = { layer.Input(0) }, Outputs = { layer.Output } };
        var model = new QuantizedModel(graph, new("models/m.onnx", "00", "onnx"), "None", false, 0, new([[]], [[]]));
        string KernelOn(TargetDescription target) => Plan(model, target: target).Quantized.Graph.Nodes.Single().Kernel!;
        TargetDescription core = TargetCatalog.Get("cortex-m33");
        Assert.AreEqual("packed", KernelOn(core));
        Assert.AreEqual("paired", KernelOn(core with { Instructions = InstructionSet.Thumb2 }));
        Assert.AreEqual(KernelVariant.Portable, KernelOn(core with { Instructions = InstructionSet.Portable }));
    }

    [TestMethod]
    public void ModelsOfATargetShareTheLargestArena()
    {
        TargetDescription target = TargetCatalog.Get("cortex-m4");
        FirmwarePlan plan = PlanStage.Combine(target, [Plan(Model(64, "b")), Plan(Model(32, "a")), Plan(Model(16, "C"))], []);
        Assert.AreEqual(512L, plan.SharedArenaBytes);
        CollectionAssert.AreEqual(new[] { "C", "a", "b" }, plan.Models.Select(model => model.Quantized.Graph.Name).ToArray());
    }

    private static QuantizedModel Model(int extent, string name = "m")
    {
        var builder = new GraphBuilder(name);
        builder.Graph.Outputs.Add(builder.Transpose(builder.AddInput("x", 2, extent / 2), 1, 0));
        return new(builder.Graph, new("models/m.onnx", "00", "onnx"), "Float32", true, 0, new([[]], [[]]));
    }

    /// <summary>Layers over a tall image, whose windows are a small part of it.</summary>
    private static QuantizedModel Images()
    {
        var random = new Random(1);
        var builder = new GraphBuilder("m");
        Tensor x = builder.AddInput("x", 1, 64, 16, 2);
        Tensor wide = ImageGraphs.Pointwise(builder, random, ImageGraphs.SameConvolution(builder, random, x, 8, "a"), 24, "b");
        Tensor narrow = ImageGraphs.Pointwise(builder, random, ImageGraphs.SameDepthwise(builder, random, wide, "c"), 1, "d");
        builder.Graph.Outputs.Add(narrow);
        return new(builder.Graph, new("models/m.onnx", "00", "onnx"), "Float32", true, 0, new([[]], [[]]));
    }

    private static PlannedModel Plan(QuantizedModel model, long? sramBytes = null, TargetDescription? target = null) => PlanStage.Run(
        model, target ?? TargetCatalog.Get("cortex-m4"),
        new ModelSettings { Name = model.Graph.Name, Budgets = Budgets.None with { SramBytes = sramBytes } }, [], CancellationToken.None);
}
