using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Regions;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Tests.Planning;

[TestClass]
public sealed class RegionPlannerTests(TestContext context)
{
    [TestMethod]
    public void OneMemoryChangesNoOffset()
    {
        Graph graph = GraphBuilder.Random(new Random(3), 20);
        MemoryPlan alone = MemoryPlanner.Plan(graph);
        MemoryPlan placed = RegionPlanner.Place(graph, alone, Board(("ram", 1 << 20, 0)), null, CancellationToken.None);
        CollectionAssert.AreEqual(alone.Buffers.ToArray(), placed.Buffers.ToArray());
        Assert.AreEqual((alone.ArenaBytes, alone.LowerBoundBytes, alone.Optimal), (placed.ArenaBytes, placed.LowerBoundBytes, placed.Optimal));
        Assert.AreEqual(new PlannedRegion("ram", 0, alone.ArenaBytes, 16), placed.Regions.Single());
        Assert.AreEqual(0L, placed.PersistentBytes);
    }

    [TestMethod]
    public void AnArenaThatFitsGoesToTheFastestMemory()
    {
        Graph graph = GraphBuilder.Random(new Random(4), 20);
        MemoryPlan placed = RegionPlanner.Place(
            graph, MemoryPlanner.Plan(graph), Board(("slow", 1 << 20, 3), ("fast", 1 << 16, 0)), null, CancellationToken.None);
        Assert.AreEqual("fast", placed.Regions.Single().Memory);
    }

    [TestMethod]
    public void TheMostTouchedBuffersGetTheFastMemory()
    {
        // x (4096 bytes) is read once by a copy; h (256 bytes) by a product with many weights.
        var builder = new GraphBuilder();
        Tensor x = builder.AddInput("x", 16, 64);
        Tensor h = builder.AddInput("h", 1, 64);
        Tensor weights = Tensor.FromValues<float>("w", ElementType.Float32, new Shape(64, 64), new float[4096]);
        builder.Graph.Outputs.Add(builder.Transpose(x, 1, 0));
        builder.Graph.Outputs.Add(builder.FullyConnected(h, weights));
        MemoryPlan placed = RegionPlanner.Place(
            builder.Graph, MemoryPlanner.Plan(builder.Graph), Board(("fast", 1024, 0), ("slow", 1 << 20, 9)), null, CancellationToken.None);
        PlannedRegion fast = placed.Regions[1];
        Assert.AreEqual(("fast", "fast", "slow"), (placed.Regions[0].Memory, fast.Memory, placed.Regions[2].Memory));
        PlannedBuffer hot = placed.Buffers.Single(buffer => buffer.Tensors.Contains("h"));
        PlannedBuffer cold = placed.Buffers.Single(buffer => buffer.Tensors.Contains("x"));
        Assert.IsTrue(hot.Offset >= fast.Start && hot.Offset < fast.End, $"{hot}");
        Assert.IsTrue(cold.Offset >= placed.Regions[2].Start, $"{cold}");
    }

    [TestMethod]
    public void RandomGraphsOverRandomMemoriesAreSoundAndComputeTheSame()
    {
        int seed = Seeds.Of(context);
        var random = new Random(seed);
        int spread = 0;
        for (int i = 0; i < 200; i++)
        {
            Graph graph = (i % 4) switch
            {
                0 => ImageGraphs.Random(random, random.Next(4, 15)),
                1 => PartGraphs.Random(random, random.Next(2, 20), ElementType.Float32),
                _ => GraphBuilder.Random(random, random.Next(1, 30)),
            };
            MemoryPlan alone = MemoryPlanner.Plan(graph);
            TargetDescription board = Board(
                ("a", Math.Max(16, alone.ArenaBytes * random.Next(1, 12) / 10), 0), ("b", Math.Max(16, alone.ArenaBytes * random.Next(1, 8) / 10), 2),
                ("c", alone.ArenaBytes * 2, 5));
            MemoryPlan placed = RegionPlanner.Place(graph, alone, board, null, CancellationToken.None);
            string what = $"seed {seed}, graph {i}";
            Assert.AreEqual("", string.Join("; ", PlanVerifier.Verify(graph, placed).Concat(RegionVerifier.Verify(placed, board))), what);
            spread += placed.Regions.Length > 1 ? 1 : 0;
            Compare(graph, placed, random, what);
        }

        Assert.IsGreaterThan(20, spread, "graphs were spread");
    }

