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
internal sealed class StreamPlanner
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

    private long _loadBytes;

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

    private void FindBuffers()
    {
        FindItems();
        FindUses();
        AddScratch();
        _items.RemoveAll(item => item.Last < 0);
        FindNearness();
    }

    /// <summary>Buffers of the whole plan, taken apart where a node of a stream had taken its operand's over, and windows.</summary>
    private void FindItems()
    {
        Dictionary<Tensor, int> made = new(ReferenceEqualityComparer.Instance);
        var byName = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        for (int step = 0; step < _graph.Nodes.Count; step++)
        {
            foreach (Tensor output in _graph.Nodes[step].Outputs)
            {
                made[output] = step;
            }
        }

        foreach (Tensor tensor in _graph.Tensors())
        {
            byName[tensor.Name] = tensor;
        }

        foreach (IGrouping<string, PlannedBuffer> parts in _whole.Buffers
            .Where(buffer => !buffer.Tensors.IsEmpty && !_whole.IsState(buffer)).GroupBy(buffer => buffer.Name))
        {
            StreamItem? item = null;
            foreach (Tensor tensor in parts.First().Tensors.Select(name => byName[name]))
            {
                Tensor root = _places.RootOf(tensor);
                bool isOfStream = made.TryGetValue(root, out int step) && _streamOf[step] >= 0;
                if (!_itemOf.TryGetValue(root, out StreamItem? placed))
                {
                    if (item is null || isOfStream || item.IsWindow)
                    {
                        item = NewItem(root, isOfStream ? _streams[_streamOf[step]] : null);
                    }

                    placed = item;
                    _itemOf.Add(root, placed);
                }

                placed.Alignment = Math.Max(placed.Alignment, MemoryPlanner.AlignmentOf(tensor.Type));
                placed.Tensors.Add(tensor.Name);
            }
        }

        for (int i = 0; i < _streams.Length; i++)
        {
            foreach (RowsHeld held in _streams[i].Held)
            {
                if (!_itemOf.TryGetValue(_places.RootOf(held.Tensor), out StreamItem? item))
                {
                    continue;
                }

                int start = _moments[_streams[i].FirstStep];
                item.IsKept |= item.Held.Any(other => other.Start == start);
                item.Held.Add((held, start, RowSlice.RowBytes(held.Tensor)));
            }
        }
    }

    private StreamItem NewItem(Tensor root, RowSchedule? stream)
    {
        RowsHeld? held = stream?.HeldOf(root);
        long size = held is { IsWindow: true } ? held.MostRows * RowSlice.RowBytes(root) : root.ByteSize;
        var item = new StreamItem(root.Name, size, MemoryPlanner.BufferAlignment);
        _items.Add(item);
        return item;
    }

    private void FindUses()
    {
        foreach (Tensor input in _graph.Inputs)
        {
            Use(input, 0, 0, 0, 0);
        }

        for (int step = 0; step < _graph.Nodes.Count; step++)
        {
            Node node = _graph.Nodes[step];
            if (_streamOf[step] >= 0)
            {
                UseInStream(node, step, _streams[_streamOf[step]]);
                continue;
            }

            foreach (Tensor tensor in node.Inputs.OfType<Tensor>().Concat(node.Outputs))
            {
                Use(tensor, _moments[step], _moments[step], step, step);
            }
        }

        foreach (Tensor output in _graph.Outputs)
        {
            Use(output, End, End, Math.Max(0, _graph.Nodes.Count - 1), Math.Max(0, _graph.Nodes.Count - 1));
            if (_itemOf.TryGetValue(_places.RootOf(output), out StreamItem? item))
            {
                item.IsKept = true;
            }
        }
    }

    private void UseInStream(Node node, int step, RowSchedule stream)
    {
        int start = _moments[stream.FirstStep];
        int first = int.MaxValue;
        int last = -1;
        for (int call = 0; call < stream.Calls.Count; call++)
        {
            if (stream.Calls[call].Step == step)
            {
                (first, last) = (Math.Min(first, start + call), start + call);
            }
        }

        foreach (Tensor tensor in node.Inputs.OfType<Tensor>().Concat(node.Outputs))
        {
            Use(tensor, first, last, stream.FirstStep, stream.LastStep);
        }

        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (node.Inputs[i] is { } operand && RowSlice.WindowOf(node, i) is null && _itemOf.TryGetValue(_places.RootOf(operand), out StreamItem? item))
            {
                item.IsKept = true;
            }
        }
    }

    private void Use(Tensor tensor, int first, int last, int firstStep, int lastStep)
    {
        if (_itemOf.TryGetValue(_places.RootOf(tensor), out StreamItem? item))
        {
            item.Use(first, last, firstStep, lastStep);
        }
    }

    private void AddScratch()
    {
        for (int step = 0; step < _graph.Nodes.Count; step++)
        {
            Node node = _graph.Nodes[step];
            if (TensorPlaces.IsView(node))
            {
                continue;
            }

            RowSchedule? stream = _streamOf[step] < 0 ? null : _streams[_streamOf[step]];
            long bytes = stream is null
                ? _parts.ScratchBytes(node, _instructionSet)
                : stream.Calls.Where(call => call.Step == step).Max(call => stream.Parts.ScratchBytes(stream.Parts.Of(call), _instructionSet));
            if (bytes == 0)
            {
                continue;
            }

            var item = new StreamItem(MemoryPlanner.ScratchName(node), bytes, MemoryPlanner.ArenaAlignment);
            _items.Add(item);
            if (stream is null)
            {
                item.Use(_moments[step], _moments[step], step, step);
                continue;
            }

            int start = _moments[stream.FirstStep];
            item.Moments = [.. Enumerable.Range(0, stream.Calls.Count).Where(call => stream.Calls[call].Step == step).Select(call => start + call)];
            item.Use(item.Moments.Min(), item.Moments.Max(), stream.FirstStep, stream.LastStep);
        }
    }

    /// <summary>Where a result may come nearer to an operand than the bytes that both take.</summary>
    private void FindNearness()
    {
        var indexes = _items.Select((item, index) => (item, index)).ToDictionary(pair => pair.item, pair => pair.index);
        for (int step = 0; step < _graph.Nodes.Count; step++)
        {
            Node node = _graph.Nodes[step];
            if (node.Outputs.Count != 1 || TensorPlaces.IsView(node) || !_itemOf.TryGetValue(node.Output, out StreamItem? result))
            {
                continue;
            }

            for (int i = 0; i < node.Inputs.Count; i++)
            {
                if (node.Inputs[i] is not { } operand || !_itemOf.TryGetValue(_places.RootOf(operand), out StreamItem? source) || source == result
                    || node.Inputs.Count(other => other is not null && _itemOf.GetValueOrDefault(_places.RootOf(other)) == source) != 1)
                {
                    continue;
                }

                if (_streamOf[step] < 0)
                {
                    if (source.Last == _moments[step] && result.First == _moments[step]
                        && _parts.OverlapDistance(node, i, _instructionSet) is { } distance)
                    {
                        Add(result, source, new(_moments[step], distance, 0, 0, int.MaxValue));
                    }

                    continue;
                }

                RowSchedule stream = _streams[_streamOf[step]];
                if (source.IsKeptAt(_moments[stream.FirstStep]) || RowSlice.WindowOf(node, i) is not { } window)
                {
                    continue;
                }

                for (int call = 0; call < stream.Calls.Count; call++)
                {
                    if (stream.Calls[call] is var made && made.Step == step)
                    {
                        long? apart = stream.Parts.OverlapDistance(stream.Parts.Of(made), i, _instructionSet);
                        int moment = _moments[stream.FirstStep] + call;
                        int first = window.Rows(made.Row, made.Count, operand.Shape[1]).First;
                        if (apart is { } bytes && source.RowsAt(moment).First == first)
                        {
                            int next = call + 1 < stream.Calls.Count ? source.RowsAt(moment + 1).First : int.MaxValue;
                            Add(result, source, new(moment, bytes, made.Row, first, next < source.RowsAt(moment).End ? next : int.MaxValue));
                        }
                    }
                }
            }
        }

        void Add(StreamItem result, StreamItem operand, Nearness nearness)
        {
            (int, int) key = (indexes[result], indexes[operand]);
            if (!_near.TryGetValue(key, out List<Nearness>? list))
            {
                _near.Add(key, list = []);
            }

            list.Add(nearness);
        }
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

    private static Nearness? Next(List<Nearness>? list, ref int at, int moment)
    {
        while (list is not null && at < list.Count && list[at].Moment < moment)
        {
            at++;
        }

        return list is not null && at < list.Count && list[at].Moment == moment ? list[at] : null;
    }

    /// <summary>How far below the operand's start the result's must be: by the distance, and below all that both still hold.</summary>
    private static long Apart(Nearness near, StreamItem result, StreamItem operand)
    {
        long made = result.PlaceOf(near.Row, near.Moment);
        long read = operand.PlaceOf(near.OperandRow, near.Moment);
        (long low, long high) = result.Taken(near.Moment);
        long apart = made - read + near.DistanceBytes;
        if (made > low)
        {
            apart = Math.Max(apart, made - read);
        }

        return near.KeptRow == int.MaxValue ? apart : Math.Max(apart, high - operand.PlaceOf(near.KeptRow, near.Moment));
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

    /// <summary>A result that at one moment may come nearer to an operand.</summary>
    /// <param name="Moment">When.</param>
    /// <param name="DistanceBytes">The rows made start this far below the rows read.</param>
    /// <param name="Row">The first row made.</param>
    /// <param name="OperandRow">The first row read, which is the first held.</param>
    /// <param name="KeptRow">The first of the operand's rows that is read later, or the largest integer.</param>
    private readonly record struct Nearness(int Moment, long DistanceBytes, int Row, int OperandRow, int KeptRow);
}
