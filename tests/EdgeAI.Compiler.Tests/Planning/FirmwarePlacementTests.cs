using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Regions;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Tests.Planning;

[TestClass]
public sealed class FirmwarePlacementTests(TestContext context)
{
    private static readonly TargetDescription Plain = TargetCatalog.Get("cortex-m4");

    [TestMethod]
    public void ModelsThatMayRunTogetherLieApart()
    {
        PlannedModel[] models = [Model("a", 512), Model("b", 256), Model("c", 384)];
        FirmwarePlan plan = PlanStage.Combine(Plain, models, [], new([("a", "b")]));
        Assert.AreEqual(768L, plan.SharedArenaBytes, "a beside b, c over either");
        FirmwareMemory memory = plan.Memories.Single();
        Assert.IsTrue(Apart(memory, "a", "b"));
        Assert.IsFalse(plan.IsUnion);
        Assert.AreEqual(1152L, PlanStage.Combine(Plain, models, [], new([("a", "b"), ("a", "c"), ("b", "c")])).SharedArenaBytes);
        Assert.AreEqual(512L, PlanStage.Combine(Plain, models, []).SharedArenaBytes);
    }

    [TestMethod]
    public void StateIsKeptFromOtherModels()
    {
        PlannedModel stateful = Model("a", 512);
        stateful = stateful with { Plan = stateful.Plan with { StateBytes = 64 } };
        FirmwarePlan plan = PlanStage.Combine(Plain, [stateful, Model("b", 512)], []);
        Assert.AreEqual(576L, plan.SharedArenaBytes);
        Assert.AreEqual((0L, 64L), (plan.Memories[0].Parts[0].Offset, plan.Memories[0].Parts[1].Offset));

        PlannedModel other = Model("b", 256);
        other = other with { Plan = other.Plan with { StateBytes = 16 } };
        Assert.AreEqual(768L, PlanStage.Combine(Plain, [stateful, other], []).SharedArenaBytes, "two states keep two arenas apart");
    }

    [TestMethod]
    public void AModelThatMustLieApartGoesToTheNextMemory()
    {
        TargetDescription board = RegionPlannerTests.Board(("fast", 640, 0), ("slow", 4096, 4));
        FirmwarePlan plan = PlanStage.Combine(board, [Model("a", 512, board), Model("b", 256, board)], [], new([("a", "b")]));
        CollectionAssert.AreEqual(new[] { "fast", "slow" }, plan.Memories.Select(memory => memory.Name).ToArray());
        Assert.AreEqual(("a", "b"), (plan.Memories[0].Parts.Single().Model, plan.Memories[1].Parts.Single().Model));
    }

    [TestMethod]
    public void ModelsThatNoMemoryHoldsTogetherAreAnError()
    {
        TargetDescription board = RegionPlannerTests.Board(("ram", 640, 0));
        PlannedModel[] models = [Model("a", 512, board), Model("b", 256, board)];
        var error = Assert.ThrowsExactly<DiagnosticException>(() => PlanStage.Combine(board, models, [], new([("a", "b")])));
        Assert.AreEqual("EAI3021", error.Diagnostics.Single().Code);
        StringAssert.Contains(error.Diagnostics[0].Message, "need 768 bytes of its memory 'ram', which has 640: a 512, b 256");
        Assert.AreEqual(512L, PlanStage.Combine(board, models, []).SharedArenaBytes);
    }

    [TestMethod]
    public void WeightsThatNoMemoryHoldsAreAnError()
    {
        var builder = new GraphBuilder("heavy");
        builder.Graph.Outputs.Add(builder.Add(builder.AddInput("x", 1, 512), Tensor.FromValues<float>("c", ElementType.Float32, new Shape(1, 512), new float[512])));
        var board = new TargetDescription("tiny", "cortex-m0", 16, [new("flash", 2047, 0, ["code", "weights"]), new("ram", 1 << 14, 0, ["arena"])], null);
        var error = Assert.ThrowsExactly<DiagnosticException>(() => PlanStage.Combine(board, [Plan(builder.Graph, board)], []));
        Assert.AreEqual("EAI3022", error.Diagnostics.Single().Code);
        StringAssert.Contains(error.Diagnostics[0].Message, "take 2048 bytes, and the memories for weights (flash) have 2047; the most are those of model 'heavy'");
        StringAssert.Contains(error.Diagnostics[0].Message, "use an integer type for those with weights in float,");
    }

