using System.Runtime.InteropServices;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Streams;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Tests.Planning;

/// <summary>Nodes that run row by row: the same numbers, less memory, and a verifier that finds what is wrong.</summary>
[TestClass]
public sealed class StreamTests(TestContext context)
{
    [TestMethod]
    public void RandomStreamsComputeTheSameInTheirArena()
    {
        int seed = Environment.TickCount;
        context.WriteLine($"seed {seed}");
        var random = new Random(seed);
        int streams = 0;
        int smaller = 0;
        for (int i = 0; i < 80; i++)
        {
            Graph graph = StreamGraphs.Random(random, random.Next(1, 14));
            string told = $"seed {seed}, graph {i}";
            Assert.AreEqual("", string.Join('\n', GraphVerifier.Verify(graph)), told);
            List<RowSchedule> segments = StreamGraphs.Segments(graph, random);
            if (segments.Count == 0)
            {
                continue;
            }

            MemoryPlan whole = MemoryPlanner.Plan(graph);
            MemoryPlan plan = StreamPlanner.Plan(graph, whole, segments, InstructionSet.Portable, default);
            Assert.AreEqual("", string.Join('\n', PlanVerifier.Verify(graph, plan)), told);
            streams += segments.Count;
            smaller += plan.ArenaBytes < whole.LowerBoundBytes ? 1 : 0;
            ComputesTheSame(graph, plan, random, told);
        }

        context.WriteLine($"{streams} streams, {smaller} arenas below the live tensors");
        Assert.IsGreaterThan(50, streams);
        Assert.IsGreaterThan(10, smaller);
    }

    private static void ComputesTheSame(Graph graph, MemoryPlan plan, Random random, string told)
    {
        var apart = new GraphExecutor(graph);
        var together = new ArenaExecutor(graph, plan, poisonDeadBytes: true);
        var seen = new Dictionary<Tensor, byte[]>(ReferenceEqualityComparer.Instance);
        together.Observer = (tensor, bytes) => seen[tensor] = bytes.ToArray();
        for (int run = 0; run < 2; run++)
        {
            float[] values = [.. Enumerable.Range(0, (int)graph.Inputs[0].Shape.ElementCount).Select(_ => random.NextSingle() - 0.5f)];
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes<float>(values);
            apart.SetInput(0, bytes);
            together.SetInput(0, bytes);
            apart.Run();
            together.Run();
            for (int output = 0; output < graph.Outputs.Count; output++)
            {
                Assert.IsTrue(apart.Output(output).SequenceEqual(together.Output(output)), $"{told}, output {output}");
            }

            foreach (Node node in graph.Nodes)
            {
                Assert.IsTrue(apart.Value(node.Output).SequenceEqual(seen[node.Output]), $"{told}, '{node.Output.Name}'");
            }
        }
    }
}
