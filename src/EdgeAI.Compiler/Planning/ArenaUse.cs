using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Planning.Streams;

namespace EdgeAI.Compiler.Planning;

/// <summary>A buffer at one moment of a run.</summary>
/// <param name="Buffer">The buffer.</param>
/// <param name="Low">Bytes from its start to the first that is taken.</param>
/// <param name="High">Bytes from its start to behind the last that is taken.</param>
public readonly record struct TakenBytes(PlannedBuffer Buffer, long Low, long High)
{
    /// <summary>How many bytes are taken.</summary>
    public long Bytes => High - Low;
}

/// <summary>
/// What of the arena is taken at each moment of a run: one for each step of <see cref="PlanSteps"/>.
/// <list type="bullet">
/// <item>Outside streams a buffer is taken whole from its first step to its last.</item>
/// <item>In a stream, a value's rows are taken that the call or a later one reads, from the call that makes them; of a value that is read
/// whole or outlives the stream, all rows made so far. Working memory is taken by the calls of its node alone.</item>
/// <item>States are taken all the time.</item>
/// </list>
/// Bytes that a result shares with an operand count for both.
/// </summary>
public sealed class ArenaUse
{
    private readonly Graph _graph;
    private readonly MemoryPlan _plan;
    private readonly IReadOnlyList<PlanStep> _steps;
    private readonly Dictionary<PlannedBuffer, Life> _lives = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(PlannedBuffer Buffer, PlannedStream Stream), Holding> _holdings = [];
    private readonly PlannedBuffer[][] _aliveAt;

    private ArenaUse(Graph graph, MemoryPlan plan)
    {
        (_graph, _plan) = (graph, plan);
        _steps = PlanSteps.Of(graph, plan);
        Count = Math.Max(1, _steps.Count);
        foreach (PlannedBuffer buffer in plan.Buffers.Where(buffer => buffer.Size > 0))
        {
            _lives.Add(buffer, LifeOf(buffer));
        }

        var alive = new List<PlannedBuffer>[Count];
        for (int moment = 0; moment < Count; moment++)
        {
            alive[moment] = [];
        }

        foreach ((PlannedBuffer buffer, Life life) in _lives)
        {
            for (int moment = life.First; moment <= life.Last; moment++)
            {
                alive[moment].Add(buffer);
            }
        }

        _aliveAt = [.. alive.Select(list => list.ToArray())];
        Peak = Enumerable.Range(0, Count).MaxBy(TakenAt);
        BoundBytes = Enumerable.Range(0, Count).Max(moment => TakenAt(moment) - MadeAt(moment));
    }

    /// <summary>How many moments there are, at least 1.</summary>
    public int Count { get; }

    /// <summary>The first moment at which most bytes are taken.</summary>
    public int Peak { get; }

    /// <summary>
    /// No placement of what is taken is smaller: at each moment all of it lies apart, but for the result that is being made, which may lie on operands.
    /// </summary>
    public long BoundBytes { get; }

    /// <summary>The use of a plan's arena. Throws <see cref="InvalidOperationException"/> when a stream of the plan cannot run.</summary>
    public static ArenaUse Of(Graph graph, MemoryPlan plan) => new(graph, plan);

    /// <summary>The node of a moment, an index into the graph; 0 for a graph without nodes.</summary>
    public int NodeAt(int moment) => moment < _steps.Count ? _steps[moment].NodeIndex : 0;

    /// <summary>The rows of the node's result that are made at a moment, [First, End); null for a whole node.</summary>
    public (int First, int End)? RowsAt(int moment) =>
        moment < _steps.Count && _steps[moment] is { Part: not null } step ? (step.Row, step.Row + step.Node.Output.Shape[1]) : null;

    /// <summary>The first moment of a buffer and the last, inclusive; null for a buffer without bytes.</summary>
    public (int First, int Last)? MomentsOf(PlannedBuffer buffer) => _lives.TryGetValue(buffer, out Life? life) ? (life.First, life.Last) : null;

    /// <summary>What is taken at a moment, the most bytes first, then in order of name.</summary>
    public ImmutableArray<TakenBytes> At(int moment) =>
    [
        .. _aliveAt[moment].Select(buffer => Of(buffer, moment)).Where(taken => taken.Bytes > 0)
            .OrderByDescending(taken => taken.Bytes).ThenBy(taken => taken.Buffer.Name, StringComparer.Ordinal),
    ];

    /// <summary>The bytes taken at a moment.</summary>
    public long TakenAt(int moment) => _aliveAt[moment].Sum(buffer => Of(buffer, moment).Bytes);

