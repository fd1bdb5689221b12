using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Planning;

namespace EdgeAI.Compiler.Tests.Planning;

[TestClass]
public sealed class MemoryPlannerTests(TestContext context)
{
    [TestMethod]
    public void ElementWiseResultTakesOverItsOperand()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.AddInput("x", 1, 64);
        builder.Graph.Outputs.Add(builder.Relu(builder.Negate(x)));
        MemoryPlan plan = Sound(builder.Graph);
        Assert.AreEqual((256L, 256L, true), (plan.ArenaBytes, plan.LowerBoundBytes, plan.Optimal));
        Assert.AreEqual(1, plan.Buffers.Length);
    }

    [TestMethod]
    public void OperandThatIsReadLaterIsKept()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.AddInput("x", 1, 64);
        Tensor negative = builder.Negate(x);
        builder.Graph.Outputs.Add(builder.Add(negative, x));
        MemoryPlan plan = Sound(builder.Graph);
        Assert.AreEqual(512L, plan.ArenaBytes);
        Assert.AreNotEqual(plan.BufferOf(x)!.Offset, plan.BufferOf(negative)!.Offset);
    }

    [TestMethod]
    public void ViewThatIsReadLaterKeepsWhatItShows()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.AddInput("x", 2, 32);
        Tensor view = builder.Reshape(x, 4, 16);
        Tensor negative = builder.Negate(x);
        builder.Graph.Outputs.Add(builder.Add(builder.Reshape(negative, 4, 16), view));
        MemoryPlan plan = Sound(builder.Graph);
        Assert.AreEqual(plan.BufferOf(x)!.Offset, plan.BufferOf(view)!.Offset);
        Assert.AreEqual(512L, plan.ArenaBytes);
    }

    [TestMethod]
    public void InputGivenOutIsNotOverwritten()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.AddInput("x", 1, 64);
        Tensor negative = builder.Negate(x);
        builder.Graph.Outputs.Add(x);
        builder.Graph.Outputs.Add(negative);
        builder.Graph.Outputs.Add(negative);
        Assert.AreEqual(512L, Sound(builder.Graph).ArenaBytes);
    }

    [TestMethod]
    public void AllInputsAndAllOutputsAreAliveTogether()
    {
        var builder = new GraphBuilder();
        Tensor early = builder.AddInput("early", 2, 32);
        Tensor late = builder.AddInput("late", 2, 32);
        Tensor unused = builder.AddInput("unused", 1, 64);
        Tensor first = builder.Transpose(early, 1, 0);
        builder.Graph.Outputs.Add(first);
        builder.Graph.Outputs.Add(builder.Transpose(late, 1, 0));
        MemoryPlan plan = Sound(builder.Graph);
        Assert.AreEqual(4 * 256L, plan.ArenaBytes);
        Assert.AreEqual(0, plan.BufferOf(unused)!.FirstStep);
        Assert.AreEqual(1, plan.BufferOf(first)!.LastStep);
    }

    [TestMethod]
    public void ConstantsAndTheirViewsTakeNoMemory()
    {
        var builder = new GraphBuilder();
        Tensor constant = GraphBuilder.Constant("c", 1, 2, 3, 4);
        Tensor view = builder.Reshape(constant, 2, 2);
        builder.Graph.Outputs.Add(constant);
        builder.Graph.Outputs.Add(view);
        MemoryPlan plan = Sound(builder.Graph);
        Assert.AreEqual((16L, 0), (plan.ArenaBytes, plan.Buffers.Length));
    }

    [TestMethod]
    public void GraphWithoutNodesHoldsItsInputs()
    {
        var builder = new GraphBuilder();
        builder.Graph.Outputs.Add(builder.AddInput("x", 3));
        builder.AddInput("none", 0, 4);
        Assert.AreEqual(16L, Sound(builder.Graph).ArenaBytes);
    }

    [TestMethod]
    public void RandomGraphsComputeTheSameInTheirArena()
    {
        int seed = Seeds.Of(context);
        var random = new Random(seed);
        for (int i = 0; i < 300; i++)
        {
            Graph graph = GraphBuilder.Random(random, random.Next(0, 25));
            MemoryPlan plan = Sound(graph, $"seed {seed}, graph {i}");
            var apart = new GraphExecutor(graph);
            var together = new ArenaExecutor(graph, plan, poisonDeadBytes: true);
            for (int input = 0; input < graph.Inputs.Count; input++)
            {
                float[] values = [.. Enumerable.Range(0, (int)graph.Inputs[input].Shape.ElementCount).Select(_ => random.NextSingle() - 0.5f)];
                ReadOnlySpan<byte> bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values);
                apart.SetInput(input, bytes);
                together.SetInput(input, bytes);
            }

            apart.Run();
            together.Run();
            for (int output = 0; output < graph.Outputs.Count; output++)
            {
                Assert.IsTrue(apart.Output(output).SequenceEqual(together.Output(output)), $"seed {seed}, graph {i}, output {output}");
            }
        }
    }

    private static MemoryPlan Sound(Graph graph, string told = "")
    {
        Assert.AreEqual("", string.Join('\n', GraphVerifier.Verify(graph)), told);
        MemoryPlan plan = MemoryPlanner.Plan(graph);
        Assert.AreEqual("", string.Join('\n', PlanVerifier.Verify(graph, plan)), told);
        return plan;
    }
}
