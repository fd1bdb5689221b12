using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Planning.Streams;

/// <summary>
/// Looks for the segments that make a model need less memory when they run row by row.
/// <list type="bullet">
/// <item>Every step has a load: the bytes alive less what its result shares with an operand. For one limit after another, from the highest
/// load down, the steps above the limit are covered by streams.</item>
/// <item>A stream may begin some steps earlier and end some later, where less stands at its border. Each such segment is judged by the largest load of its
/// calls; of those below the limit the one that moves the fewest bytes is taken, else the one with the smallest load.</item>
/// <item>Then all is placed (<see cref="StreamPlanner"/>). Points that another beats in arena and in moved bytes are dropped.</item>
/// </list>
/// Deterministic; work is limited by counts. Limit: the segments of one limit are chosen apart from each other, and beside them no tensor
/// is part of another.
/// </summary>
internal sealed class StreamSearch
{
    private const int MostEarlier = 10;
    private const int MostLater = 16;
    private const int MostLimits = 40;
    private const int MostFruitless = 6;
    private static readonly int[] RowsAtOnce = [1, 2, 4];

    private readonly Graph _graph;
    private readonly MemoryPlan _ordinary;
    private readonly MemoryPlan _whole;
    private readonly InstructionSet _instructionSet;
    private readonly long _mostWork;
    private readonly CancellationToken _cancellation;
    private readonly RowParts _parts;
    private readonly Dictionary<(int First, int Last, int Rows), Segment?> _segments = [];
    private long _work;

    private StreamSearch(Graph graph, MemoryPlan whole, InstructionSet instructionSet, long mostWork, CancellationToken cancellation)
    {
        (_graph, _ordinary, _instructionSet, _mostWork, _cancellation) = (graph, whole, instructionSet, mostWork, cancellation);
        _whole = whole.HasParts ? MemoryPlanner.PlanWithoutParts(graph, instructionSet, cancellation) : whole;
        _parts = new(graph);
    }

    /// <summary>Work for a plan that a budget asks for: under a minute for the largest models.</summary>
    public const long AskedWork = 400_000_000;

    /// <summary>Work to tell what a budget could ask for: enough for models of microcontrollers, some tenths of a second.</summary>
    public const long UnaskedWork = 2_000_000;

    /// <summary>
    /// Plans of a graph, from the given one, in which nothing runs row by row, or a better one, to the smallest arena found; each next is smaller and
    /// costs more: moved bytes, then steps. With more work the list has all of these or better ones.
    /// </summary>
    public static IReadOnlyList<MemoryPlan> Run(
        Graph graph, MemoryPlan whole, InstructionSet instructionSet, long mostWork, CancellationToken cancellation) =>
        new StreamSearch(graph, whole, instructionSet, mostWork, cancellation).Run();

    private List<MemoryPlan> Run()
    {
        long[] loads = [.. Enumerable.Range(0, _graph.Nodes.Count).Select(LoadAt)];
        var found = new List<(MemoryPlan Plan, PlanPoint Point)> { (_ordinary, PlanPoint.Of(_graph, _ordinary)) };
        long smallest = _ordinary.ArenaBytes;
        int fruitless = 0;
        string last = "";
        foreach (long limit in loads.Distinct().OrderDescending().Skip(1).Take(MostLimits))
        {
            // A cover that was found while the work ran out is not the one that more work finds.
            if (fruitless >= MostFruitless || Cover(loads, limit) is not { } cover || _work > _mostWork)
            {
                break;
            }

            string key = string.Join(';', cover.Select(segment => $"{segment.Schedule.FirstStep}-{segment.Schedule.LastStep}-{segment.Schedule.RowsAtOnce}"));
            if (key == last)
            {
                continue;
            }

            last = key;
            MemoryPlan plan = StreamPlanner.Plan(_graph, _whole, [.. cover.Select(segment => segment.Schedule)], _instructionSet, _cancellation);
            found.Add((plan, PlanPoint.Of(_graph, plan)));
            fruitless = plan.ArenaBytes < smallest ? 0 : fruitless + 1;
            smallest = Math.Min(smallest, plan.ArenaBytes);
        }

        var frontier = new List<MemoryPlan>();
        long least = long.MaxValue;
        foreach ((MemoryPlan plan, PlanPoint point) in found.OrderBy(item => item.Point.MovedBytes).ThenBy(item => item.Point.Steps).ThenBy(item => item.Plan.ArenaBytes))
        {
            if (plan.ArenaBytes < least)
            {
                frontier.Add(plan);
                least = plan.ArenaBytes;
            }
        }

        return frontier;
    }

