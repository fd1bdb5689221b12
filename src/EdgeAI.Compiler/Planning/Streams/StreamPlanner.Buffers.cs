using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Planning.Streams;

/// <summary>Which buffers there are, and when they are used.</summary>
internal sealed partial class StreamPlanner
{
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
}
