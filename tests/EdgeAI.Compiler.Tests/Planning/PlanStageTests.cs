using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;
using EdgeAI.Compiler.Tests.Operators;

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
        StringAssert.Contains(told.Message, "its SramBudget is 511");
        StringAssert.Contains(told.Message, "step 0 ('n0') holds t0 256, x 256");
        StringAssert.Contains(told.Message, "Set SramBudget=\"1600\" on the EdgeAIModel");
        StringAssert.EndsWith(told.Message, "make these tensors smaller (resolution, channels, an integer type in place of float).");
        Assert.AreEqual(512L, Plan(Model(64), sramBytes: 512).Plan.ArenaBytes);
    }

    [TestMethod]
    public void BudgetMakesLayersRunRowByRowAndOnlyThen()
    {
        QuantizedModel model = Images();
        MemoryPlan whole = Plan(model).Plan;
        Assert.IsEmpty(whole.Streams);
        Assert.AreEqual(PlanPoint.Of(model.Graph, whole), whole.Frontier[0]);
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
    public void EveryPointThatIsToldIsWhatItsBudgetGives()
    {
        QuantizedModel model = Images();
        PlanPoint[] told = [.. Plan(model).Plan.Frontier];
        Assert.IsGreaterThan(2, told.Length);
        foreach (PlanPoint point in told)
        {
            PlannedModel planned = Plan(model, point.ArenaBytes + BudgetedPlan.StackAndStaticBytes);
            Assert.AreEqual(point, PlanPoint.Of(planned.Quantized.Graph, planned.Plan));
            Assert.IsLessThan(point.ArenaBytes, Plan(model, Math.Max(told[^1].ArenaBytes, point.ArenaBytes - 1)).Plan.ArenaBytes + (point == told[^1] ? -1 : 0));
        }
    }

    [TestMethod]
    public void TheTargetsBudgetMakesLayersRunRowByRowToo()
    {
        QuantizedModel model = Images();
        long whole = Plan(model).Plan.ArenaBytes;
        MemoryPlan own = Plan(model, whole / 2).Plan;
        MemoryPlan ofTarget = Plan(model, ofTarget: whole / 2).Plan;
        Assert.IsNotEmpty(ofTarget.Streams);
        Assert.AreEqual(own.ArenaBytes, ofTarget.ArenaBytes);
        Assert.AreEqual(own.ArenaBytes, Plan(model, whole / 2, ofTarget: whole).Plan.ArenaBytes, "the stricter one counts");
        Assert.AreEqual(own.ArenaBytes, Plan(model, whole * 2, ofTarget: whole / 2).Plan.ArenaBytes, "the stricter one counts");
    }

    [TestMethod]
    public void PlanPastALimitIsReachedAllTheSame()
    {
        QuantizedModel model = Images();
        long least = Plan(model).Plan.Frontier[^1].ArenaBytes;
        foreach (long budget in new[] { 0, 1, least - 1 })
        {
            var settings = new ModelSettings { Name = "m", Budgets = Budgets.None with { SramBytes = budget + 100 } };
            PlanOutcome outcome = PlanStage.Reach(model, TargetCatalog.Get("cortex-m4"), settings, new(budget, null), CancellationToken.None);
            Assert.AreEqual(least, outcome.Planned.Plan.ArenaBytes);
            Assert.AreEqual(budget == least - 1 ? 1 : 2, outcome.Broken.Length);
            StringAssert.Contains(outcome.Broken[^1].Message, $"the target's SramBudget is {budget}:");
            StringAssert.Contains(outcome.Broken[^1].Message, $"Set SramBudget=\"{least + BudgetedPlan.StackAndStaticBytes}\" on the EdgeAITarget");
            Assert.AreEqual(
                "", string.Join(';', PlanVerifier.Verify(outcome.Planned.Quantized.Graph, outcome.Planned.Plan, InstructionSets.Of("cortex-m4"))));
        }

        Assert.AreEqual(least, Plan(model, least + BudgetedPlan.StackAndStaticBytes).Plan.ArenaBytes, "the remedy helps");
    }

    [TestMethod]
    public void StatesStayAtTheStartWhileLayersRunRowByRow()
    {
        var random = new Random(2);
        var builder = new GraphBuilder("m");
        Tensor before = builder.Node("State", NoAttributes.Instance, RandomTensors.Floats(random, "first", 1, 64, 16, 2));
        Tensor mixed = builder.Add(builder.AddInput("x", 1, 64, 16, 2), before);
        Tensor wide = ImageGraphs.Pointwise(builder, random, ImageGraphs.SameConvolution(builder, random, mixed, 8, "a"), 24, "b");
        builder.Graph.Outputs.Add(ImageGraphs.Pointwise(builder, random, ImageGraphs.SameDepthwise(builder, random, wide, "c"), 1, "d"));
        builder.Node("StoreState", NoAttributes.Instance, before, mixed);
        QuantizedModel model = new(builder.Graph, new("models/m.onnx", "00", "onnx"), "Float32", true, 0, new([[]], [[]]));
        MemoryPlan whole = Plan(model).Plan;
        Assert.IsGreaterThan(1, whole.Frontier.Length);
        foreach (PlanPoint point in whole.Frontier)
        {
            PlannedModel planned = Plan(model, point.ArenaBytes + BudgetedPlan.StackAndStaticBytes);
            Assert.AreEqual(whole.StateBytes, planned.Plan.StateBytes);
            Assert.IsTrue(planned.Plan.Buffers.Any(planned.Plan.IsState));
            var use = ArenaUse.Of(planned.Quantized.Graph, planned.Plan);
            PlannedBuffer state = planned.Plan.Buffers.Single(planned.Plan.IsState);
            Assert.IsTrue(Enumerable.Range(0, use.Count).All(moment => use.Of(state, moment).Bytes == state.Size));
        }
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
    internal static QuantizedModel Images(string name = "m")
    {
        var random = new Random(1);
        var builder = new GraphBuilder(name);
        Tensor x = builder.AddInput("x", 1, 64, 16, 2);
        Tensor wide = ImageGraphs.Pointwise(builder, random, ImageGraphs.SameConvolution(builder, random, x, 8, "a"), 24, "b");
        Tensor narrow = ImageGraphs.Pointwise(builder, random, ImageGraphs.SameDepthwise(builder, random, wide, "c"), 1, "d");
        builder.Graph.Outputs.Add(narrow);
        return new(builder.Graph, new("models/m.onnx", "00", "onnx"), "Float32", true, 0, new([[]], [[]]));
    }

    private static PlannedModel Plan(QuantizedModel model, long? sramBytes = null, TargetDescription? target = null, long? ofTarget = null) => PlanStage.Run(
        model, target ?? TargetCatalog.Get("cortex-m4"),
        new ModelSettings { Name = model.Graph.Name, Budgets = Budgets.None with { SramBytes = sramBytes } }, [], CancellationToken.None, new(ofTarget, null));
}
