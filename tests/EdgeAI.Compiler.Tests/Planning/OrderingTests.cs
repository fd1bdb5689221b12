using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Ordering;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Tests.Planning;

/// <summary>Orders of nodes against every order there is, and graphs whose file order is bad.</summary>
[TestClass]
public sealed class OrderingTests(TestContext context)
{
    [TestMethod]
    public void WideBranchesRunOneAfterAnother()
    {
        // Each branch widens the input eightfold and narrows it again; the file lists all the wide nodes first.
        var builder = new GraphBuilder();
        Tensor x = builder.AddInput("x", 1, 16);
        Tensor widen = GraphBuilder.Weights(new Random(1), "widen", 128, 16);
        Tensor narrow = GraphBuilder.Weights(new Random(2), "narrow", 16, 128);
        Tensor[] wide = [.. Enumerable.Range(0, 4).Select(_ => builder.FullyConnected(x, widen))];
        Tensor[] narrowed = [.. wide.Select(branch => builder.FullyConnected(branch, narrow))];
        builder.Graph.Outputs.Add(narrowed.Aggregate(builder.Add));
        Graph? ordered = NodeOrdering.Find(builder.Graph, InstructionSet.Portable);
        Assert.IsNotNull(ordered);
        Assert.AreEqual("", string.Join("; ", OrderVerifier.Verify(builder.Graph, ordered)));
        Assert.AreEqual(4 * 512 + 64L, MemoryPlanner.Plan(builder.Graph).ArenaBytes);

        // x, one sum, one wide and one narrow value.
        Assert.AreEqual(64 + 64 + 512 + 64L, MemoryPlanner.Plan(ordered).ArenaBytes);
    }

    [TestMethod]
    public void ChainKeepsItsOrder()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.AddInput("x", 4, 8);
        builder.Graph.Outputs.Add(builder.Transpose(builder.Negate(builder.Transpose(x, 1, 0)), 1, 0));
        Assert.IsNull(NodeOrdering.Find(builder.Graph, InstructionSet.Portable));
    }

    [TestMethod]
    public void RandomGraphsGetTheLeastPeakOfAllOrders()
    {
        int seed = Seeds.Of(context);
        var random = new Random(seed);
        int better = 0;
        for (int i = 0; i < 60; i++)
        {
            Graph graph = Branching(random, random.Next(3, 8));
            string told = $"seed {seed}, graph {i}\n{ModelText.Write(graph).Text}";
            Graph? ordered = NodeOrdering.Find(graph, InstructionSet.Portable);
            if (ordered is not null)
            {
                Assert.AreEqual("", string.Join("; ", OrderVerifier.Verify(graph, ordered)), told);
                Assert.AreEqual("", string.Join("; ", GraphVerifier.Verify(ordered)), told);
                Assert.IsLessThan(LivePeak(graph), LivePeak(ordered), told);
                better++;
            }

            Assert.AreEqual(LeastPeak(graph), LivePeak(ordered ?? graph), told);
        }

        context.WriteLine($"{better} of 60 had a better order");
        Assert.AreNotEqual(0, better);
    }

    [TestMethod]
    public void PlanTakesTheOrderThatMakesTheArenaSmaller()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.AddInput("x", 1, 16);
        Tensor widen = GraphBuilder.Weights(new Random(1), "widen", 128, 16);
        Tensor narrow = GraphBuilder.Weights(new Random(2), "narrow", 16, 128);
        Tensor[] wide = [builder.FullyConnected(x, widen), builder.FullyConnected(x, widen)];
        builder.Graph.Outputs.Add(builder.Add(builder.FullyConnected(wide[0], narrow), builder.FullyConnected(wide[1], narrow)));
        var quantized = new QuantizedModel(builder.Graph, new("models/m.onnx", "00", "onnx"), "Float32", true, 0, new([[]], [[]]));
        PlannedModel planned = PlanStage.Run(
            quantized, TargetCatalog.Get("cortex-m4"), new ModelSettings { Name = "m", Budgets = Budgets.None }, [], CancellationToken.None);
        CollectionAssert.AreNotEqual(builder.Graph.Nodes.ToArray(), planned.Quantized.Graph.Nodes.ToArray());
        Assert.IsLessThan(MemoryPlanner.Plan(builder.Graph).ArenaBytes, planned.Plan.ArenaBytes);
    }

    [TestMethod]
    public void BadOrdersAreFound()
    {
        var builder = new GraphBuilder();
        builder.Graph.Outputs.Add(builder.Negate(builder.Negate(builder.AddInput("x", 4))));
        Graph graph = builder.Graph;
        Graph With(params Node[] nodes) => new() { Name = graph.Name, Inputs = graph.Inputs, Outputs = graph.Outputs, Nodes = nodes };
        Assert.AreEqual(0, OrderVerifier.Verify(graph, graph).Count);
        StringAssert.Contains(OrderVerifier.Verify(graph, With(graph.Nodes[1], graph.Nodes[0]))[0], "before the one that makes");
        StringAssert.Contains(OrderVerifier.Verify(graph, With(graph.Nodes[0]))[0], "left out");
        StringAssert.Contains(OrderVerifier.Verify(graph, With(graph.Nodes[0], graph.Nodes[0], graph.Nodes[1]))[0], "stands twice");
    }

    /// <summary>Bytes alive at the worst step, results over their operands counted once: what the planner's own bound says.</summary>
    private static long LivePeak(Graph graph)
    {
        MemoryPlan plan = MemoryPlanner.Plan(graph);
        return plan.OverlapBoundBytes ?? plan.LowerBoundBytes;
    }

    private static long LeastPeak(Graph graph)
    {
        long least = long.MaxValue;
        void Try(List<Node> order, HashSet<Tensor> missing)
        {
            if (order.Count == graph.Nodes.Count)
            {
                least = Math.Min(least, LivePeak(new() { Name = graph.Name, Inputs = graph.Inputs, Outputs = graph.Outputs, Nodes = [.. order] }));
                return;
            }

            foreach (Node node in graph.Nodes.Where(node => !order.Contains(node) && !node.Inputs.Any(operand => operand is not null && missing.Contains(operand))))
            {
                Try([.. order, node], [.. missing.Except(node.Outputs)]);
            }
        }

        Try([], [.. graph.Nodes.SelectMany(node => node.Outputs)]);
        return least;
    }

    /// <summary>Products with constants and transposes, which never overlap, and sums and signs, which work in place; every size a multiple of 16 bytes.</summary>
    private static Graph Branching(Random random, int nodes)
    {
        var builder = new GraphBuilder();
        var values = new List<Tensor> { builder.AddInput("x", 1, 4 * random.Next(1, 9)) };
        for (int i = 0; i < nodes; i++)
        {
            Tensor x = values[random.Next(values.Count)];
            Tensor[] alike = [.. values.Where(value => value.Shape == x.Shape)];
            values.Add(random.Next(4) switch
            {
                0 => builder.Add(x, alike[random.Next(alike.Length)]),
                1 => builder.Negate(x),
                _ => builder.FullyConnected(x, GraphBuilder.Weights(random, $"w{i}", 4 * random.Next(1, 9), x.Shape[1])),
            });
        }

        foreach (Tensor unread in values.Where(value => !builder.Graph.Nodes.Any(node => node.Inputs.Contains(value))))
        {
            builder.Graph.Outputs.Add(unread);
        }

        return builder.Graph;
    }
}