    /// <summary>What is taken of a buffer at a moment.</summary>
    public TakenBytes Of(PlannedBuffer buffer, int moment)
    {
        if (!_lives.TryGetValue(buffer, out Life? life) || moment < life.First || moment > life.Last)
        {
            return new(buffer, 0, 0);
        }

        if (moment >= _steps.Count || _steps[moment].Part is not var (stream, schedule, call))
        {
            return new(buffer, 0, buffer.Size);
        }

        if (buffer.Tensors.IsEmpty)
        {
            return new(buffer, 0, life.Nodes.Count == 0 || life.Nodes.Contains(_steps[moment].NodeIndex) ? buffer.Size : 0);
        }

        if (!_holdings.TryGetValue((buffer, stream), out Holding? holding))
        {
            _holdings.Add((buffer, stream), holding = HoldingOf(buffer, life, stream, schedule, moment - call));
        }

        if (holding.Rows is not { } rows)
        {
            return new(buffer, 0, buffer.Size);
        }

        int origin = rows.Origin(call, holding.IsAtEnd);
        return new(buffer, holding.IsKept ? 0 : (rows.First[call] - origin) * holding.RowBytes, (rows.End[call] - origin) * holding.RowBytes);
    }

    /// <summary>The most that the result of a moment can share with its operands: all of it, where one of them lies in the arena.</summary>
    private long MadeAt(int moment)
    {
        if (moment >= _steps.Count || _steps[moment] is not { } step || step.Outputs.Length != 1 || step.Outputs[0] < 0)
        {
            return 0;
        }

        return step.Inputs.Any(place => place >= 0) ? step.Node.Output.ByteSize : 0;
    }

    private Holding HoldingOf(PlannedBuffer buffer, Life life, PlannedStream stream, RowSchedule schedule, int start)
    {
        RowsHeld[] held = [.. schedule.Held.Where(rows => Has(buffer, rows.Tensor))];
        if (held.Length != 1 || _plan.IsState(buffer))
        {
            return new(null, true, false, 0);
        }

        bool outlives = life.Last >= start + schedule.Calls.Count;
        bool isReadWhole = Enumerable.Range(stream.FirstStep, stream.LastStep - stream.FirstStep + 1).Select(step => _graph.Nodes[step])
            .Any(node => Enumerable.Range(0, node.Inputs.Count)
                .Any(i => node.Inputs[i] is { } operand && RowSlice.WindowOf(node, i) is null && Has(buffer, operand)));
        return new(
            held[0], !held[0].IsWindow && (outlives || isReadWhole), stream.HeldAtEnd.Contains(held[0].Tensor.Name), RowSlice.RowBytes(held[0].Tensor));
    }

    /// <summary>
    /// From the buffer's first step to its last; inside a stream, from the first call that touches it to the last. Inputs are there from the first
    /// moment on, outputs to the last.
    /// </summary>
    private Life LifeOf(PlannedBuffer buffer)
    {
        HashSet<int> nodes =
        [
            .. Enumerable.Range(0, _graph.Nodes.Count).Where(node => buffer.Tensors.IsEmpty
                ? buffer.Name == MemoryPlanner.ScratchName(_graph.Nodes[node])
                : _graph.Nodes[node].Inputs.OfType<Tensor>().Concat(_graph.Nodes[node].Outputs).Any(tensor => Has(buffer, tensor))),
        ];
        int first = int.MaxValue;
        int last = -1;
        for (int moment = 0; moment < _steps.Count; moment++)
        {
            int node = _steps[moment].NodeIndex;
            if (buffer.FirstStep <= node && node <= buffer.LastStep && (_steps[moment].Part is null || nodes.Contains(node)))
            {
                (first, last) = (Math.Min(first, moment), moment);
            }
        }

        bool isInput = buffer.FirstStep == 0 && _graph.Inputs.Any(input => Has(buffer, input));
        bool isOutput = buffer.LastStep >= _graph.Nodes.Count - 1 && _graph.Outputs.Any(output => Has(buffer, output));
        return last < 0 || _plan.IsState(buffer) || (nodes.Count == 0 && !isInput && !isOutput)
            ? new(0, Count - 1, nodes)
            : new(isInput ? 0 : first, isOutput ? Count - 1 : last, nodes);
    }

    private static bool Has(PlannedBuffer buffer, Tensor tensor) => buffer.Tensors.Contains(tensor.Name, StringComparer.Ordinal);

    /// <summary>The first moment and the last, and the nodes that touch the buffer.</summary>
    private sealed record Life(int First, int Last, HashSet<int> Nodes);

    /// <summary>How a stream holds a buffer: by rows, or as a whole where there are none.</summary>
    private sealed record Holding(RowsHeld? Rows, bool IsKept, bool IsAtEnd, long RowBytes);
}