    /// <summary>Streams over all steps whose load is above a limit; null where a step cannot run row by row.</summary>
    private List<Segment>? Cover(long[] loads, long limit)
    {
        var cover = new List<Segment>();
        for (int first = 0; first < loads.Length; first++)
        {
            if (loads[first] <= limit)
            {
                continue;
            }

            int last = first;
            while (last + 1 < loads.Length && loads[last + 1] > limit)
            {
                last++;
            }

            if (Best(first, last, cover.Count > 0 ? cover[^1].Schedule.LastStep + 1 : 0, limit) is not { } segment)
            {
                return null;
            }

            cover.Add(segment);
            first = Math.Max(first, segment.Schedule.LastStep);
        }

        return cover;
    }

    private Segment? Best(int first, int last, int floor, long limit)
    {
        Segment? best = null;
        for (int from = first; from >= Math.Max(floor, first - MostEarlier); from--)
        {
            if (!RowSlice.IsPossible(_graph.Nodes[from]))
            {
                break;
            }

            for (int to = last; to <= Math.Min(_graph.Nodes.Count - 1, last + MostLater); to++)
            {
                if (!RowSlice.IsPossible(_graph.Nodes[to]))
                {
                    break;
                }

                best = Better(best, Judge(from, to, 1), limit);
            }
        }

        foreach (int rows in RowsAtOnce.Skip(1))
        {
            best = best is null ? null : Better(best, Judge(best.Schedule.FirstStep, best.Schedule.LastStep, rows), limit);
        }

        return best;
    }

    private static Segment? Better(Segment? best, Segment? other, long limit)
    {
        if (best is null || other is null)
        {
            return best ?? other;
        }

        bool fits = best.LoadBytes <= limit;
        return fits != other.LoadBytes <= limit ? (fits ? best : other)
            : fits ? (other.MovedBytes < best.MovedBytes ? other : best)
            : (other.LoadBytes < best.LoadBytes ? other : best);
    }

    private Segment? Judge(int first, int last, int rows)
    {
        if (_segments.TryGetValue((first, last, rows), out Segment? known))
        {
            return known;
        }

        _cancellation.ThrowIfCancellationRequested();
        Segment? segment = null;
        if (_work <= _mostWork && RowSchedule.TryMake(_graph, first, last, rows, _parts) is { } schedule)
        {
            _work += (long)schedule.Calls.Count * (schedule.Held.Count + 20);
            long moved = schedule.Held.Where(held => held.IsWindow).Sum(held => RowSlice.RowBytes(held.Tensor)
                * Enumerable.Range(0, schedule.Calls.Count).Sum(call => (long)(held.MoveBefore(call, false)?.Rows ?? 0)));
            segment = new(schedule, StreamPlanner.Load(_graph, _whole, schedule, _instructionSet), moved);
        }

        _segments.Add((first, last, rows), segment);
        return segment;
    }

    /// <summary>The bytes alive at a step less the most that its result shares with an operand.</summary>
    private long LoadAt(int step)
    {
        Node node = _graph.Nodes[step];
        long load = _whole.Buffers.Where(buffer => buffer.FirstStep <= step && step <= buffer.LastStep).Sum(buffer => buffer.Size);
        if (TensorPlaces.IsView(node) || node.Outputs.Count != 1)
        {
            return load;
        }

        return load - Enumerable.Range(0, node.Inputs.Count)
            .Where(i => node.Inputs[i] is { IsConstant: false } operand
                && _whole.Buffers.Any(buffer => buffer.Tensors.Contains(operand.Name) && buffer.LastStep == step))
            .Select(i => _parts.OverlapDistance(node, i, _instructionSet) is { } distance
                ? node.Output.ByteSize + node.Input(i).ByteSize - Math.Max(node.Output.ByteSize, Math.Max(0, distance) + node.Input(i).ByteSize)
                : 0)
            .Append(0).Max();
    }

    /// <summary>A segment that could run row by row: the largest load of its calls, and the bytes that move.</summary>
    private sealed record Segment(RowSchedule Schedule, long LoadBytes, long MovedBytes);
}
