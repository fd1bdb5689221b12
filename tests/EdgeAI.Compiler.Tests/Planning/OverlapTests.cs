using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Planning;

namespace EdgeAI.Compiler.Tests.Planning;

/// <summary>Results over their operands: what is saved, that it is sound, and that the verifier finds what is not.</summary>
[TestClass]
public sealed class OverlapTests(TestContext context)
{
    [TestMethod]
    public void ConvolutionLiesOneRowAndOnePixelBelowItsOperand()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.AddInput("x", 1, 8, 6, 4);
        builder.Graph.Outputs.Add(ImageGraphs.SameConvolution(builder, new Random(1), x, 4, "w"));
        MemoryPlan plan = Sound(builder.Graph, "");
        const int PixelBytes = 16;
        Assert.AreEqual((48 + 6 + 1) * PixelBytes, plan.ArenaBytes);
        Assert.AreEqual(2 * 48 * PixelBytes, plan.LowerBoundBytes);
        Assert.AreEqual((plan.ArenaBytes, true), (plan.OverlapBoundBytes, plan.Optimal));
        Assert.AreEqual((6 + 1) * PixelBytes, plan.BufferOf(x)!.Offset - plan.BufferOf(builder.Graph.Outputs[0])!.Offset);
    }

    [TestMethod]
    public void ChainMovesBackRatherThanDriftDown()
    {
        Graph graph = Chain(6);
        MemoryPlan plan = Sound(graph, "");
        const int PixelBytes = 64;
        Assert.AreEqual((100 + 10 + 2) * PixelBytes, plan.ArenaBytes);
        Assert.IsTrue(plan.Optimal);
        Assert.AreNotEqual(0, plan.Moves.Length);
        Assert.IsTrue(plan.Moves.All(move => move.From != move.To && move.Size == 100 * PixelBytes));
    }

    [TestMethod]
    public void MovesStayFewWhereTheModelComputesLittle()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.AddInput("x", 1, 20, 20, 2);
        for (int i = 0; i < 8; i++)
        {
            x = ImageGraphs.SameDepthwise(builder, new Random(i), x, $"d{i}");
        }

        builder.Graph.Outputs.Add(x);
        MemoryPlan plan = Sound(builder.Graph, "");
        Assert.IsTrue(plan.Moves.Sum(move => move.Size) <= 8 * 20 * 20 * 2 * 9 / 20);
        Assert.IsTrue(plan.ArenaBytes < plan.LowerBoundBytes, $"{plan.ArenaBytes}");
    }

    [TestMethod]
    public void OperandThatIsReadLaterOrGivenOutIsNotOverlapped()
    {
        var random = new Random(3);
        var builder = new GraphBuilder();
        Tensor x = builder.AddInput("x", 1, 8, 6, 4);
        Tensor y = ImageGraphs.SameConvolution(builder, random, x, 4, "w");
        builder.Graph.Outputs.Add(builder.Add(y, x));
        MemoryPlan plan = Sound(builder.Graph, "");
        Assert.AreEqual(plan.LowerBoundBytes, plan.ArenaBytes);
        builder.Graph.Outputs.Add(x);
        plan = Sound(builder.Graph, "");
        Assert.AreEqual(plan.LowerBoundBytes, plan.ArenaBytes);
    }

    [TestMethod]
    public void RandomImageGraphsComputeTheSameInTheirArena()
    {
        int seed = Seeds.Of(context);
        var random = new Random(seed);
        int smaller = 0;
        int moving = 0;
        for (int i = 0; i < 60; i++)
        {
            Graph graph = ImageGraphs.Random(random, random.Next(1, 15));
            string told = $"seed {seed}, graph {i}";
            MemoryPlan plan = Sound(graph, told);
            smaller += plan.ArenaBytes < plan.LowerBoundBytes ? 1 : 0;
            moving += plan.Moves.Length;
            Assert.IsTrue(plan.ArenaBytes >= (plan.OverlapBoundBytes ?? plan.LowerBoundBytes), told);
            var apart = new GraphExecutor(graph);
            var together = new ArenaExecutor(graph, plan, poisonDeadBytes: true);
            for (int run = 0; run < 2; run++)
            {
                float[] values = [.. Enumerable.Range(0, (int)graph.Inputs[0].Shape.ElementCount).Select(_ => random.NextSingle() - 0.5f)];
                ReadOnlySpan<byte> bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values);
                apart.SetInput(0, bytes);
                together.SetInput(0, bytes);
                apart.Run();
                together.Run();
                for (int output = 0; output < graph.Outputs.Count; output++)
                {
                    Assert.IsTrue(apart.Output(output).SequenceEqual(together.Output(output)), $"{told}, output {output}");
                }
            }
        }

        context.WriteLine($"{smaller} arenas are below the live tensors, {moving} moves");
        Assert.IsGreaterThan(10, smaller);
    }

    [TestMethod]
    public void SameGraphGivesTheSamePlan()
    {
        MemoryPlan first = MemoryPlanner.Plan(Chain(5));
        MemoryPlan second = MemoryPlanner.Plan(Chain(5));
        CollectionAssert.AreEqual(first.Buffers.Select(buffer => (buffer.Name, buffer.Offset)).ToArray(), second.Buffers.Select(buffer => (buffer.Name, buffer.Offset)).ToArray());
        CollectionAssert.AreEqual(first.Moves.ToArray(), second.Moves.ToArray());
    }

    [TestMethod]
    public void TooSmallADistanceIsFound()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.AddInput("x", 1, 8, 6, 4);
        builder.Graph.Outputs.Add(ImageGraphs.SameConvolution(builder, new Random(1), x, 4, "w"));
        MemoryPlan plan = Sound(builder.Graph, "");
        PlannedBuffer operand = plan.BufferOf(x)!;
        MemoryPlan closer = plan with { Buffers = plan.Buffers.Replace(operand, operand with { Offset = operand.Offset - 4 }) };
        Finds(builder.Graph, closer, "over its operand");
    }

    [TestMethod]
    public void DamagedMovesAreFound()
    {
        Graph graph = Chain(6);
        MemoryPlan plan = Sound(graph, "");
        PlannedMove move = plan.Moves[0];
        Finds(graph, plan with { Moves = plan.Moves.RemoveAt(0) }, "lives in two buffers");
        Finds(graph, plan with { Moves = plan.Moves.SetItem(0, move with { Step = move.Step - 1 }) }, "lives in two buffers");
        Finds(graph, plan with { Moves = plan.Moves.SetItem(0, move with { Size = move.Size - 4 }) }, "lives in two buffers");
        Finds(graph, plan with { Moves = plan.Moves.Insert(0, move with { From = 0, To = 16, Step = graph.Nodes.Count - 1 }) }, "overwritten");
    }

    [TestMethod]
    public void FalseBoundsAreFound()
    {
        Graph graph = Chain(3);
        MemoryPlan plan = Sound(graph, "");
        Finds(graph, plan with { OverlapBoundBytes = plan.ArenaBytes + 16, Optimal = false }, "lower bound");
        Finds(graph, plan with { OverlapBoundBytes = 16, Optimal = false }, "lower bound");
        Finds(graph, plan with { OverlapBoundBytes = null }, "lower bound");
        Finds(graph, plan with { Optimal = !plan.Optimal }, "marked as the smallest");
    }

    /// <summary>Depthwise and pointwise convolutions of one size, whose every result lies below its operand.</summary>
    private static Graph Chain(int pairs)
    {
        var random = new Random(7);
        var builder = new GraphBuilder();
        Tensor x = builder.AddInput("x", 1, 10, 10, 16);
        for (int i = 0; i < pairs; i++)
        {
            x = ImageGraphs.SameDepthwise(builder, random, x, $"d{i}");
            x = ImageGraphs.SameConvolution(builder, random, x, 16, $"c{i}");
        }

        builder.Graph.Outputs.Add(x);
        return builder.Graph;
    }

    private static MemoryPlan Sound(Graph graph, string told)
    {
        Assert.AreEqual("", string.Join('\n', GraphVerifier.Verify(graph)), told);
        MemoryPlan plan = MemoryPlanner.Plan(graph);
        Assert.AreEqual("", string.Join('\n', PlanVerifier.Verify(graph, plan)), told);
        return plan;
    }

    private static void Finds(Graph graph, MemoryPlan damaged, string told)
    {
        IReadOnlyList<string> faults = PlanVerifier.Verify(graph, damaged);
        Assert.IsTrue(faults.Any(fault => fault.Contains(told, StringComparison.Ordinal)), $"'{told}' not in: {string.Join("; ", faults)}");
    }
}
