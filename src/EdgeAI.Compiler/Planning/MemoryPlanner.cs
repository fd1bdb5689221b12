using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Planning.Offsets;
using EdgeAI.Compiler.Planning.Overlap;
using EdgeAI.Compiler.Planning.Parts;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Planning;

/// <summary>
/// Plans the arena of one graph.
/// <list type="bullet">
/// <item>Buffers and their lifetimes are <see cref="BufferFinder"/>'s, for each choice of <see cref="PartSearch"/>: of what is worth it, operands of concatenations stand in
/// their place in the result, and slices in their operand. The smallest arena is taken, then the one with the fewest bytes copied.</item>
/// <item>States lie at the arena's start, one after another, and no other value takes their place.</item>
/// <item>Offsets are <see cref="OffsetPlanner"/>'s, or those of <see cref="OverlapPlanner"/> where results that overlap their operands
/// (<see cref="Operator.OverlapDistance"/>) make the arena smaller; an operand may then move before the step. Arena and bounds are rounded up to the
/// arena's alignment, 16.</item>
/// </list>
/// </summary>
public sealed class MemoryPlanner
{
    /// <summary>Alignment of the arena's start, of scratch memory and of the arena's size.</summary>
    public const int ArenaAlignment = 16;

    /// <summary>Every buffer starts at a multiple of this or of its widest element.</summary>
    public const int BufferAlignment = 4;

    /// <summary>Moves are worth their time while the model multiplies this often for each byte moved.</summary>
    private const int MacsPerMovedByte = 20;

    /// <summary>The search for offsets ends after these steps, some tenths of a second; <see cref="OffsetPlanner.DefaultStepLimit"/> is for those who can wait.</summary>
    private const long MostOffsetSteps = 4_000_000;

    private readonly Graph _graph;
    private readonly KernelNeeds _needs;
    private readonly CancellationToken _cancellation;

    private MemoryPlanner(Graph graph, InstructionSet instructionSet, CancellationToken cancellation)
    {
        _graph = graph;
        _needs = new(instructionSet);
        _cancellation = cancellation;
    }

    /// <summary>The plan of a verified graph for portable kernels. The same graph gives the same plan.</summary>
    public static MemoryPlan Plan(Graph graph, CancellationToken cancellation = default) => Plan(graph, InstructionSet.Portable, cancellation);

    /// <summary>The plan for the kernels of a set of instructions, which decides on scratch memory.</summary>
    public static MemoryPlan Plan(Graph graph, InstructionSet instructionSet, CancellationToken cancellation = default)
    {
        var planner = new MemoryPlanner(graph, instructionSet, cancellation);
        return planner.Best(PartSearch.Run(graph, planner._needs, cancellation));
    }

    /// <summary>Likewise with every tensor in a buffer of its own, where nothing takes its place over.</summary>
    public static MemoryPlan PlanWithoutParts(Graph graph, InstructionSet instructionSet, CancellationToken cancellation = default)
    {
        var planner = new MemoryPlanner(graph, instructionSet, cancellation);
        return planner.Place(PartSearch.None(graph, planner._needs).Buffers);
    }

    /// <summary>The alignment of a value of some type in the arena.</summary>
    public static int AlignmentOf(ElementType type) => Math.Max(BufferAlignment, type.ByteSize());

    /// <summary>The name of a step's scratch buffer.</summary>
    public static string ScratchName(Node node) => $"scratch of {node.Name}";

    /// <summary>Choices whose load leaves them no chance are not placed.</summary>
    private MemoryPlan Best(IReadOnlyList<PartChoice> choices)
    {
        (MemoryPlan Plan, long CopiedBytes)? best = null;
        foreach (PartChoice choice in choices.OrderBy(choice => choice.LoadBytes).ThenByDescending(choice => choice.UncopiedBytes))
        {
            if (best is { } known && (Rounded(choice.LoadBytes), -choice.UncopiedBytes).CompareTo((known.Plan.ArenaBytes, known.CopiedBytes)) >= 0)
            {
                continue;
            }

            MemoryPlan plan = Place(choice.Buffers);
            long copied = plan.Moves.Sum(move => move.Size) - choice.UncopiedBytes;
            if (best is not { } before || (plan.ArenaBytes, copied).CompareTo((before.Plan.ArenaBytes, before.CopiedBytes)) < 0)
            {
                best = (plan, copied);
            }
        }

        return best!.Value.Plan;
    }

