using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Planning.Offsets;
using EdgeAI.Compiler.Planning.Overlap;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Planning.Regions;

/// <summary>
/// Gives the buffers of one model to the memories of a target.
/// <list type="bullet">
/// <item>The whole arena goes to the fastest memory that holds it, if no faster one exists.</item>
/// <item>Else buffers are taken by how often each of their bytes is touched (<see cref="AccessCount"/>), the most first, and each goes to the
/// fastest memory that has room during its life (<see cref="RegionShelf"/>); where that leaves one without a memory, by size, the largest
/// first, and by size times life. Then each memory is planned anew by the exact planners.</item>
/// <item>A slower memory that holds the whole arena is preferred unless spreading saves at least <see cref="LeastGain"/> of the cycles that
/// accesses take, or when the parts together are past the budget.</item>
/// </list>
/// Memories are ordered by <see cref="MemoryRegion.CyclesPerByte"/>, then by size, the largest first. Limit: a buffer lives in one memory all its
/// life, buffers do not move between steps, and those of nodes that run row by row lie apart from each other.
/// </summary>
public sealed class RegionPlanner
{
    /// <summary>The share of access cycles for which it is worth while to hand over several arenas.</summary>
    private const double LeastGain = 0.1;

    private readonly MemoryPlan _plan;
    private readonly ImmutableArray<MemoryRegion> _memories;
    private readonly RegionItem[] _items;
    private readonly OverlapPair[] _pairs;
    private readonly CancellationToken _cancellation;

    private RegionPlanner(
        Graph graph, MemoryPlan plan, ImmutableArray<MemoryRegion> memories, InstructionSet instructionSet, CancellationToken cancellation)
    {
        _plan = plan;
        _memories = memories;
        _cancellation = cancellation;
        PlannedBuffer[] whole = [.. WholeLives(plan)];
        long[] touched = AccessCount.Of(graph, plan, whole);
        _items = [.. whole.Select((buffer, index) => new RegionItem(buffer, touched[index]))];
        _pairs = [.. OverlapPairs.Find(graph, new(instructionSet), whole, plan.Streams)];
    }

    /// <summary>The memories of a target that may hold arenas, the fastest first.</summary>
    public static ImmutableArray<MemoryRegion> MemoriesFor(TargetDescription target) =>
    [
        .. target.Regions.Where(region => region.MayHold("arena"))
            .OrderBy(region => region.CyclesPerByte).ThenByDescending(region => region.SizeBytes),
    ];

    /// <summary>
    /// The plan with its parts. Without a memory for arenas it is the plan itself, and when nothing fits too: then its first part is larger
    /// than the largest memory. The same input gives the same plan.
    /// </summary>
    /// <param name="graph">What runs.</param>
    /// <param name="plan">Its buffers in one arena.</param>
    /// <param name="target">The device.</param>
    /// <param name="sramBudget">Bytes that all parts together may take, or null.</param>
    /// <param name="cancellation">Stops between attempts.</param>
    public static MemoryPlan Place(
        Graph graph, MemoryPlan plan, TargetDescription target, long? sramBudget, CancellationToken cancellation)
    {
        ImmutableArray<MemoryRegion> memories = MemoriesFor(target);
        if (memories.IsEmpty)
        {
            return plan;
        }

        MemoryRegion? holder = memories.FirstOrDefault(memory => Padded(plan.ArenaBytes, memory) <= memory.SizeBytes);
        MemoryPlan? whole = holder is null ? null : Whole(plan, holder);
        if (memories.Length == 1 || holder?.CyclesPerByte == memories[0].CyclesPerByte)
        {
            return whole ?? Whole(plan, memories[0]);
        }

        var planner = new RegionPlanner(graph, plan, memories, target.Instructions, cancellation);
        MemoryPlan? spread = planner.Spread(item => item.Density) ?? planner.Spread(item => item.Buffer.Size)
            ?? planner.Spread(item => item.Buffer.Size * (item.Buffer.LastStep - item.Buffer.FirstStep + 1.0));
        if (spread is null || (whole is not null && (spread.ArenaBytes > sramBudget || !planner.Gains(spread, holder!))))
        {
            return whole ?? Whole(plan, memories.MaxBy(memory => memory.SizeBytes)!);
        }

        return spread;
    }

    /// <summary>Buffers that move between steps, each as one that lives from its first step to its last.</summary>
    private static IEnumerable<PlannedBuffer> WholeLives(MemoryPlan plan)
    {
        foreach (PlannedBuffer buffer in plan.Buffers)
        {
            PlannedMove? away = plan.Moves.FirstOrDefault(move => move.Buffer == buffer.Name && move.Step == buffer.LastStep + 1);
            if (plan.Moves.Any(move => move.Buffer == buffer.Name && move.Step == buffer.FirstStep))
            {
                continue;
            }

            yield return away is null ? buffer : buffer with
            {
                LastStep = plan.Buffers.First(later => later.Name == buffer.Name && later.FirstStep == away.Step).LastStep,
            };
        }
    }