    [TestMethod]
    public void WhatFitsNowhereIsAnErrorWithTheLeastSize()
    {
        var builder = new GraphBuilder("m");
        builder.Graph.Outputs.Add(builder.Transpose(builder.AddInput("x", 8, 64), 1, 0));
        var error = Assert.ThrowsExactly<DiagnosticException>(() => Plan(builder.Graph, Board(("a", 2032, 0), ("b", 2000, 1))));
        Assert.AreEqual("EAI3020", error.Diagnostics.Single().Code);
        StringAssert.Contains(error.Diagnostics[0].Message, "(a 2032, b 2000)");
        StringAssert.Contains(error.Diagnostics[0].Message, "the least that any arena takes is 4096 bytes");
        Assert.AreEqual(2, Plan(builder.Graph, Board(("a", 2112, 0), ("b", 2048, 1))).Plan.Regions.Skip(1).Count());
    }

    [TestMethod]
    public void SpreadingPastTheBudgetIsNotChosen()
    {
        var builder = new GraphBuilder("m");
        Tensor x = builder.AddInput("x", 8, 64);
        builder.Graph.Outputs.Add(builder.Transpose(builder.Transpose(x, 1, 0), 1, 0));
        TargetDescription board = Board(("fast", 2112, 0), ("slow", 1 << 20, 9));
        Assert.AreEqual(3, Plan(builder.Graph, board).Plan.Regions.Length);
        MemoryPlan within = Plan(builder.Graph, board, sramBytes: 4096).Plan;
        Assert.AreEqual(new PlannedRegion("slow", 0, 4096, 16), within.Regions.Single());
    }

    [TestMethod]
    public void TwoPlansAreTheSame()
    {
        Graph graph = GraphBuilder.Random(new Random(9), 25);
        MemoryPlan alone = MemoryPlanner.Plan(graph);
        TargetDescription board = Board(("a", alone.ArenaBytes / 2, 0), ("b", alone.ArenaBytes * 2, 4));
        MemoryPlan first = RegionPlanner.Place(graph, alone, board, null, CancellationToken.None);
        MemoryPlan second = RegionPlanner.Place(graph, alone, board, null, CancellationToken.None);
        CollectionAssert.AreEqual(first.Buffers.ToArray().Select(buffer => (buffer.Name, buffer.Offset)).ToArray(), second.Buffers.Select(buffer => (buffer.Name, buffer.Offset)).ToArray());
        CollectionAssert.AreEqual(first.Regions.ToArray(), second.Regions.ToArray());
    }

    internal static TargetDescription Board(params (string Name, long Bytes, int WaitStates)[] memories) => new(
        "board", "cortex-m4", 100,
        [
            new("flash", 1 << 20, 5, ["code", "weights"]) { Origin = 0x0800_0000 },
            .. memories.Select((memory, index) => new MemoryRegion(memory.Name, memory.Bytes, memory.WaitStates, ["arena", "stack"])
            {
                Origin = 0x2000_0000 + (index * 0x0100_0000L),
            }),
        ], null);

    private static PlannedModel Plan(Graph graph, TargetDescription board, long? sramBytes = null) => PlanStage.Run(
        new(graph, new("models/m.onnx", "00", "onnx"), "Float32", true, 0, new([[]], [[]])), board,
        new ModelSettings { Name = graph.Name, Budgets = Budgets.None with { SramBytes = sramBytes } }, [], CancellationToken.None);

    private static void Compare(Graph graph, MemoryPlan plan, Random random, string what)
    {
        var expected = new GraphExecutor(graph);
        var actual = new ArenaExecutor(graph, plan, poisonDeadBytes: true);
        for (int i = 0; i < graph.Inputs.Count; i++)
        {
            byte[] bytes = new byte[graph.Inputs[i].ByteSize];
            random.NextBytes(bytes);
            if (graph.Inputs[i].Type == ElementType.Float32)
            {
                for (int k = 3; k < bytes.Length; k += 4)
                {
                    bytes[k] = 0x3F;
                }
            }

            expected.SetInput(i, bytes);
            actual.SetInput(i, bytes);
        }

        expected.Run();
        actual.Run();
        for (int i = 0; i < graph.Outputs.Count; i++)
        {
            Assert.IsTrue(expected.Output(i).SequenceEqual(actual.Output(i)), $"{what}, output {i}");
        }
    }
}
