using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Regions;
using EdgeAI.Compiler.Planning.Streams;

namespace EdgeAI.Compiler.Execution;

/// <summary>
/// Runs a graph inside one arena at the offsets of a plan, as the generated C does: views move nothing, in-place results overwrite
/// their operand, scratch comes from the plan. A wrong plan shows as wrong numbers.
/// <list type="bullet">
/// <item>Buffers move where the plan says so, before anything else of the step.</item>
/// <item>What copies of weights overwrite is poisoned.</item>
/// <item>Inputs are written into the arena before a run and may be overwritten by it.</item>
/// <item>With poisoning, all bytes that no live buffer holds are set to 0xA5 before each step, so that a lifetime that is too short shows even
/// where nothing else has taken the place.</item>
/// <item><see cref="Executor.Value"/> of a tensor that has died gives whatever its place holds; take values while they are made with <see cref="Executor.Observer"/>.</item>
/// </list>
/// </summary>
public sealed class ArenaExecutor : Executor
{
    private const byte Poison = 0xA5;

    private readonly byte[] _arena;
    private readonly PlannedPlaces _places;
    private readonly HashSet<int> _inPlace;
    private readonly IReadOnlyList<(long Offset, long Size)>[]? _deadRanges;
    private readonly MemoryPlan _plan;
    private readonly IReadOnlyList<PlanStep> _planSteps;

    /// <summary>Throws <see cref="InvalidOperationException"/> when the plan has no place for a tensor or one outside the arena.</summary>
    /// <param name="graph">What runs.</param>
    /// <param name="plan">Where its values live.</param>
    /// <param name="poisonDeadBytes">Whether bytes that no live buffer holds are overwritten before each step.</param>
    public ArenaExecutor(Graph graph, MemoryPlan plan, bool poisonDeadBytes = false)
        : this(graph, plan, poisonDeadBytes, OperatorCatalog.Of)
    {
    }

    internal ArenaExecutor(Graph graph, MemoryPlan plan, bool poisonDeadBytes, Func<Node, Operator> operatorOf) : base(graph)
    {
        _plan = plan;
        _arena = new byte[plan.ArenaBytes];
        _places = new(plan);
        _planSteps = PlanSteps.Of(graph, plan);
        _inPlace = [.. _planSteps.Where(step => step.RunsNothing).Select(step => step.NodeIndex)];
        if (poisonDeadBytes)
        {
            _deadRanges = [.. _planSteps.Select(step => DeadBytes.Of(plan, step))];
        }

        Build(operatorOf);
    }

    /// <summary>The whole arena, for comparison with another engine's.</summary>
    public ReadOnlySpan<byte> Arena => _arena;

    private protected override Memory<byte> Place(Tensor tensor) => PlaceAt(tensor, 0) ?? throw new InvalidOperationException($"the plan has no place for '{tensor.Name}'");

    private protected override Memory<byte> PlaceView(Tensor view, Tensor operand, Memory<byte> memory) =>
        operand.IsConstant ? PlaceAt(view, 0) ?? memory : Place(view);

    private protected override Memory<byte> PlaceScratch(Node node, int size) => _places.ScratchOf(node) is { } buffer
        ? Range(buffer, buffer.Offset, size, buffer.Name)
        : throw new InvalidOperationException($"the plan has no {MemoryPlanner.ScratchName(node)}");

    private protected override Memory<byte>? PlaceAt(Tensor tensor, int index) =>
        _places.Find(tensor, index) is var (buffer, offset) ? (Memory<byte>?)Range(buffer, offset, tensor.ByteSize, tensor.Name) : null;

    private protected override bool StandsInPlace(int index) => _inPlace.Contains(index);

    private protected override void BeforeStep(int index)
    {
        foreach (ArenaMove move in _planSteps[index].Moves)
        {
            _arena.AsSpan((int)move.From, (int)move.Size).CopyTo(_arena.AsSpan((int)move.To));
        }

        // The copies themselves are of no use here: what they overwrite must not matter.
        foreach (PlannedWeightCopy copy in _plan.WeightCopies.Where(copy => copy.Step == _planSteps[index].NodeIndex))
        {
            _arena.AsSpan((int)copy.Offset, (int)copy.Size).Fill(Poison);
        }

        if (_deadRanges is null)
        {
            return;
        }

        foreach ((long offset, long size) in _deadRanges[index])
        {
            _arena.AsSpan((int)offset, (int)size).Fill(Poison);
        }
    }

    private protected override bool AddParts(int index, Operator definition)
    {
        if (_plan.Streams.FirstOrDefault(stream => stream.Contains(index)) is not { } stream)
        {
            return false;
        }

        if (stream.FirstStep == index)
        {
            AddCalls(stream);
        }

        return true;
    }

    private void AddCalls(PlannedStream stream)
    {
        var whole = new Dictionary<int, byte[]>();
        var calls = new Dictionary<Node, OperatorCall>(ReferenceEqualityComparer.Instance);
        foreach (PlanStep step in _planSteps.Where(step => step.Part?.Stream == stream))
        {
            Tensor result = Graph.Nodes[step.NodeIndex].Output;
            if (!whole.TryGetValue(step.NodeIndex, out byte[]? bytes))
            {
                whole.Add(step.NodeIndex, bytes = new byte[result.ByteSize]);
                if (!step.Part!.Value.Schedule.HeldOf(result).IsWindow)
                {
                    AddWhole(result);
                }
            }

            Operator definition = OperatorCatalog.Of(step.Node);
            int offset = (int)(step.Row * RowSlice.RowBytes(result));
            long scratchBytes = definition.ScratchBytes(step.Node);
            calls[step.Node] = AddPart(
                definition, step.Node,
                [.. step.Inputs.Select((at, i) => at < 0 ? null : (Memory<byte>?)Slice(at, step.Node.Input(i)))],
                Slice(step.Outputs[0], step.Node.Output),
                scratchBytes > 0 ? Bytes(step.Scratch, scratchBytes, MemoryPlanner.ScratchName(step.Node)) : default,
                calls.GetValueOrDefault(step.Node),
                new(result, bytes, offset, offset + step.Node.Output.ByteSize == result.ByteSize));
        }

        Memory<byte> Slice(long offset, Tensor rows) => Bytes(offset, rows.ByteSize, rows.Name);
    }

    private Memory<byte> Range(PlannedBuffer buffer, long offset, long size, string name) =>
        Bytes(offset + size <= buffer.Offset + buffer.Size ? offset : -1, size, name);

    private Memory<byte> Bytes(long offset, long size, string name) =>
        offset >= 0 && offset + size <= _arena.Length
            ? _arena.AsMemory((int)offset, (int)size)
            : throw new InvalidOperationException($"the place of '{name}' is too small or outside the arena");
}
