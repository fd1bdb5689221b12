using System.Collections.Immutable;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Planning.Regions;

/// <summary>
/// Chooses layers whose weights are copied from a slow memory into the arena before they run.
/// <list type="bullet">
/// <item>Only into bytes that no value takes at that step, so that no arena grows; the fastest memory with such a gap is taken.</item>
/// <item>A kernel loads each weight once for every <see cref="AccessCount.ProductsPerRead"/> products with it. The copy reads each byte once from the slow
/// memory and writes it once: it is made where the cycles that the loads save are more than those it takes.</item>
/// </list>
/// Cycles are those of <see cref="MemoryRegion.CyclesPerByte"/>. Limit: one constant a layer, its largest; layers that run row by row are left out, and caches are not seen.
/// </summary>
internal static class WeightCopyPlanner
{
    private const int CopyAlignment = 16;

    /// <summary>The plan with its copies; the plan itself where the target does not tell memories or the weights' is the fastest.</summary>
    public static MemoryPlan Plan(Graph graph, MemoryPlan plan, TargetDescription target, CancellationToken cancellation)
    {
        if (plan.Regions.IsEmpty || target.WeightsMemory is not { WaitStates: > 0 } source)
        {
            return plan;
        }

        InstructionSet instructionSet = target.Instructions;
        var copies = ImmutableArray.CreateBuilder<PlannedWeightCopy>();
        for (int step = 0; step < graph.Nodes.Count; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            Node node = graph.Nodes[step];
            if (plan.Streams.Any(stream => stream.Contains(step)) || TensorPlaces.IsView(node)
                || OperatorCatalog.Of(node).CountMacs(node) is not (> 0 and long products)
                || ConstantProbe.LargestArgument(node, instructionSet) is not var (argument, bytes, elements) || bytes == 0)
            {
                continue;
            }

            double loads = Math.Max(1, products / (double)elements / AccessCount.ProductsPerRead);
            foreach (PlannedRegion region in plan.Regions.OrderBy(region => Memory(target, region).CyclesPerByte))
            {
                double there = Memory(target, region).CyclesPerByte;
                if (loads * (source.CyclesPerByte - there) > source.CyclesPerByte + there && Gap(plan, region, step, bytes) is { } offset)
                {
                    copies.Add(new(step, argument, offset, bytes));
                    break;
                }
            }
        }

        return plan with { WeightCopies = copies.ToImmutable() };
    }

    private static MemoryRegion Memory(TargetDescription target, PlannedRegion region) => target.Regions.First(memory => memory.Name == region.Memory);

    /// <summary>The lowest offset of a part at which nothing is alive over so many bytes; null when there is none.</summary>
    private static long? Gap(MemoryPlan plan, PlannedRegion region, int step, long bytes)
    {
        long offset = Aligned(Math.Max(region.Start, plan.StateBytes));
        foreach (PlannedBuffer buffer in plan.Buffers
            .Where(buffer => buffer.Size > 0 && buffer.FirstStep <= step && step <= buffer.LastStep && buffer.Offset >= region.Start && buffer.Offset < region.End)
            .OrderBy(buffer => buffer.Offset))
        {
            if (offset + bytes <= buffer.Offset)
            {
                return offset;
            }

            offset = Math.Max(offset, Aligned(buffer.Offset + buffer.Size));
        }

        return offset + bytes <= region.End ? offset : null;
    }

    private static long Aligned(long offset) => Offsets.PlacementProblem.RoundUp(offset, CopyAlignment);
}