    private MemoryPlan Place(PlannedBuffer[] buffers)
    {
        HashSet<string> held = [.. _graph.Nodes.Where(node => OperatorCatalog.Of(node).StateUse == StateUse.Holds).Select(node => node.Output.Name)];
        PlannedBuffer[] states = [.. buffers.Where(buffer => buffer.Tensors.Any(held.Contains)).OrderBy(buffer => buffer.Name, StringComparer.Ordinal)];
        MemoryPlan plan = PlaceValues([.. buffers.Where(buffer => !states.Contains(buffer))]);
        return states.Length == 0 ? plan : Behind(states, plan);
    }

    /// <summary>The plan moved up behind the states.</summary>
    private static MemoryPlan Behind(PlannedBuffer[] states, MemoryPlan plan)
    {
        var placed = new List<PlannedBuffer>();
        long end = 0;
        foreach (PlannedBuffer state in states)
        {
            end = PlacementProblem.RoundUp(end, Math.Max(BufferAlignment, state.Alignment));
            placed.Add(state with { Offset = end });
            end += state.Size;
        }

        end = Rounded(end);
        placed.AddRange(plan.Buffers.Select(buffer => buffer with { Offset = buffer.Offset + end }));
        return plan with
        {
            ArenaBytes = plan.ArenaBytes + end,
            LowerBoundBytes = plan.LowerBoundBytes + end,
            OverlapBoundBytes = plan.OverlapBoundBytes + end,
            StateBytes = end,
            Buffers = [.. placed.OrderBy(buffer => buffer.FirstStep).ThenBy(buffer => buffer.Name, StringComparer.Ordinal)],
            Moves = [.. plan.Moves.Select(move => move with { From = move.From + end, To = move.To + end })],
        };
    }

    private MemoryPlan PlaceValues(PlannedBuffer[] buffers)
    {
        BufferLifetime[] lifetimes = [.. buffers.Select(buffer => new BufferLifetime(buffer.FirstStep, buffer.LastStep + 1, buffer.Size, buffer.Alignment))];
        OffsetPlan apart = OffsetPlanner.Plan(lifetimes, MostOffsetSteps, _cancellation);
        long arenaBytes = Rounded(apart.ArenaBytes);
        long boundBytes = Rounded(apart.LowerBoundBytes);
        OverlapPair[] pairs = [.. OverlapPairs.Find(_graph, _needs, buffers, [])];
        IEnumerable<PlacedStretch> stretches =
            buffers.Select((buffer, index) => new PlacedStretch(index, buffer.FirstStep, buffer.LastStep, apart.Offsets[index]));
        if (pairs.Length == 0)
        {
            return new(arenaBytes, boundBytes, arenaBytes == boundBytes, 0, Placed(buffers, stretches));
        }

        long mostMovedBytes = _graph.Nodes.Sum(node => OperatorCatalog.Of(node).CountMacs(node)) / MacsPerMovedByte;
        (IReadOnlyList<PlacedStretch> overlapping, long overlappingBytes, long overlapBoundBytes) =
            OverlapPlanner.Plan(lifetimes, pairs, mostMovedBytes, _cancellation);
        overlapBoundBytes = Rounded(overlapBoundBytes);
        if (Rounded(overlappingBytes) < arenaBytes)
        {
            (arenaBytes, stretches) = (Rounded(overlappingBytes), overlapping);
        }

        PlacedStretch[] placed = [.. stretches];
        return new(arenaBytes, boundBytes, arenaBytes == overlapBoundBytes, 0, Placed(buffers, placed))
        {
            OverlapBoundBytes = overlapBoundBytes,
            Moves = [.. Moves(buffers, placed)],
        };
    }

    private static ImmutableArray<PlannedBuffer> Placed(PlannedBuffer[] buffers, IEnumerable<PlacedStretch> stretches) =>
    [
        .. stretches.Select(stretch => buffers[stretch.Buffer] with { Offset = stretch.Offset, FirstStep = stretch.FirstStep, LastStep = stretch.LastStep })
            .OrderBy(buffer => buffer.FirstStep).ThenBy(buffer => buffer.Name, StringComparer.Ordinal),
    ];

    private static IEnumerable<PlannedMove> Moves(PlannedBuffer[] buffers, PlacedStretch[] stretches) =>
        stretches.GroupBy(stretch => stretch.Buffer).Where(parts => parts.Count() == 2)
            .Select(parts => (First: parts.MinBy(part => part.FirstStep), Second: parts.MaxBy(part => part.FirstStep)))
            .OrderBy(parts => parts.Second.FirstStep)
            .Select(parts => new PlannedMove(
                parts.Second.FirstStep, buffers[parts.First.Buffer].Name, parts.First.Offset, parts.Second.Offset, buffers[parts.First.Buffer].Size));

    private static long Rounded(long bytes) => PlacementProblem.RoundUp(Math.Max(1, bytes), ArenaAlignment);
}
