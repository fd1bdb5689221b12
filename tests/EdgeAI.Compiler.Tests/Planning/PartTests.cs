using System.Runtime.InteropServices;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Targets;
using EdgeAI.Compiler.Tests.Emission;

namespace EdgeAI.Compiler.Tests.Planning;

/// <summary>Concatenations whose operands are made in their place, slices that stay in theirs: what is saved, that it is sound, and that damage is found.</summary>
[TestClass]
public sealed class PartTests(TestContext context)
{
    [TestMethod]
    public void OperandsAreMadeInTheirPlace()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.AddInput("x", 4, 8);
        Tensor a = builder.Transpose(x, 1, 0);
        Tensor b = builder.Negate(a);
        builder.Graph.Outputs.Add(PartGraphs.Concatenate(builder, 0, a, b));
        MemoryPlan plan = Sound(builder.Graph);
        Assert.AreEqual((0L, 128L), (Place(plan, a), Place(plan, b)));
        Assert.AreEqual(256 + 128, plan.ArenaBytes);
        CollectionAssert.AreEqual(new[] { 2 }, StepsOfNothing(builder.Graph, plan));
    }

    [TestMethod]
    public void SlicesStayInTheirOperand()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.AddInput("x", 8, 4);
        Tensor first = PartGraphs.Rows(builder, x, 0, 4);
        Tensor second = PartGraphs.Rows(builder, x, 4, 4);
        builder.Graph.Outputs.Add(builder.Transpose(builder.Add(first, second), 1, 0));
        MemoryPlan plan = Sound(builder.Graph);
        PlannedBuffer buffer = plan.BufferOf(x)!;
        Assert.AreEqual((0L, 64L), (buffer.PlaceOf(first.Name) - buffer.Offset, buffer.PlaceOf(second.Name) - buffer.Offset));
        Assert.AreEqual(128 + 64, plan.ArenaBytes);
        CollectionAssert.AreEqual(new[] { 0, 1 }, StepsOfNothing(builder.Graph, plan));
    }

    [TestMethod]
    public void OnlyOneOfTwoConcatenationsHasItAndOneOfTwoOperands()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.AddInput("x", 4, 4);
        Tensor a = builder.Transpose(x, 1, 0);
        Tensor twice = PartGraphs.Concatenate(builder, 0, a, a);
        Tensor other = PartGraphs.Concatenate(builder, 0, x, a);
        builder.Graph.Outputs.Add(twice);
        builder.Graph.Outputs.Add(other);
        MemoryPlan plan = Sound(builder.Graph);
        Assert.AreEqual(256, plan.ArenaBytes);
        Assert.AreEqual(plan.BufferOf(other), plan.BufferOf(x));
        Assert.IsTrue(plan.BufferOf(a) == plan.BufferOf(twice) || plan.BufferOf(a) == plan.BufferOf(other));
        ComputesTheSame(builder.Graph, plan, new Random(1), "");
    }

    [TestMethod]
    public void ConcatenationOfConcatenationsAndOfConstantsIsOneBuffer()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.AddInput("x", 4, 4);
        Tensor a = builder.Transpose(x, 1, 0);
        Tensor inner = PartGraphs.Concatenate(builder, 0, GraphBuilder.Weights(new Random(1), "k", 2, 4), a);
        Tensor b = builder.Negate(inner);
        builder.Graph.Outputs.Add(PartGraphs.Concatenate(builder, 0, inner, b));
        MemoryPlan plan = Sound(builder.Graph);
        Assert.AreEqual((0L, 32L, 96L), (Place(plan, inner), Place(plan, a), Place(plan, b)));
        CollectionAssert.AreEqual(new[] { 3 }, StepsOfNothing(builder.Graph, plan), "the constant is copied");
        ComputesTheSame(builder.Graph, plan, new Random(1), "");
    }

    [TestMethod]
    public void PartThatWouldKeepALargeWholeAliveIsCopied()
    {
        // a is made long before the large b: its place in the result would stand empty beside the wide values.
        var builder = new GraphBuilder();
        Tensor x = builder.AddInput("x", 1, 4);
        Tensor a = builder.Negate(x);
        Tensor wide = builder.FullyConnected(x, GraphBuilder.Weights(new Random(1), "w", 200, 4));
        Tensor narrow = builder.FullyConnected(wide, GraphBuilder.Weights(new Random(2), "n", 4, 200));
        Tensor b = builder.FullyConnected(narrow, GraphBuilder.Weights(new Random(3), "v", 120, 4));
        builder.Graph.Outputs.Add(PartGraphs.Concatenate(builder, 1, a, b));
        MemoryPlan plan = Sound(builder.Graph);
        Assert.AreEqual(16 + 800 + 16, plan.ArenaBytes);
        Assert.AreNotEqual(plan.BufferOf(builder.Graph.Outputs[0]), plan.BufferOf(a));
        Assert.AreEqual(plan.BufferOf(builder.Graph.Outputs[0]), plan.BufferOf(b), "the large operand needs no copy");
    }

    [TestMethod]
    public void PlacesThatAreNoWordsAreNotTaken()
    {
        var builder = new GraphBuilder();
        Tensor x = new("x", ElementType.Int8, new Shape(1, 6));
        builder.Graph.Inputs.Add(x);
        Tensor a = builder.Add(x, x);
        Tensor b = builder.Add(a, x);
        builder.Graph.Outputs.Add(PartGraphs.Concatenate(builder, 1, a, b));
        MemoryPlan plan = Sound(builder.Graph);
        Assert.AreEqual(plan.BufferOf(builder.Graph.Outputs[0]), plan.BufferOf(a));
        Assert.AreNotEqual(plan.BufferOf(builder.Graph.Outputs[0]), plan.BufferOf(b));
    }

    [TestMethod]
    public void PlacesOfOperatorsAreWhereTheirBytesAre()
    {
        int seed = Seeds.Of(context);
        var random = new Random(seed);
        int found = 0;
        for (int i = 0; i < 60; i++)
        {
            Graph graph = PartGraphs.Random(random, 12);
            var executor = new GraphExecutor(graph);
            Fill(random, graph, executor);
            executor.Run();
            foreach (Node node in graph.Nodes)
            {
                Operator definition = OperatorCatalog.Of(node);
                for (int input = 0; input < node.Inputs.Count; input++)
                {
                    if (definition.PlaceInResult(node, input) is { } place)
                    {
                        Assert.IsTrue(executor.Value(node.Output).Slice((int)place, (int)node.Input(input).ByteSize).SequenceEqual(executor.Value(node.Input(input))), $"seed {seed}");
                        found++;
                    }
                }

                if (definition.PlaceInOperand(node) is { } start)
                {
                    Assert.IsTrue(executor.Value(node.Input(0)).Slice((int)start, (int)node.Output.ByteSize).SequenceEqual(executor.Value(node.Output)), $"seed {seed}");
                    found++;
                }
            }
        }

        Assert.IsGreaterThan(200, found);
    }

    [TestMethod]
    public void RandomGraphsComputeTheSameInTheirArena()
    {
        int seed = Seeds.Of(context);
        var random = new Random(seed);
        int smaller = 0;
        int parts = 0;
        for (int i = 0; i < 150; i++)
        {
            Graph graph = PartGraphs.Random(random, random.Next(2, 16));
            string told = $"seed {seed}, graph {i}\n{ModelText.Write(graph).Text}";
            MemoryPlan plan = Sound(graph, told);
            MemoryPlan without = MemoryPlanner.PlanWithoutParts(graph, InstructionSet.Portable);
            Assert.IsLessThanOrEqualTo(without.ArenaBytes, plan.ArenaBytes, told);
            smaller += plan.ArenaBytes < without.ArenaBytes ? 1 : 0;
            parts += StepsOfNothing(graph, plan).Length;
            ComputesTheSame(graph, plan, random, told);
        }

        context.WriteLine($"{smaller} arenas are smaller by parts, {parts} copies are spared");
        Assert.IsGreaterThan(20, smaller);
        Assert.IsGreaterThan(100, parts);
    }

    [TestMethod]
    public void RandomImageGraphsLieOverTheirOperandsOnlyWhereThatIsSafe()
    {
        int seed = Seeds.Of(context);
        var random = new Random(seed);
        int overlaps = 0;
        for (int i = 0; i < 80; i++)
        {
            Graph graph = PartGraphs.Images(random, random.Next(3, 14));
            string told = $"seed {seed}, graph {i}\n{ModelText.Write(graph).Text}";
            MemoryPlan plan = Sound(graph, told);
            overlaps += plan.HasParts && plan.ArenaBytes < plan.LowerBoundBytes ? 1 : 0;
            ComputesTheSame(graph, plan, random, told);
        }

        context.WriteLine($"{overlaps} arenas with parts are below the live tensors");
        Assert.IsGreaterThan(5, overlaps);
    }

    [TestMethod]
    public void StatesStayWhereTheyLast()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.AddInput("x", 2, 4);
        Tensor state = builder.Node("State", new NoAttributes(), Tensor.FromValues<float>("zeros", ElementType.Float32, new Shape(6, 4), new float[24]));
        Tensor old = PartGraphs.Rows(builder, state, 4, 2);
        Tensor all = PartGraphs.Concatenate(builder, 0, state, x);
        Tensor sum = builder.Add(builder.Add(old, x), PartGraphs.Rows(builder, all, 6, 2));
        builder.Node("StoreState", new NoAttributes(), state, PartGraphs.Rows(builder, all, 2, 6));
        builder.Graph.Outputs.Add(builder.Transpose(sum, 1, 0));
        MemoryPlan plan = Sound(builder.Graph);
        CollectionAssert.AreEqual(new[] { state.Name }, plan.BufferOf(state)!.Tensors.Take(1).ToArray());
        Assert.IsFalse(plan.BufferOf(state)!.Tensors.Contains(all.Name) || plan.BufferOf(state)!.Tensors.Contains(old.Name));
        Assert.AreEqual(plan.BufferOf(all), plan.BufferOf(x));
        ComputesTheSame(builder.Graph, plan, new Random(1), "");
    }

    [TestMethod]
    public void GeneratedCodeComputesTheSame()
    {
        int seed = Seeds.Of(context);
        var random = new Random(seed);
        int spared = 0;
        for (int i = 0; i < 4; i++)
        {
            FirmwarePlan firmware = FirmwareProject.Plan([i % 2 == 0 ? PartGraphs.Random(random, random.Next(8, 20)) : PartGraphs.Images(random, random.Next(6, 14))]);
            Graph graph = firmware.Models[0].Quantized.Graph;
            spared += StepsOfNothing(graph, firmware.Models[0].Plan).Length;
            using var project = new FirmwareProject(GenerateStage.Run(firmware, [], CancellationToken.None));
            var executor = new GraphExecutor(graph);
            byte[][] inputs = Fill(random, graph, executor);
            executor.Run();
            if (project.Run(context, graph, inputs) is not { } written)
            {
                return;
            }

            byte[] expected = [.. Enumerable.Range(0, graph.Outputs.Count).SelectMany(output => executor.Output(output).ToArray())];
            string told = $"seed {seed}, graph {i}\n{ModelText.Write(graph).Text}";
            if (graph.Outputs[0].Type != ElementType.Float32)
            {
                Assert.IsTrue(written.AsSpan().SequenceEqual(expected), told);
                continue;
            }

            ReadOnlySpan<float> wanted = MemoryMarshal.Cast<byte, float>(expected);
            ReadOnlySpan<float> found = MemoryMarshal.Cast<byte, float>(written);
            Assert.AreEqual(wanted.Length, found.Length, told);
            float range = 1e-30f;
            foreach (float value in wanted)
            {
                range = Math.Max(range, Math.Abs(value));
            }

            for (int k = 0; k < wanted.Length; k++)
            {
                Assert.IsLessThanOrEqualTo(1e-5f * range, Math.Abs(wanted[k] - found[k]), $"{told}, element {k}");
            }
        }

        Assert.AreNotEqual(0, spared);
    }

    [TestMethod]
    public void DamagedPartsAreFound()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.AddInput("x", 4, 8);
        Tensor a = builder.Transpose(x, 1, 0);
        Tensor b = builder.Negate(a);
        Tensor whole = PartGraphs.Concatenate(builder, 0, a, b);
        Tensor slice = PartGraphs.Rows(builder, whole, 6, 4);
        builder.Graph.Outputs.Add(builder.Transpose(slice, 1, 0));
        Graph graph = builder.Graph;
        MemoryPlan plan = Sound(graph);
        PlannedBuffer buffer = plan.BufferOf(whole)!;
        CollectionAssert.AreEqual(new[] { new PlannedPart(b.Name, 128), new PlannedPart(slice.Name, 96) }, buffer.Parts.ToArray());
        MemoryPlan With(params PlannedPart[] parts) => plan with { Buffers = plan.Buffers.Replace(buffer, buffer with { Parts = [.. parts] }) };
        Finds(graph, With(new PlannedPart(slice.Name, 96)), "overwritten");
        Finds(graph, With(new(b.Name, 112), new(slice.Name, 96)), "over its operand");
        Finds(graph, With(new(b.Name, 128), new(slice.Name, 100)), "over its operand");
        Finds(graph, With(new PlannedPart(b.Name, 128)), "over its operand");
        Finds(graph, With(new(b.Name, 130), new(slice.Name, 96)), "not aligned");
        Finds(graph, With(new(b.Name, 132), new(slice.Name, 96)), "too small");
        Finds(graph, With(new(b.Name, 128), new(slice.Name, -96)), "no part of");
        Finds(graph, With(new(b.Name, 128), new(slice.Name, 96), new("ghost", 4)), "no part of");
        MemoryPlan late = plan with { Buffers = plan.Buffers.Replace(buffer, buffer with { FirstStep = buffer.FirstStep + 1 }) };
        Finds(graph, late, "is used from step");

        // Something else is written over a part before the whole is read.
        Graph other = new() { Name = "model", Inputs = graph.Inputs, Outputs = [.. graph.Outputs, x], Nodes = graph.Nodes };
        MemoryPlan sound = Sound(other);
        PlannedBuffer input = sound.BufferOf(x)!;
        PlannedBuffer joined = sound.BufferOf(whole)!;
        Finds(other, sound with { Buffers = sound.Buffers.Replace(joined, joined with { Offset = input.Offset + 32 }) }, "overlap");
    }

    private static MemoryPlan Sound(Graph graph, string told = "")
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

    private static long Place(MemoryPlan plan, Tensor tensor) => plan.BufferOf(tensor) is { } buffer ? buffer.PlaceOf(tensor.Name) - buffer.Offset : -1;

    private static int[] StepsOfNothing(Graph graph, MemoryPlan plan) =>
        [.. PlanSteps.Of(graph, plan).Where(step => step.RunsNothing && !TensorPlaces.IsView(step.Node)).Select(step => step.NodeIndex)];

    private static byte[][] Fill(Random random, Graph graph, params Executor[] executors)
    {
        byte[][] inputs =
        [
            .. graph.Inputs.Select(input =>
            {
                byte[] bytes = new byte[input.ByteSize];
                random.NextBytes(bytes);
                if (input.Type == ElementType.Float32)
                {
                    for (int i = 0; i < bytes.Length / 4; i++)
                    {
                        BitConverter.TryWriteBytes(bytes.AsSpan(4 * i), random.NextSingle() - 0.5f);
                    }
                }

                return bytes;
            }),
        ];
        foreach (Executor executor in executors)
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                executor.SetInput(i, inputs[i]);
            }
        }

        return inputs;
    }

    private static void ComputesTheSame(Graph graph, MemoryPlan plan, Random random, string told)
    {
        var apart = new GraphExecutor(graph);
        var together = new ArenaExecutor(graph, plan, poisonDeadBytes: true);
        for (int run = 0; run < 2; run++)
        {
            Fill(random, graph, apart, together);
            apart.Run();
            together.Run();
            for (int output = 0; output < graph.Outputs.Count; output++)
            {
                Assert.IsTrue(apart.Output(output).SequenceEqual(together.Output(output)), $"{told}, output {output}");
            }
        }
    }
}