    private static MemoryPlan Whole(MemoryPlan plan, MemoryRegion memory)
    {
        long bytes = Padded(plan.ArenaBytes, memory);
        return plan with
        {
            ArenaBytes = bytes,
            LowerBoundBytes = Padded(plan.LowerBoundBytes, memory),
            OverlapBoundBytes = plan.OverlapBoundBytes is { } bound ? Padded(bound, memory) : null,
            Optimal = plan.Streams.IsEmpty && bytes == Padded(plan.OverlapBoundBytes ?? plan.LowerBoundBytes, memory),
            Regions = [new(memory.Name, 0, bytes, AlignmentOf(memory))],
        };
    }

    /// <summary>The plan over several memories, buffers taken by descending rank; null when one finds no room.</summary>
    private MemoryPlan? Spread(Func<RegionItem, double> rank)
    {
        // State stays where it is, at the start of the first part, which holds the places of the other parts too.
        int last = _items.Max(item => item.Buffer.LastStep);
        long tableBytes = _memories.Length * (long)PlannedRegion.PlaceBytes;
        MemoryRegion? main = _memories.FirstOrDefault(memory => Padded(_plan.StateBytes + tableBytes, memory) <= memory.SizeBytes);
        if (main is null)
        {
            return null;
        }

        long mainBytes = Padded(_plan.StateBytes + tableBytes, main);
        RegionShelf[] shelves =
        [
            .. _memories.Select(memory => new RegionShelf(
                (memory.SizeBytes & ~(AlignmentOf(memory) - 1L)) - (memory == main ? mainBytes : 0), _pairs)),
        ];
        int[] order =
        [
            .. Enumerable.Range(0, _items.Length).Where(item => !IsState(_items[item].Buffer))
                .OrderByDescending(item => rank(_items[item])).ThenByDescending(item => _items[item].Buffer.Size).ThenBy(item => item),
        ];
        foreach (int item in order)
        {
            _cancellation.ThrowIfCancellationRequested();
            if (!shelves.Any(shelf => shelf.TryAdd(item, _items[item])))
            {
                return null;
            }
        }

        var regions = ImmutableArray.CreateBuilder<PlannedRegion>();
        regions.Add(new(main.Name, 0, mainBytes, AlignmentOf(main)));
        var buffers = new List<PlannedBuffer>(_items.Select(item => item.Buffer).Where(IsState))
        {
            new(PlannedRegion.TableName, PlacementProblem.RoundUp(_plan.StateBytes, PlannedRegion.PlaceBytes), tableBytes, 0, last, [], PlannedRegion.PlaceBytes),
        };
        for (int i = 0; i < shelves.Length; i++)
        {
            if (shelves[i].Bytes == 0)
            {
                continue;
            }

            shelves[i].Compact(_cancellation);
            var region = new PlannedRegion(_memories[i].Name, regions[^1].End, Padded(shelves[i].Bytes, _memories[i]), AlignmentOf(_memories[i]));
            regions.Add(region);
            buffers.AddRange(shelves[i].Placed.Select(placed => placed.Buffer.Buffer with { Offset = region.Start + placed.Offset }));
        }

        long bound = _plan.LowerBoundBytes + mainBytes;
        long? overlapBound = _plan.OverlapBoundBytes is { } overlapped ? overlapped + mainBytes : null;
        return _plan with
        {
            ArenaBytes = regions[^1].End,
            LowerBoundBytes = bound,
            OverlapBoundBytes = overlapBound,
            Optimal = _plan.Streams.IsEmpty && regions[^1].End == (overlapBound ?? bound),
            Buffers = [.. buffers.OrderBy(buffer => buffer.FirstStep).ThenBy(buffer => buffer.Name, StringComparer.Ordinal)],
            Moves = [],
            Regions = regions.ToImmutable(),
        };
    }

    private bool IsState(PlannedBuffer buffer) => _plan.IsState(buffer);

    private bool Gains(MemoryPlan spread, MemoryRegion holder)
    {
        double whole = _items.Sum(item => item.TouchedBytes) * holder.CyclesPerByte;
        double apart = _items.Sum(item => item.TouchedBytes * MemoryOf(spread, item.Buffer.Name).CyclesPerByte);
        return apart <= whole * (1 - LeastGain);
    }

    private MemoryRegion MemoryOf(MemoryPlan spread, string buffer)
    {
        long offset = spread.Buffers.First(placed => placed.Name == buffer).Offset;
        PlannedRegion region = spread.Regions.Last(part => part.Start <= offset);
        return _memories.First(memory => memory.Name == region.Memory);
    }

    private static int AlignmentOf(MemoryRegion memory) => Math.Max(MemoryPlanner.ArenaAlignment, memory.Alignment);

    private static long Padded(long bytes, MemoryRegion memory) => PlacementProblem.RoundUp(bytes, AlignmentOf(memory));
}
