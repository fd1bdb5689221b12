using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Planning.Offsets;
using EdgeAI.Compiler.Planning.Overlap;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Planning.Streams;

/// <summary>
/// Places the buffers of a graph of which some segments run row by row.
/// <list type="bullet">
/// <item>Time is refined: each call of a stream is a moment of its own. A window takes its rows held at that moment, scratch memory only the
/// moments of its node, and what a stream reads or makes as a whole only the rows still to be read or made so far.</item>
/// <item>Two buffers may lie as near to each other as the bytes they take at each moment allow. A result may come nearer to an operand that dies, by
/// the distance of <see cref="Operator.OverlapDistance"/>, while rows that are still read stay whole.</item>
/// <item>A window's rows stand at its start, or at its end, so that two windows can share the room between them: first all at the start, then
/// each is turned, and stays so if the arena gets smaller.</item>
/// <item>States stay at the arena's start, whole; all else lies behind them.</item>
/// </list>
/// Limit: a heuristic; the arena is not proven to be the smallest.
/// </summary>
internal sealed partial class StreamPlanner
{
    private const long FirstWork = 150_000;
    private const long TurnWork = 20_000;
    private readonly Graph _graph;
    private readonly InstructionSet _instructionSet;
    private readonly MemoryPlan _whole;
    private readonly RowSchedule[] _streams;
    private readonly TensorPlaces _places;
    private readonly RowParts _parts;
    private readonly int[] _moments;
    private readonly int[] _streamOf;
    private readonly Dictionary<Tensor, StreamItem> _itemOf = new(ReferenceEqualityComparer.Instance);
    private readonly List<StreamItem> _items = [];
    private readonly Dictionary<(int Result, int Operand), List<Nearness>> _near = [];
    private long _loadBytes;

    private StreamPlanner(Graph graph, MemoryPlan whole, IReadOnlyList<RowSchedule> streams, InstructionSet instructionSet)
    {
        (_graph, _whole, _instructionSet) = (graph, whole, instructionSet);
        _streams = [.. streams.OrderBy(stream => stream.FirstStep)];
        _parts = _streams[0].Parts;
        _places = _parts.Places;
        _moments = new int[graph.Nodes.Count];
        _streamOf = new int[graph.Nodes.Count];
        Array.Fill(_streamOf, -1);
        int moment = 0;
        for (int step = 0; step < graph.Nodes.Count; step++)
        {
            int stream = Array.FindIndex(_streams, candidate => candidate.FirstStep <= step && step <= candidate.LastStep);
            (_streamOf[step], _moments[step]) = (stream, moment);
            moment += stream < 0 ? 1 : step == _streams[stream].LastStep ? _streams[stream].Calls.Count : 0;
        }

        End = Math.Max(0, moment - 1);
    }

    private int End { get; }

    /// <summary>The plan; <paramref name="whole"/> is that of the same graph without streams and parts.</summary>
    public static MemoryPlan Plan(
        Graph graph, MemoryPlan whole, IReadOnlyList<RowSchedule> streams, InstructionSet instructionSet, CancellationToken cancellation)
    {
        var planner = new StreamPlanner(graph, whole, streams, instructionSet);
        planner.FindBuffers();
        return planner.Place(cancellation);
    }

    /// <summary>The largest load of a stream's calls: the bytes taken less what a result and its operand can share.</summary>
    public static long Load(Graph graph, MemoryPlan whole, RowSchedule stream, InstructionSet instructionSet)
    {
        var planner = new StreamPlanner(graph, whole, [stream], instructionSet);
        planner.FindBuffers();
        int start = planner._moments[stream.FirstStep];
        return whole.StateBytes + planner.LoadBytes(start, start + stream.Calls.Count - 1);
    }

