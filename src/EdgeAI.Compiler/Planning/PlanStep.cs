using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Planning.Streams;

namespace EdgeAI.Compiler.Planning;

/// <summary>Bytes of the arena that move; source and destination may overlap.</summary>
/// <param name="From">Offset before.</param>
/// <param name="To">Offset after.</param>
/// <param name="Size">Bytes.</param>
public readonly record struct ArenaMove(long From, long To, long Size)
{
    /// <summary>Whether what it moves comes to bytes from which another moves.</summary>
    public bool Overwrites(ArenaMove other) => To < other.From + other.Size && other.From < To + Size;
}

/// <summary>One step of the firmware: a node of the graph, or one call of a stream's.</summary>
/// <param name="NodeIndex">Index of the node in the graph.</param>
/// <param name="Node">The node, or the part of it that runs; its tensors have the names of the whole ones.</param>
/// <param name="Row">The first row of the result that is made; 0 for a whole node.</param>
/// <param name="Inputs">Offsets in the arena by operand; −1 for constants and operands left out.</param>
/// <param name="Outputs">Offsets by result; −1 for a view of a constant.</param>
/// <param name="Scratch">Offset of the working memory, or −1.</param>
/// <param name="Moves">What moves before, in order.</param>
public sealed record PlanStep(
    int NodeIndex, Node Node, int Row, ImmutableArray<long> Inputs, ImmutableArray<long> Outputs, long Scratch, ImmutableArray<ArenaMove> Moves)
{
    /// <summary>The stream and the number of the call in it; null for a whole node.</summary>
    public (PlannedStream Stream, RowSchedule Schedule, int Call)? Part { get; init; }

    /// <summary>Whether nothing runs: the node is a view, or its result stands where its operands do.</summary>
    public bool RunsNothing { get; init; }
}

/// <summary>
/// The steps of a plan in order: nodes, and in the place of the nodes of a stream its calls, each with the places of all it touches. The one meaning of
/// a plan, for engines in every language.
/// </summary>
public sealed class PlanSteps
{
    private readonly Graph _graph;
    private readonly MemoryPlan _plan;
    private readonly PlannedPlaces _places;
    private readonly List<PlanStep> _steps = [];

    private PlanSteps(Graph graph, MemoryPlan plan)
    {
        (_graph, _plan, _places) = (graph, plan, new(plan));
    }

    /// <summary>The steps. Throws <see cref="InvalidOperationException"/> when a stream cannot run.</summary>
    public static IReadOnlyList<PlanStep> Of(Graph graph, MemoryPlan plan)
    {
        var steps = new PlanSteps(graph, plan);
        for (int index = 0; index < graph.Nodes.Count; index++)
        {
            if (plan.Streams.FirstOrDefault(stream => stream.Contains(index)) is not { } stream)
            {
                steps._steps.Add(steps.Whole(index));
            }
            else if (stream.FirstStep == index)
            {
                steps.AddCalls(stream);
            }
        }

        return steps._steps;
    }

    private PlanStep Whole(int index)
    {
        Node node = _graph.Nodes[index];
        ImmutableArray<long> inputs = [.. node.Inputs.Select(tensor => Place(tensor, index))];
        ImmutableArray<long> outputs = [.. node.Outputs.Select(tensor => Place(tensor, index))];
        return new(
            index, node, 0, inputs, outputs, Scratch(node),
            [.. _plan.Moves.Where(move => move.Step == index).Select(move => new ArenaMove(move.From, move.To, move.Size))])
        {
            RunsNothing = TensorPlaces.IsView(node) || StandsInPlace(node, inputs, outputs),
        };
    }

    /// <summary>Whether the result is where <see cref="Operator.PlaceInOperand"/> or <see cref="Operator.PlaceInResult"/> has the operands' bytes.</summary>
    private static bool StandsInPlace(Node node, ImmutableArray<long> inputs, ImmutableArray<long> outputs)
    {
        Operator definition = OperatorCatalog.Of(node);
        if (outputs is not [>= 0 and var result] || inputs.IsEmpty)
        {
            return false;
        }

        return (definition.PlaceInOperand(node) is { } at && inputs[0] >= 0 && inputs[0] + at == result)
            || Enumerable.Range(0, inputs.Length).All(i => node.Inputs[i] is { } operand && definition.PlaceInResult(node, i) is { } place
                && (operand.ByteSize == 0 || (inputs[i] >= 0 && result + place == inputs[i])));
    }

    private void AddCalls(PlannedStream stream)
    {
        RowSchedule schedule = RowSchedule.TryMake(_graph, stream.FirstStep, Math.Min(stream.LastStep, _graph.Nodes.Count - 1), stream.RowsAtOnce)
            ?? throw new InvalidOperationException($"the nodes {stream.FirstStep} to {stream.LastStep} cannot run row by row");
        for (int call = 0; call < schedule.Calls.Count; call++)
        {
            RowCall made = schedule.Calls[call];
            Node node = _graph.Nodes[made.Step];
            long RowPlace(Tensor image, int row) => Place(image, made.Step) is var start && start < 0 ? -1
                : start + ((row - schedule.HeldOf(image).Origin(call, stream.HeldAtEnd.Contains(image.Name))) * RowSlice.RowBytes(image));
            _steps.Add(new(
                made.Step, schedule.Parts.Of(made), made.Row,
                [
                    .. Enumerable.Range(0, node.Inputs.Count).Select(i => RowSlice.WindowOf(node, i) is { } window
                        ? RowPlace(node.Input(i), window.Rows(made.Row, made.Count, node.Input(i).Shape[1]).First)
                        : Place(node.Inputs[i], made.Step)),
                ],
                [RowPlace(node.Output, made.Row)], Scratch(node), [.. Moves(stream, schedule, call)])
            {
                Part = (stream, schedule, call),
            });
        }
    }

    /// <summary>What moves to bytes that others stand on moves after these; else rows held at a start before those held at an end.</summary>
    private List<ArenaMove> Moves(PlannedStream stream, RowSchedule schedule, int call)
    {
        var left = new List<ArenaMove>();
        foreach (RowsHeld held in schedule.Held.OrderBy(held => stream.HeldAtEnd.Contains(held.Tensor.Name)))
        {
            if (held.IsWindow && held.MoveBefore(call, stream.HeldAtEnd.Contains(held.Tensor.Name)) is { } move)
            {
                long start = Place(held.Tensor, stream.FirstStep);
                long rowBytes = RowSlice.RowBytes(held.Tensor);
                left.Add(new(start + (move.From * rowBytes), start + (move.To * rowBytes), move.Rows * rowBytes));
            }
        }

        var ordered = new List<ArenaMove>();
        while (left.Count > 0)
        {
            int next = Math.Max(0, left.FindIndex(move => left.TrueForAll(other => other == move || !move.Overwrites(other))));
            ordered.Add(left[next]);
            left.RemoveAt(next);
        }

        return ordered;
    }

    private long Place(Tensor? tensor, int index) => _places.Find(tensor, index)?.Offset ?? -1;

    private long Scratch(Node node) => _places.ScratchOf(node)?.Offset ?? -1;
}
