using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Planning.Regions;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Planning;

/// <summary>
/// Checks a plan against its graph alone; shares nothing with the planner.
/// <list type="bullet">
/// <item>Every buffer lies inside the arena, is aligned for its tensors, holds each of them whole, and its steps cover their use.</item>
/// <item>The model is run on names instead of numbers (<see cref="ArenaContents"/>): each write puts the names of its bytes on a stretch of the arena and wipes
/// what it covers; each read, and the end for outputs, must find its own bytes whole. Bytes are named by where they were made: views, slices and
/// concatenations only pass them on, wherever a plan has them copied or not.</item>
/// <item>Within a step, results, scratch and operands may not touch, but for the operands an operator may overwrite: in their own place, or from far enough
/// below it (<see cref="Operator.OverlapDistance"/>), and those that stand in their place in the result (<see cref="Operator.PlaceInResult"/>).</item>
/// <item>A buffer of two places is carried from one to the other by a move, which the run of names repeats.</item>
/// <item>Where nodes run row by row, each row has a name of its own, and every call must find the rows that its windows cover.</item>
/// </list>
/// </summary>
public sealed partial class PlanVerifier
{
    private readonly Graph _graph;
    private readonly InstructionSet _instructionSet;
    private readonly MemoryPlan _plan;
    private readonly List<string> _faults = [];
    private readonly Dictionary<string, List<PlannedBuffer>> _buffersOfTensor = new(StringComparer.Ordinal);
    private readonly Dictionary<Tensor, Tensor> _sameBytes = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, MadeBytes[]> _bytes = new(ReferenceEqualityComparer.Instance);
    private readonly ArenaContents _contents = new();
    private int _step;

    private PlanVerifier(Graph graph, MemoryPlan plan, InstructionSet instructionSet)
    {
        _instructionSet = instructionSet;
        _graph = graph;
        _plan = plan;
    }

    /// <summary>What is wrong, one sentence each; empty for a sound plan.</summary>
    public static IReadOnlyList<string> Verify(
        Graph graph, MemoryPlan plan, InstructionSet instructionSet = InstructionSet.Portable)
    {
        var verifier = new PlanVerifier(graph, plan, instructionSet);
        verifier.CheckStreams();
        verifier.CheckBuffers();
        verifier.CheckTensors();
        verifier.CheckBound();
        verifier._faults.AddRange(RegionVerifier.Verify(plan).Concat(PlannedWeightCopy.Faults(plan)));
        if (verifier._faults.Count == 0)
        {
            verifier.Run();
        }

        return verifier._faults;
    }

    private int LastStep => Math.Max(0, _graph.Nodes.Count - 1);

    private PlannedBuffer? BufferAt(Tensor tensor, int step) =>
        _buffersOfTensor.GetValueOrDefault(tensor.Name)?.Find(buffer => buffer.FirstStep <= step && step <= buffer.LastStep);

    private void Run()
    {
        foreach (Tensor input in _graph.Inputs)
        {
            if (_contents.Touches(At(input).Start, input.ByteSize))
            {
                _faults.Add($"input '{input.Name}' lies on another input");
            }

            Write(input);
        }

        Tensor[] states = [.. _graph.Nodes.Where(node => OperatorCatalog.Of(node).StateUse == StateUse.Holds).Select(node => node.Output)];
        foreach (Tensor state in states)
        {
            if (At(state).End > _plan.StateBytes || _contents.Touches(At(state).Start, state.ByteSize))
            {
                _faults.Add($"the state '{state.Name}' lies outside the {_plan.StateBytes} bytes that last, or on another value");
            }

            Write(state);
        }

        var stored = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        foreach (Node node in _graph.Nodes)
        {
            if (_plan.Streams.FirstOrDefault(stream => stream.Contains(_step)) is { } stream)
            {
                if (stream.FirstStep == _step)
                {
                    RunStream(stream);
                }

                _step++;
                continue;
            }

            foreach (PlannedMove move in _plan.Moves.Where(move => move.Step == _step))
            {
                _contents.Carry(new(move.From, move.To, move.Size));
            }

            foreach (Tensor operand in node.Inputs.OfType<Tensor>())
            {
                Expect(operand, $"node '{node.Name}' reads");
            }

            Operator definition = OperatorCatalog.Of(node);
            if (definition.IsView(node))
            {
                Tensor view = node.Output;
                if (!ValueOf(view).IsConstant && At(view).Start != At(node.Input(0)).Start)
                {
                    _faults.Add($"'{view.Name}' is a view and lies elsewhere than '{node.Input(0).Name}'");
                }

                _step++;
                continue;
            }

            if (definition.StateUse != StateUse.None)
            {
                if (At(node.Output).Start != At(definition.StateUse == StateUse.Stores ? node.Input(0) : node.Output).Start)
                {
                    _faults.Add($"'{node.Output.Name}' is stored elsewhere than in its state");
                }

                if (definition.StateUse == StateUse.Stores)
                {
                    Write(node.Output);
                    stored[ValueOf(node.Output)] = node.Output;
                }

                _step++;
                continue;
            }

            if (!StandsInOperand(node, definition))
            {
                CheckStep(node, definition);
                foreach (Tensor result in node.Outputs)
                {
                    Write(result);
                }
            }

            _step++;
        }

        _step = LastStep;
        foreach (Tensor output in _graph.Outputs)
        {
            Expect(output, "the caller reads");
        }

        foreach (Tensor state in states)
        {
            Expect(stored.GetValueOrDefault(state, state), "the next run reads");
        }
    }