    private MemoryPlan Place(CancellationToken cancellation)
    {
        int count = _items.Count;
        _loadBytes = LoadBytes(0, End);
        var apart = new OverlapPlacement.Neighbour?[count, count];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                Separate(apart, i, j);
            }
        }

        OverlapPlacement best = Search(apart, FirstWork, cancellation);
        foreach (int turned in Enumerable.Range(0, count).Where(i => _items[i].IsWindow && _items[i].Held[0].Rows.MostRows > 1)
            .OrderByDescending(i => _items[i].SizeBytes).ToArray())
        {
            cancellation.ThrowIfCancellationRequested();
            _items[turned].HeldAtEnd = true;
            SeparateAll(apart, turned);
            OverlapPlacement next = Search(apart, TurnWork, cancellation);
            if (next.ArenaBytes < best.ArenaBytes)
            {
                best = next;
            }
            else
            {
                _items[turned].HeldAtEnd = false;
                SeparateAll(apart, turned);
            }
        }

        OverlapPlacement last = Search(apart, FirstWork, cancellation);
        best = last.ArenaBytes < best.ArenaBytes ? last : best;
        return Result(best);
    }

    private void SeparateAll(OverlapPlacement.Neighbour?[,] apart, int item)
    {
        for (int other = 0; other < _items.Count; other++)
        {
            if (other != item)
            {
                Separate(apart, item, other);
            }
        }
    }

    private OverlapPlacement Search(OverlapPlacement.Neighbour?[,] apart, long work, CancellationToken cancellation)
    {
        int count = _items.Count;
        var placement = new OverlapPlacement(
            [.. _items.Select(item => item.Lifetime)],
            [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, count).Select(j => apart[i, j]).OfType<OverlapPlacement.Neighbour>().ToArray())],
            _loadBytes);
        placement.Search(work, cancellation);
        return placement;
    }

    /// <summary>How near two items may come, by the bytes that each takes at every moment both are there.</summary>
    private void Separate(OverlapPlacement.Neighbour?[,] apart, int i, int j)
    {
        StreamItem a = _items[i];
        StreamItem b = _items[j];
        long below = long.MinValue;
        long above = long.MinValue;
        List<Nearness>? aOverB = _near.GetValueOrDefault((i, j));
        List<Nearness>? bOverA = _near.GetValueOrDefault((j, i));
        int atA = 0;
        int atB = 0;
        for (int moment = Math.Max(a.First, b.First); moment <= Math.Min(a.Last, b.Last); moment++)
        {
            (long lowA, long highA) = a.Taken(moment);
            (long lowB, long highB) = b.Taken(moment);
            if (lowA >= highA || lowB >= highB)
            {
                continue;
            }

            below = Math.Max(below, Next(aOverB, ref atA, moment) is { } near ? Apart(near, a, b) : highA - lowB);
            above = Math.Max(above, Next(bOverA, ref atB, moment) is { } nearer ? Apart(nearer, b, a) : highB - lowA);
        }

        bool isFree = below == long.MinValue;
        apart[i, j] = isFree ? null : new(j, below, above);
        apart[j, i] = isFree ? null : new(i, above, below);
    }

    private long LoadBytes(int first, int last)
    {
        var near = _near.SelectMany(pair => pair.Value.Select(near => (near, pair.Key))).ToLookup(item => item.near.Moment);
        StreamItem[] items = [.. _items.Where(item => item.First <= last && first <= item.Last)];
        long most = 0;
        for (int moment = first; moment <= last; moment++)
        {
            long load = 0;
            foreach (StreamItem item in items)
            {
                (long low, long high) = item.Taken(moment);
                load += Math.Max(0, high - low);
            }

            most = Math.Max(most, load - near[moment].Select(item => SharedBytes(item.near, _items[item.Key.Result], _items[item.Key.Operand])).Append(0).Max());
        }

        return most;
    }

    private static long SharedBytes(Nearness near, StreamItem result, StreamItem operand)
    {
        (long low, long high) = result.Taken(near.Moment);
        (long from, long to) = operand.Taken(near.Moment);
        long apart = Apart(near, result, operand);
        return Math.Max(0, high - low + to - from - (Math.Max(high, apart + to) - Math.Min(low, apart + from)));
    }

    private MemoryPlan Result(OverlapPlacement placed)
    {
        long arenaBytes = _whole.StateBytes + PlacementProblem.RoundUp(Math.Max(1, placed.ArenaBytes), MemoryPlanner.ArenaAlignment);
        var buffers = _items.Select((item, index) => new PlannedBuffer(
            item.Name, _whole.StateBytes + placed.Offsets[index], item.SizeBytes, item.FirstStep, item.LastStep, [.. item.Tensors], item.Alignment))
            .Concat(_whole.Buffers.Where(_whole.IsState));
        return new(
            arenaBytes, _whole.LowerBoundBytes, false, _whole.StateBytes,
            [.. buffers.OrderBy(buffer => buffer.FirstStep).ThenBy(buffer => buffer.Name, StringComparer.Ordinal)])
        {
            Streams =
            [
                .. _streams.Select(stream => new PlannedStream(
                    stream.FirstStep, stream.LastStep, stream.RowsAtOnce,
                    [
                        .. stream.Held.Where(held => held.IsWindow && _itemOf[held.Tensor].HeldAtEnd).Select(held => held.Tensor.Name)
                            .Order(StringComparer.Ordinal),
                    ])),
            ],
        };
    }
}
