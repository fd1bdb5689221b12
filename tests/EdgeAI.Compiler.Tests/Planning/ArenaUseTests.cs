using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Streams;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Tests.Planning;

/// <summary>What is taken when, against what the steps of a plan read and write.</summary>
[TestClass]
public sealed class ArenaUseTests(TestContext context)
{
    [TestMethod]
    public void EveryStepReadsAndWritesWhatIsTakenAndNothingElseIsThere()
    {
        int seed = Seeds.Of(context);
        var random = new Random(seed);
        int streams = 0;
        for (int i = 0; i < 80; i++)
        {
            Graph graph = StreamGraphs.Random(random, random.Next(1, 14));
            List<RowSchedule> segments = StreamGraphs.Segments(graph, random);
            MemoryPlan plan = segments.Count == 0
                ? MemoryPlanner.Plan(graph)
                : StreamPlanner.Plan(graph, MemoryPlanner.PlanWithoutParts(graph, InstructionSet.Portable), segments, InstructionSet.Portable, default);
            streams += plan.Streams.Length;
            string told = $"seed {seed}, graph {i}";
            var use = ArenaUse.Of(graph, plan);
            IReadOnlyList<PlanStep> steps = PlanSteps.Of(graph, plan);
            Assert.AreEqual(Math.Max(1, steps.Count), use.Count, told);
            for (int moment = 0; moment < steps.Count; moment++)
            {
                PlanStep step = steps[moment];
                Assert.AreEqual(step.NodeIndex, use.NodeAt(moment), told);
                (long Start, long End)[] taken = [.. use.At(moment).Select(one => (one.Buffer.Offset + one.Low, one.Buffer.Offset + one.High))];
                void IsTaken(long place, long bytes) => Assert.IsTrue(
                    place < 0 || bytes == 0 || taken.Any(one => one.Start <= place && place + bytes <= one.End), $"{told}, step {moment}: {place} + {bytes}");
                for (int input = 0; input < step.Node.Inputs.Count; input++)
                {
                    IsTaken(step.Inputs[input], step.Node.Inputs[input]?.ByteSize ?? 0);
                }

                IsTaken(step.Outputs[0], step.Outputs[0] < 0 ? 0 : step.Node.Output.ByteSize);
                IsTaken(step.Scratch, step.Scratch < 0 ? 0 : OperatorCatalog.Of(step.Node).ScratchBytes(step.Node, InstructionSet.Portable));
                Assert.IsTrue(taken.All(one => one.Start >= 0 && one.End <= plan.ArenaBytes), told);
                Assert.AreEqual(use.TakenAt(moment), taken.Sum(one => one.End - one.Start), told);

                // Only the result of the step may lie on something, and no more of it than is made.
                long covered = 0;
                long end = 0;
                foreach ((long start, long behind) in taken.Order())
                {
                    covered += Math.Max(0, behind - Math.Max(start, end));
                    end = Math.Max(end, behind);
                }

                Assert.IsLessThanOrEqualTo(step.Node.Output.ByteSize, use.TakenAt(moment) - covered, $"{told}, step {moment}");
            }

            Assert.IsLessThanOrEqualTo(plan.ArenaBytes, use.BoundBytes, told);
            Assert.AreEqual(Enumerable.Range(0, use.Count).Max(use.TakenAt), use.TakenAt(use.Peak), told);
            if (plan.Streams.IsEmpty && plan.Moves.IsEmpty)
            {
                Assert.AreEqual(
                    Enumerable.Range(0, Math.Max(1, graph.Nodes.Count)).Max(step => plan.Buffers.Where(buffer => buffer.FirstStep <= step && step <= buffer.LastStep).Sum(buffer => buffer.Size)),
                    use.TakenAt(use.Peak), told);
            }
        }

        Assert.IsGreaterThan(40, streams);
    }

    [TestMethod]
    public void AWindowTakesItsRowsAlone()
    {
        Graph graph = PlanStageTests.Images().Graph;
        RowSchedule schedule = RowSchedule.TryMake(graph, 0, graph.Nodes.Count - 1, 1)!;
        MemoryPlan plan = StreamPlanner.Plan(graph, MemoryPlanner.Plan(graph), [schedule], InstructionSet.Portable, default);
        var use = ArenaUse.Of(graph, plan);
        long wholes = plan.Buffers.Sum(buffer => buffer.Size);
        Assert.IsLessThan(wholes, use.TakenAt(use.Peak), "buffers of one stream that are never full at once");
        Tensor image = graph.Nodes[0].Output;
        PlannedBuffer window = plan.Buffers.Single(buffer => buffer.Tensors.Contains(image.Name));
        long[] held = [.. Enumerable.Range(0, use.Count).Select(moment => use.Of(window, moment).Bytes)];
        Assert.AreEqual(window.Size, held.Max());
        Assert.AreEqual(RowSlice.RowBytes(image), held.Where(bytes => bytes > 0).Min());
        Assert.AreEqual(BoundKind.Rows, PlanCertificate.Of(plan, use).Kind);
    }

    [TestMethod]
    public void CertificatesTellWhatTheirBoundStandsOn()
    {
        int seed = Seeds.Of(context);
        var random = new Random(seed);
        for (int i = 0; i < 60; i++)
        {
            Graph graph = GraphBuilder.Random(random, random.Next(1, 30));
            MemoryPlan plan = MemoryPlanner.Plan(graph);
            var certificate = PlanCertificate.Of(plan, ArenaUse.Of(graph, plan));
            string told = $"seed {seed}, graph {i}: {certificate}";
            Assert.AreEqual(plan.Optimal, certificate.IsProven, told);
            Assert.AreEqual(plan.ArenaBytes, certificate.BoundBytes + certificate.GapBytes, told);
            Assert.AreEqual(plan.OverlapBoundBytes is not null, certificate.Kind == BoundKind.Overlap, told);
        }
    }
}
