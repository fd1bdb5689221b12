using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Planning.Offsets;
using EdgeAI.Compiler.Planning.Overlap;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Planning;

/// <summary>
/// Plans the arena of one graph.
/// <list type="bullet">
/// <item>Step i is node i. Inputs are taken from step 0, outputs up to the last step, every other value from the step that makes it to
/// the last that reads it. Views have no buffer of their own; constants and views of constants have none at all.</item>
/// <item>The result of a node takes over the buffer of an operand where the operator allows it (<see cref="Operator.InPlaceInputs(Node, InstructionSet)"/>),
/// sizes are equal and nothing else in that buffer is read later or given out.</item>
/// <item>Scratch memory is a buffer of its step alone.</item>
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
    private readonly InstructionSet _instructionSet;
    private readonly TensorPlaces _places;
    private readonly Dictionary<Tensor, Value> _values = new(ReferenceEqualityComparer.Instance);
    private readonly List<Value> _buffers = [];

    private MemoryPlanner(Graph graph, InstructionSet instructionSet)
    {
        _instructionSet = instructionSet;
        _graph = graph;
        _places = new(graph);
    }

    /// <summary>The plan of a verified graph for portable kernels. The same graph gives the same plan.</summary>
    public static MemoryPlan Plan(Graph graph, CancellationToken cancellation = default) => Plan(graph, InstructionSet.Portable, cancellation);

    /// <summary>The plan for the kernels of a set of instructions, which decides on scratch memory.</summary>
    public static MemoryPlan Plan(Graph graph, InstructionSet instructionSet, CancellationToken cancellation = default)
    {
        var planner = new MemoryPlanner(graph, instructionSet);
        planner.FindValues();
        planner.ShareInPlace();
        planner.AddScratch();
        return planner.Place(cancellation);
    }

    /// <summary>The alignment of a value of some type in the arena.</summary>
    public static int AlignmentOf(ElementType type) => Math.Max(BufferAlignment, type.ByteSize());

    /// <summary>The name of a step's scratch buffer.</summary>
    public static string ScratchName(Node node) => $"scratch of {node.Name}";

    private void FindValues()
    {
        int last = Math.Max(0, _graph.Nodes.Count - 1);
        foreach (Tensor state in _graph.Nodes.Where(node => OperatorCatalog.Of(node).StateUse == StateUse.Holds).Select(node => node.Output))
        {
            Touch(state, 0);
            Touch(state, last);
            _values[state].IsState = true;
        }

        foreach (Tensor input in _graph.Inputs)
        {
            Touch(input, 0);
        }

        for (int step = 0; step < _graph.Nodes.Count; step++)
        {
            foreach (Tensor tensor in _graph.Nodes[step].Inputs.OfType<Tensor>().Concat(_graph.Nodes[step].Outputs))
            {
                Touch(tensor, step);
            }
        }

        foreach (Tensor output in _graph.Outputs)
        {
            Touch(output, last);
        }
    }

    private void Touch(Tensor tensor, int step)
    {
        Tensor root = _places.RootOf(tensor);
        if (root.IsConstant)
        {
            return;
        }

        if (!_values.TryGetValue(root, out Value? value))
        {
            value = new(root.Name, step, root.ByteSize);
            _values.Add(root, value);
            _buffers.Add(value);
        }

        value.LastStep = Math.Max(value.LastStep, step);
        if (!value.Tensors.Contains(tensor.Name))
        {
            value.Tensors.Add(tensor.Name);
            value.Alignment = Math.Max(value.Alignment, AlignmentOf(tensor.Type));
        }
    }

    private void ShareInPlace()
    {
        for (int step = 0; step < _graph.Nodes.Count; step++)
        {
            Node node = _graph.Nodes[step];
            if (node.Outputs.Count == 0 || TensorPlaces.IsView(node))
            {
                continue;
            }

            int[] allowed = [.. OperatorCatalog.Of(node).InPlaceInputs(node, _instructionSet)];
            foreach (int index in allowed)
            {
                if (CanTakeOver(node, index, allowed, step))
                {
                    TakeOver(node.Output, node.Input(index));
                    break;
                }
            }
        }
    }

    private bool CanTakeOver(Node node, int index, int[] allowed, int step)
    {
        if (node.OptionalInput(index) is not { } operand || !_values.TryGetValue(_places.RootOf(operand), out Value? value)
            || value.LastStep > step || value.SizeBytes != node.Output.ByteSize || value.SizeBytes == 0
            || operand.ByteSize != node.Output.ByteSize)
        {
            return false;
        }

        if (IsGivenOut(value))
        {
            return false;
        }

        // The same bytes read through another operand must allow it too.
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (node.Inputs[i] is { } other && _values.GetValueOrDefault(_places.RootOf(other)) == value && !allowed.Contains(i))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsGivenOut(Value value) => value.IsState
        || _graph.Outputs.Any(output => _values.GetValueOrDefault(_places.RootOf(output)) == value);

    private void TakeOver(Tensor result, Tensor operand)
    {
        Value taken = _values[_places.RootOf(operand)];
        Value merged = _values[result];
        taken.LastStep = Math.Max(taken.LastStep, merged.LastStep);
        taken.Alignment = Math.Max(taken.Alignment, merged.Alignment);
        taken.Tensors.AddRange(merged.Tensors);
        _buffers.Remove(merged);
        _values[result] = taken;
    }

    private void AddScratch()
    {
        for (int step = 0; step < _graph.Nodes.Count; step++)
        {
            Node node = _graph.Nodes[step];
            long bytes = TensorPlaces.IsView(node) ? 0 : OperatorCatalog.Of(node).ScratchBytes(node, _instructionSet);
            if (bytes > 0)
            {
                _buffers.Add(new(ScratchName(node), step, bytes) { Alignment = ArenaAlignment });
            }
        }
    }

    private MemoryPlan Place(CancellationToken cancellation)
    {
        Value[] states = [.. _buffers.Where(value => value.IsState).OrderBy(value => value.Name, StringComparer.Ordinal)];
        _buffers.RemoveAll(value => value.IsState);
        MemoryPlan plan = PlaceValues(cancellation);
        return states.Length == 0 ? plan : Behind(states, plan);
    }

    /// <summary>The plan moved up behind the states.</summary>
    private static MemoryPlan Behind(Value[] states, MemoryPlan plan)
    {
        var placed = new List<PlannedBuffer>();
        long end = 0;
        foreach (Value state in states)
        {
            end = PlacementProblem.RoundUp(end, Math.Max(BufferAlignment, state.Alignment));
            placed.Add(new(state.Name, end, state.SizeBytes, state.FirstStep, state.LastStep, [.. state.Tensors], state.Alignment));
            end += state.SizeBytes;
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

    private MemoryPlan PlaceValues(CancellationToken cancellation)
    {
        Value[] ordered = [.. _buffers.OrderBy(value => value.FirstStep).ThenBy(value => value.Name, StringComparer.Ordinal)];
        BufferLifetime[] lifetimes =
        [
            .. ordered.Select(value => new BufferLifetime(value.FirstStep, value.LastStep + 1, value.SizeBytes, value.Alignment)),
        ];
        OffsetPlan apart = OffsetPlanner.Plan(lifetimes, MostOffsetSteps, cancellation);
        long arenaBytes = Rounded(apart.ArenaBytes);
        long boundBytes = Rounded(apart.LowerBoundBytes);
        OverlapPair[] pairs = [.. FindOverlaps(ordered)];
        IEnumerable<PlacedStretch> stretches =
            ordered.Select((value, index) => new PlacedStretch(index, value.FirstStep, value.LastStep, apart.Offsets[index]));
        if (pairs.Length == 0)
        {
            return new(arenaBytes, boundBytes, arenaBytes == boundBytes, 0, Buffers(ordered, stretches));
        }

        long mostMovedBytes = _graph.Nodes.Sum(node => OperatorCatalog.Of(node).CountMacs(node)) / MacsPerMovedByte;
        (IReadOnlyList<PlacedStretch> overlapping, long overlappingBytes, long overlapBoundBytes) =
            OverlapPlanner.Plan(lifetimes, pairs, mostMovedBytes, cancellation);
        overlapBoundBytes = Rounded(overlapBoundBytes);
        if (Rounded(overlappingBytes) < arenaBytes)
        {
            (arenaBytes, stretches) = (Rounded(overlappingBytes), overlapping);
        }

        PlacedStretch[] placed = [.. stretches];
        return new(arenaBytes, boundBytes, arenaBytes == overlapBoundBytes, 0, Buffers(ordered, placed))
        {
            OverlapBoundBytes = overlapBoundBytes,
            Moves = [.. Moves(ordered, placed)],
        };
    }

    /// <summary>Results that may lie over an operand: the last reader's, where nothing else of that buffer is read or given out.</summary>
    private IEnumerable<OverlapPair> FindOverlaps(Value[] ordered)
    {
        var indexes = ordered.Select((value, index) => (value, index)).ToDictionary(item => item.value, item => item.index);
        for (int step = 0; step < _graph.Nodes.Count; step++)
        {
            Node node = _graph.Nodes[step];
            if (node.Outputs.Count != 1 || TensorPlaces.IsView(node) || !_values.TryGetValue(node.Output, out Value? result) || result.FirstStep != step)
            {
                continue;
            }

            for (int i = 0; i < node.Inputs.Count; i++)
            {
                if (node.Inputs[i] is { } operand && _values.TryGetValue(_places.RootOf(operand), out Value? value) && !value.IsState
                    && value.LastStep == step && value != result && !IsGivenOut(value)
                    && node.Inputs.Count(other => other is not null && _values.GetValueOrDefault(_places.RootOf(other)) == value) == 1
                    && OperatorCatalog.Of(node).OverlapDistance(node, i, _instructionSet) is { } distance)
                {
                    yield return new(indexes[value], indexes[result], distance, step);
                    break;
                }
            }
        }
    }

    private static ImmutableArray<PlannedBuffer> Buffers(Value[] ordered, IEnumerable<PlacedStretch> stretches) =>
    [
        .. stretches.OrderBy(stretch => stretch.FirstStep).ThenBy(stretch => ordered[stretch.Buffer].Name, StringComparer.Ordinal)
            .Select(stretch => new PlannedBuffer(
                ordered[stretch.Buffer].Name, stretch.Offset, ordered[stretch.Buffer].SizeBytes, stretch.FirstStep, stretch.LastStep,
                [.. ordered[stretch.Buffer].Tensors], ordered[stretch.Buffer].Alignment)),
    ];

    private static IEnumerable<PlannedMove> Moves(Value[] ordered, PlacedStretch[] stretches) =>
        stretches.GroupBy(stretch => stretch.Buffer).Where(parts => parts.Count() == 2)
            .Select(parts => (First: parts.MinBy(part => part.FirstStep), Second: parts.MaxBy(part => part.FirstStep)))
            .OrderBy(parts => parts.Second.FirstStep)
            .Select(parts => new PlannedMove(
                parts.Second.FirstStep, ordered[parts.First.Buffer].Name, parts.First.Offset, parts.Second.Offset, ordered[parts.First.Buffer].SizeBytes));

    private static long Rounded(long bytes) => PlacementProblem.RoundUp(Math.Max(1, bytes), ArenaAlignment);

    /// <summary>A buffer while it is planned.</summary>
    private sealed class Value(string name, int step, long sizeBytes)
    {
        public string Name { get; } = name;

        public int FirstStep { get; } = step;

        public int LastStep { get; set; } = step;

        public bool IsState { get; set; }

        public long SizeBytes { get; } = sizeBytes;

        public int Alignment { get; set; } = BufferAlignment;

        public List<string> Tensors { get; } = [];
    }
}
