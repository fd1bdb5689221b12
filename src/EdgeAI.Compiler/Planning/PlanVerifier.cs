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

    /// <summary>Kernels read bytes by words: what is no multiple of these is no place for a part.</summary>
    private const int WordBytes = 4;

    private int LastStep => Math.Max(0, _graph.Nodes.Count - 1);

    private void CheckBuffers()
    {
        if (_plan.ArenaBytes < 0 || _plan.StateBytes < 0 || _plan.StateBytes > _plan.ArenaBytes)
        {
            _faults.Add($"an arena of {_plan.ArenaBytes} bytes with {_plan.StateBytes} of state is impossible");
        }

        foreach (PlannedBuffer buffer in _plan.Buffers)
        {
            if (buffer.Offset < 0 || buffer.Size < 0 || buffer.Size > _plan.ArenaBytes || buffer.Offset > _plan.ArenaBytes - buffer.Size)
            {
                _faults.Add($"buffer '{buffer.Name}' at {buffer.Offset} with {buffer.Size} bytes leaves the arena of {_plan.ArenaBytes}");
            }

            if (buffer.Alignment <= 0 || buffer.Offset % buffer.Alignment != 0)
            {
                _faults.Add($"buffer '{buffer.Name}' at {buffer.Offset} is not aligned to {buffer.Alignment}");
            }

            if (buffer.FirstStep < 0 || buffer.FirstStep > buffer.LastStep || buffer.LastStep > LastStep)
            {
                _faults.Add($"buffer '{buffer.Name}' is taken from step {buffer.FirstStep} to {buffer.LastStep} of {LastStep}");
            }

            foreach (string tensor in buffer.Tensors)
            {
                if (!_buffersOfTensor.TryGetValue(tensor, out List<PlannedBuffer>? places))
                {
                    _buffersOfTensor.Add(tensor, places = []);
                }

                if (places.Count > 0 && !IsMoved(places[^1], buffer))
                {
                    _faults.Add($"tensor '{tensor}' lives in two buffers");
                }

                places.Add(buffer);
            }

            foreach (PlannedPart part in buffer.Parts.Where(part => part.Offset < 0 || !buffer.Tensors.Contains(part.Tensor)))
            {
                _faults.Add($"'{part.Tensor}' at {part.Offset} is no part of buffer '{buffer.Name}'");
            }
        }

        // Buffers of one step may not touch, whatever they hold.
        for (int i = 0; i < _plan.Buffers.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                PlannedBuffer a = _plan.Buffers[i];
                PlannedBuffer b = _plan.Buffers[j];
                if (a.FirstStep <= b.LastStep && b.FirstStep <= a.LastStep && !Meet(a, b) && !Meet(b, a) && !MeetInStream(a, b) && a.Size > 0 && b.Size > 0
                    && a.Offset < b.Offset + b.Size && b.Offset < a.Offset + a.Size)
                {
                    _faults.Add($"buffers '{a.Name}' and '{b.Name}' overlap at step {Math.Max(a.FirstStep, b.FirstStep)}");
                }
            }
        }
    }

    private bool IsMoved(PlannedBuffer before, PlannedBuffer after) =>
        before.LastStep + 1 == after.FirstStep && before.Size == after.Size && before.Tensors.SequenceEqual(after.Tensors) && before.Parts.SequenceEqual(after.Parts)
        && _plan.Moves.Contains(new(after.FirstStep, after.Name, before.Offset, after.Offset, after.Size));

    /// <summary>Whether two buffers are taken together in one step alone, whose node reads the one and makes the other: the run decides.</summary>
    private bool Meet(PlannedBuffer read, PlannedBuffer made) =>
        read.LastStep == made.FirstStep && made.FirstStep < _graph.Nodes.Count
        && _graph.Nodes[made.FirstStep].Inputs.Any(tensor => tensor is not null && read.Tensors.Contains(tensor.Name))
        && _graph.Nodes[made.FirstStep].Outputs.Any(tensor => made.Tensors.Contains(tensor.Name));

    private void CheckTensors()
    {
        foreach (Node node in _graph.Nodes.Where(node => OperatorCatalog.Of(node).IsView(node) || OperatorCatalog.Of(node).StateUse == StateUse.Stores))
        {
            Tensor source = node.Input(0);
            _sameBytes[node.Output] = _sameBytes.GetValueOrDefault(source, source);
        }

        foreach (Node node in _graph.Nodes)
        {
            NameBytes(node);
        }

        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (Tensor tensor in _graph.Tensors())
        {
            known.Add(tensor.Name);
            if (ValueOf(tensor).IsConstant)
            {
                continue;
            }

            if (!_buffersOfTensor.TryGetValue(tensor.Name, out List<PlannedBuffer>? places))
            {
                _faults.Add($"tensor '{tensor.Name}' has no buffer");
                continue;
            }

            foreach (PlannedBuffer buffer in places)
            {
                CheckSize(tensor, buffer);
            }

            CheckLifetime(tensor, places);
        }

        foreach (string name in _buffersOfTensor.Keys.Where(name => !known.Contains(name)).Order(StringComparer.Ordinal))
        {
            _faults.Add($"the graph has no tensor '{name}'");
        }
    }

    private void CheckSize(Tensor tensor, PlannedBuffer buffer)
    {
        long place = buffer.PlaceOf(tensor.Name);
        if (buffer.Offset + buffer.Size - place < tensor.ByteSize && (place > buffer.Offset || !IsWindow(tensor)))
        {
            _faults.Add($"buffer '{buffer.Name}' with {buffer.Size} bytes is too small for '{tensor}' with {tensor.ByteSize} behind {place - buffer.Offset}");
        }

        if (place % tensor.Type.ByteSize() != 0 || (place - buffer.Offset) % WordBytes != 0)
        {
            _faults.Add($"'{tensor}' at {place} is not aligned to its elements or, as a part, to words");
        }
    }

    private void CheckLifetime(Tensor tensor, List<PlannedBuffer> places)
    {
        int first = int.MaxValue;
        int last = -1;
        void Use(int step)
        {
            first = Math.Min(first, step);
            last = Math.Max(last, step);
        }

        if (_graph.Inputs.Contains(tensor))
        {
            Use(0);
        }

        for (int step = 0; step < _graph.Nodes.Count; step++)
        {
            if (_graph.Nodes[step].Inputs.Contains(tensor) || _graph.Nodes[step].Outputs.Contains(tensor))
            {
                Use(step);
            }
        }

        if (_graph.Outputs.Contains(tensor))
        {
            Use(LastStep);
        }

        if (first < places[0].FirstStep || last > places[^1].LastStep)
        {
            _faults.Add($"'{tensor.Name}' is used from step {first} to {last}, its buffer is taken from {places[0].FirstStep} to {places[^1].LastStep}");
        }
    }

    private void CheckBound()
    {
        if (!_plan.Streams.IsEmpty)
        {
            if (_plan.Optimal)
            {
                _faults.Add("an arena with streams is marked as the smallest, which is not proven");
            }

            return;
        }

        long largest = 0;
        long largestOverlapped = 0;
        for (int step = 0; step <= LastStep; step++)
        {
            long load = _plan.Buffers.Where(b => b.FirstStep <= step && step <= b.LastStep).Sum(b => b.Size);
            largest = Math.Max(largest, load);
            largestOverlapped = Math.Max(largestOverlapped, load - SharedAt(step));
        }

        long bound = _plan.OverlapBoundBytes ?? _plan.LowerBoundBytes;
        if (_plan.LowerBoundBytes < largest || bound > _plan.ArenaBytes || bound < largestOverlapped)
        {
            _faults.Add($"the lower bound of {bound} is not between the largest load, {(_plan.OverlapBoundBytes is null ? largest : largestOverlapped)}, and the arena, {_plan.ArenaBytes}");
        }

        if (_plan.Optimal != (bound == _plan.ArenaBytes))
        {
            _faults.Add($"an arena of {_plan.ArenaBytes} over a bound of {bound} is {(_plan.Optimal ? "" : "not ")}marked as the smallest");
        }
    }

    /// <summary>The most bytes a step's result can share with an operand.</summary>
    private long SharedAt(int step)
    {
        if (step >= _graph.Nodes.Count || _plan.OverlapBoundBytes is null)
        {
            return 0;
        }

        Node node = _graph.Nodes[step];
        PlannedBuffer? result = node.Outputs.Count == 1 ? BufferAt(node.Output, step) : null;
        return Enumerable.Range(0, node.Inputs.Count).Select(i =>
        {
            if (result is null || node.Inputs[i] is not { IsConstant: false } input || BufferAt(input, step) is not { } operand
                || OperatorCatalog.Of(node).OverlapDistance(node, i, _instructionSet) is not { } distance)
            {
                return 0;
            }

            // How far the buffer of the result must be below that of the operand.
            distance += result.PlaceOf(node.Output.Name) - result.Offset - operand.PlaceOf(input.Name) + operand.Offset;
            return Math.Max(0, Math.Min(result.Size - Math.Max(0, distance), Math.Min(result.Size, operand.Size)));
        }).Append(0).Max();
    }

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
