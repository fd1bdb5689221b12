using System.Runtime.InteropServices;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Streams;
using EdgeAI.Compiler.Targets;
using EdgeAI.Compiler.Tests.Emission;

namespace EdgeAI.Compiler.Tests.Planning;

/// <summary>Nodes that run row by row: the same numbers, less memory, and a verifier that finds what is wrong.</summary>
[TestClass]
public sealed class StreamTests(TestContext context)
{
    [TestMethod]
    public void RandomStreamsComputeTheSameInTheirArena()
    {
        int seed = Seeds.Of(context);
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

            MemoryPlan whole = MemoryPlanner.PlanWithoutParts(graph, InstructionSet.Portable);
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

    [TestMethod]
    public void GeneratedCodeComputesTheSame()
    {
        int seed = Seeds.Of(context);
        var random = new Random(seed);
        for (int i = 0; i < 6; i++)
        {
            FirmwarePlan firmware = FirmwareProject.Plan([StreamGraphs.Random(random, random.Next(6, 14))]);
            Graph graph = firmware.Models[0].Quantized.Graph;
            List<RowSchedule> segments = StreamGraphs.Segments(graph, random);
            if (segments.Count == 0)
            {
                continue;
            }

            MemoryPlan plan = StreamPlanner.Plan(graph, MemoryPlanner.PlanWithoutParts(graph, InstructionSet.Dsp), segments, InstructionSet.Dsp, default);
            using var project = new FirmwareProject(GenerateStage.Run(
                PlanStage.Combine(firmware.Target, [firmware.Models[0] with { Plan = plan }], []), [], CancellationToken.None));
            if (i == 0)
            {
                project.CompileEverywhere(context);
            }

            float[] values = [.. Enumerable.Range(0, (int)graph.Inputs[0].Shape.ElementCount).Select(_ => random.NextSingle() - 0.5f)];
            byte[] input = MemoryMarshal.AsBytes<float>(values).ToArray();
            var apart = new GraphExecutor(graph);
            apart.SetInput(0, input);
            apart.Run();
            if (project.Run(context, graph, [input]) is not { } written)
            {
                return;
            }

            int at = 0;
            for (int output = 0; output < graph.Outputs.Count; output++)
            {
                ReadOnlySpan<float> expected = MemoryMarshal.Cast<byte, float>(apart.Output(output));
                ReadOnlySpan<float> found = MemoryMarshal.Cast<byte, float>(written.AsSpan(at, apart.Output(output).Length));
                float range = 1e-30f;
                foreach (float value in expected)
                {
                    range = float.IsFinite(value) ? Math.Max(range, Math.Abs(value)) : range;
                }

                for (int k = 0; k < expected.Length; k++)
                {
                    Assert.IsTrue(expected[k].Equals(found[k]) || Math.Abs(expected[k] - found[k]) <= 1e-5f * range, $"seed {seed}, graph {i}, output {output}[{k}]: {found[k]} instead of {expected[k]}");
                }

                at += apart.Output(output).Length;
            }
        }
    }

    [TestMethod]
    public void DamagedStreamsAreFound()
    {
        Graph graph = Chain(out MemoryPlan plan);
        PlannedStream stream = plan.Streams[0];
        PlannedBuffer window = plan.Buffers.First(buffer => buffer.Tensors.Contains("t0"));
        PlannedBuffer other = plan.Buffers.First(buffer => buffer.Tensors.Contains("t1"));
        Assert.IsEmpty(PlanVerifier.Verify(graph, plan));
        Finds(graph, plan with { Streams = [stream with { LastStep = 99 }] }, "impossible");
        Finds(graph, plan with { Streams = [stream with { RowsAtOnce = 0 }] }, "impossible");
        Finds(graph, plan with { Streams = [stream, stream] }, "impossible");
        Finds(graph, plan with { Streams = [] }, "too small");
        Finds(graph, plan with { Streams = [stream with { LastStep = stream.LastStep - 1 }] }, "");
        Finds(graph, plan with { Streams = [stream with { RowsAtOnce = 3 }] }, "");
        Finds(graph, plan with { Optimal = true }, "not proven");
        Finds(graph, plan with { Buffers = plan.Buffers.Replace(window, window with { Offset = other.Offset }) }, "");
        Finds(graph, plan with { Buffers = plan.Buffers.Replace(window, window with { Offset = window.Offset + 4 }) }, "");
        Finds(graph, plan with { Buffers = plan.Buffers.Replace(window, window with { Offset = plan.ArenaBytes - 4 }) }, "leaves the arena");
    }

    /// <summary>Four windowed layers over one image, row by row.</summary>
    private static Graph Chain(out MemoryPlan plan)
    {
        var random = new Random(5);
        var builder = new GraphBuilder();
        Tensor x = builder.AddInput("x", 1, 16, 4, 4);
        for (int i = 0; i < 4; i++)
        {
            x = ImageGraphs.SameConvolution(builder, random, x, 4, $"w{i}");
        }

        builder.Graph.Outputs.Add(x);
        plan = StreamPlanner.Plan(
            builder.Graph, MemoryPlanner.PlanWithoutParts(builder.Graph, InstructionSet.Portable), [RowSchedule.TryMake(builder.Graph, 0, 3, 1)!], InstructionSet.Portable, default);
        return builder.Graph;
    }

    private static void Finds(Graph graph, MemoryPlan damaged, string told)
    {
        IReadOnlyList<string> faults = PlanVerifier.Verify(graph, damaged);
        Assert.IsTrue(faults.Any(fault => fault.Contains(told, StringComparison.Ordinal)), $"'{told}' not in: {string.Join("; ", faults)}");
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