    private void CheckStep(Node node, Operator definition)
    {
        var taken = new List<(Stretch Place, string Name)>();
        long scratchBytes = definition.ScratchBytes(node, _instructionSet);
        if (scratchBytes > 0)
        {
            PlannedBuffer? scratch = _plan.Buffers.FirstOrDefault(
                buffer => buffer.Tensors.IsEmpty && buffer.Name == $"scratch of {node.Name}");
            if (scratch is null || scratch.Size < scratchBytes || scratch.Offset % 16 != 0)
            {
                _faults.Add($"node '{node.Name}' has no {scratchBytes} bytes of scratch at a multiple of 16");
                return;
            }

            taken.Add((new(scratch.Offset, scratch.Offset + scratch.Size), "scratch"));
        }

        int results = taken.Count;
        taken.AddRange(node.Outputs.Select(result => (At(result), $"'{result.Name}'")));
        for (int i = 0; i < taken.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (taken[i].Place.Touches(taken[j].Place))
                {
                    _faults.Add($"node '{node.Name}' writes {taken[j].Name} and {taken[i].Name} to one place");
                }
            }

            for (int j = 0; j < node.Inputs.Count; j++)
            {
                if (node.Inputs[j] is not { } operand || ValueOf(operand).IsConstant || !taken[i].Place.Touches(At(operand)))
                {
                    continue;
                }

                long below = At(operand).Start - taken[i].Place.Start;
                bool allowed = i == results
                    && ((below == 0 && operand.ByteSize == node.Output.ByteSize && definition.InPlaceInputs(node, _instructionSet).Contains(j))
                        || (definition.OverlapDistance(node, j, _instructionSet) is { } distance && below >= distance)
                        || LeavesAlone(node, definition, At(operand)));
                if (!allowed)
                {
                    _faults.Add($"node '{node.Name}' writes {taken[i].Name} over its operand '{operand.Name}'");
                }
            }
        }

        if (scratchBytes > 0)
        {
            _contents.Clear(taken[0].Place.Start, taken[0].Place.End - taken[0].Place.Start);
        }
    }

    private Tensor ValueOf(Tensor tensor) => _sameBytes.GetValueOrDefault(tensor, tensor);

    private Stretch At(Tensor tensor)
    {
        List<PlannedBuffer> places = _buffersOfTensor[tensor.Name];
        long start = (places.Find(buffer => buffer.FirstStep <= _step && _step <= buffer.LastStep) ?? places[0]).PlaceOf(tensor.Name);
        return new(start, start + tensor.ByteSize);
    }

    private void Write(Tensor tensor) => _contents.Write(At(tensor).Start, BytesOf(tensor));

    private void Expect(Tensor tensor, string who)
    {
        if (!ValueOf(tensor).IsConstant && !_contents.Holds(At(tensor).Start, BytesOf(tensor)))
        {
            _faults.Add($"{who} '{tensor.Name}', which has been overwritten");
        }
    }

    /// <summary>A part of the arena.</summary>
    private readonly record struct Stretch(long Start, long End)
    {
        public bool Touches(Stretch other) => Start < other.End && other.Start < End;
    }
}
