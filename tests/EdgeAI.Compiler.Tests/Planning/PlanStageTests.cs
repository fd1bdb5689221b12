using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
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
        StringAssert.Contains(told.Message, "takes 512 bytes");
        StringAssert.Contains(told.Message, "budget is 511");
        StringAssert.Contains(told.Message, "step 0 ('n0') holds t0 256, x 256");
        Assert.AreEqual(512L, Plan(Model(64), sramBytes: 512).Plan.ArenaBytes);
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

    private static PlannedModel Plan(QuantizedModel model, long? sramBytes = null, TargetDescription? target = null) => PlanStage.Run(
        model, target ?? TargetCatalog.Get("cortex-m4"),
        new ModelSettings { Name = model.Graph.Name, Budgets = Budgets.None with { SramBytes = sramBytes } }, [], CancellationToken.None);
}
