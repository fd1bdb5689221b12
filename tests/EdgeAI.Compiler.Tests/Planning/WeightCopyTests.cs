using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Regions;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Tests.Planning;

[TestClass]
public sealed class WeightCopyTests(TestContext context)
{
    [TestMethod]
    public void WeightsThatAreReadOftenAreCopiedIntoGapsAndNoArenaGrows()
    {
        int seed = Seeds.Of(context);
        var random = new Random(seed);
        TargetDescription board = Board(5);
        int copies = 0;
        for (int i = 0; i < 40; i++)
        {
            Graph graph = ImageGraphs.Random(random, random.Next(6, 15));
            MemoryPlan without = RegionPlanner.Place(graph, MemoryPlanner.Plan(graph), board, null, CancellationToken.None);
            MemoryPlan plan = WeightCopyPlanner.Plan(graph, without, board, CancellationToken.None);
            Assert.AreEqual("", string.Join("; ", PlanVerifier.Verify(graph, plan)), $"seed {seed}, graph {i}");
            Assert.AreEqual(without.ArenaBytes, plan.ArenaBytes);
            CollectionAssert.AreEqual(without.Buffers.ToArray(), plan.Buffers.ToArray());
            copies += plan.WeightCopies.Length;
        }

        Assert.IsGreaterThan(10, copies, "weights were copied");
    }

    [TestMethod]
    public void WeightsThatAreReadOnceStayWhereTheyAre()
    {
        var builder = new GraphBuilder();
        Tensor weights = Tensor.FromValues<float>("w", ElementType.Float32, new Shape(4, 64), new float[256]);
        Tensor x = builder.AddInput("x", 1, 64);
        builder.AddInput("large", 4096);
        builder.Graph.Outputs.Add(builder.Negate(builder.Graph.Inputs[1]));
        builder.Graph.Outputs.Add(builder.FullyConnected(x, weights));
        Assert.IsEmpty(Copies(builder.Graph, Board(5)));
    }

    [TestMethod]
    public void NothingIsCopiedFromMemoryWithoutWaitStatesOrOnACoreAlone()
    {
        Graph graph = GraphWithCopies(out TargetDescription board);
        Assert.IsNotEmpty(Copies(graph, board));
        Assert.IsEmpty(Copies(graph, Board(0)));
        Assert.IsEmpty(Copies(graph, TargetCatalog.Get("cortex-m4")));
    }

    [TestMethod]
    public void CopiesThatWouldCorruptValuesAreFound()
    {
        Graph graph = GraphWithCopies(out TargetDescription board);
        MemoryPlan plan = WeightCopyPlanner.Plan(
            graph, RegionPlanner.Place(graph, MemoryPlanner.Plan(graph), board, null, CancellationToken.None), board, CancellationToken.None);
        PlannedWeightCopy copy = plan.WeightCopies[0];
        PlannedBuffer alive = plan.Buffers.First(buffer => buffer.FirstStep <= copy.Step && copy.Step <= buffer.LastStep && buffer.Size > 0);
        Finds("are copied over buffer", copy with { Offset = alive.Offset / 16 * 16 });
        Finds("have no place in one memory", copy with { Offset = plan.ArenaBytes });
        Finds("have no place in one memory", copy with { Offset = copy.Offset + 4 });
        Finds("copied more than once", copy, copy);

        void Finds(string told, params PlannedWeightCopy[] damaged)
        {
            IReadOnlyList<string> faults = PlanVerifier.Verify(graph, plan with { WeightCopies = [.. damaged] });
            Assert.IsTrue(faults.Any(fault => fault.Contains(told, StringComparison.Ordinal)), $"'{told}' not in: {string.Join("; ", faults)}");
        }
    }

    private static Graph GraphWithCopies(out TargetDescription board)
    {
        board = Board(5);
        for (int seed = 1; ; seed++)
        {
            Graph graph = ImageGraphs.Random(new Random(seed), 12);
            if (Copies(graph, board).Length > 0)
            {
                return graph;
            }
        }
    }

    private static PlannedWeightCopy[] Copies(Graph graph, TargetDescription target) =>
    [
        .. WeightCopyPlanner.Plan(
            graph, RegionPlanner.Place(graph, MemoryPlanner.Plan(graph), target, null, CancellationToken.None), target, CancellationToken.None).WeightCopies,
    ];

    private static TargetDescription Board(int waitStates) => new(
        "board", "cortex-m0", 48, [new("flash", 1 << 20, waitStates, ["code", "weights"]), new("ram", 1 << 20, 0, ["arena", "stack"])], null);
}