    [TestMethod]
    public void IntegerWeightsGetNoAdviceToBecomeIntegers()
    {
        var builder = new GraphBuilder("heavy");
        var x = new Tensor("x", ElementType.Int32, new Shape(1, 512));
        builder.Graph.Inputs.Add(x);
        builder.Graph.Outputs.Add(builder.Add(x, Tensor.FromValues<int>("c", ElementType.Int32, x.Shape, new int[512])));
        var board = new TargetDescription("tiny", "cortex-m0", 16, [new("flash", 2047, 0, ["code", "weights"]), new("ram", 1 << 14, 0, ["arena"])], null);
        Diagnostic told = Assert.ThrowsExactly<DiagnosticException>(() => PlanStage.Combine(board, [Plan(builder.Graph, board)], [])).Diagnostics.Single();
        StringAssert.EndsWith(told.Message, "Make its layers narrower, or build for a target with more flash.");
    }

    [TestMethod]
    public void RandomPartsKeepTheRules()
    {
        int seed = Seeds.Of(context);
        var random = new Random(seed);
        for (int round = 0; round < 300; round++)
        {
            int count = random.Next(1, round % 10 == 0 ? 12 : 6);
            SharedPart[] parts =
            [
                .. Enumerable.Range(0, count).Select(i => (Index: i, Bytes: (long)random.Next(0, 40) * 8))
                    .Select(part => new SharedPart($"m{part.Index}", 0, part.Bytes, random.Next(3) == 0 ? Math.Min(part.Bytes, random.Next(1, 64)) : 0)),
            ];
            bool[,] together = new bool[count, count];
            for (int i = 0; i < count; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    together[i, j] = together[j, i] = random.Next(3) == 0;
                }
            }

            bool Together(string a, string b) => together[Array.FindIndex(parts, p => p.Model == a), Array.FindIndex(parts, p => p.Model == b)];
            (long[] offsets, long bytes) = SharedPlacement.Place(parts, Together, 16);
            string what = $"seed {seed}, round {round}";
            for (int i = 0; i < count; i++)
            {
                Assert.AreEqual(0L, offsets[i] % 16, what);
                Assert.IsTrue(offsets[i] >= 0 && offsets[i] + parts[i].Bytes <= bytes, what);
                for (int j = 0; j < count; j++)
                {
                    // Byte by byte: i's bytes that j may not touch.
                    long kept = together[i, j] ? parts[i].Bytes : parts[i].PersistentBytes;
                    bool touched = i != j && Enumerable.Range(0, (int)kept).Any(b => offsets[i] + b >= offsets[j] && offsets[i] + b < offsets[j] + parts[j].Bytes);
                    Assert.IsFalse(touched, $"{what}: {parts[j]} on {parts[i]}");
                }
            }
        }
    }

    private static bool Apart(FirmwareMemory memory, string first, string second)
    {
        FirmwarePart a = memory.Parts.Single(part => part.Model == first);
        FirmwarePart b = memory.Parts.Single(part => part.Model == second);
        return a.Offset + a.Bytes <= b.Offset || b.Offset + b.Bytes <= a.Offset;
    }

    private static PlannedModel Model(string name, int bytes, TargetDescription? target = null)
    {
        var builder = new GraphBuilder(name);
        builder.Graph.Outputs.Add(builder.Transpose(builder.AddInput("x", 2, bytes / 16), 1, 0));
        return Plan(builder.Graph, target ?? Plain);
    }

    private static PlannedModel Plan(Graph graph, TargetDescription target) => PlanStage.Run(
        new(graph, new($"models/{graph.Name}.onnx", "00", "onnx"), "Float32", true, 0, new([[]], [[]])), target,
        new ModelSettings { Name = graph.Name }, [], CancellationToken.None);
}
