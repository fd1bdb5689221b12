using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Planning;

/// <summary>What holds for each buffer and tensor by itself: place, size, alignment, time.</summary>
public sealed partial class PlanVerifier
{
    /// <summary>Kernels read bytes by words: what is no multiple of these is no place for a part.</summary>
    private const int WordBytes = 4;

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
}
