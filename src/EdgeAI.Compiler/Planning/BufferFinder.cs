using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Planning.Parts;

namespace EdgeAI.Compiler.Planning;

/// <summary>
/// The buffers of a graph, before they have offsets.
/// <list type="bullet">
/// <item>Step i is node i. Inputs are taken from step 0, outputs up to the last step, every other value from the step that makes it to
/// the last that reads it. Views have no buffer of their own; constants and views of constants have none at all.</item>
/// <item>Parts stand in the buffer of their whole, which is taken from the step that makes the first of them to the last that reads one.</item>
/// <item>The result of a node takes over the buffer of an operand where the operator allows it (<see cref="Operator.InPlaceInputs(Node, Targets.InstructionSet)"/>),
/// both fill it and nothing else in that buffer is read later or given out.</item>
/// <item>Scratch memory is a buffer of its step alone.</item>
/// </list>
/// </summary>
internal sealed class BufferFinder
{
    private readonly Graph _graph;
    private readonly KernelNeeds _needs;
    private readonly TensorPlaces _places;
    private readonly Dictionary<Tensor, Value> _values = new(ReferenceEqualityComparer.Instance);
    private readonly List<Value> _buffers = [];
    private readonly HashSet<Value> _lasting = [];

    private BufferFinder(Graph graph, TensorPlaces places, KernelNeeds needs)
    {
        (_graph, _places, _needs) = (graph, places, needs);
    }

    /// <summary>The buffers in order of first step, then of name, all at offset 0.</summary>
    public static PlannedBuffer[] Find(Graph graph, TensorPlaces views, IEnumerable<PartLink> parts, KernelNeeds needs)
    {
        var finder = new BufferFinder(graph, new(views, parts), needs);
        finder.FindValues();
        finder.ShareInPlace();
        finder.AddScratch();
        return
        [
            .. finder._buffers.OrderBy(value => value.FirstStep).ThenBy(value => value.Name, StringComparer.Ordinal).Select(value => new PlannedBuffer(
                value.Name, 0, value.SizeBytes, value.FirstStep, value.LastStep, [.. value.Tensors.Select(tensor => tensor.Name)], value.Alignment)
            {
                Parts = [.. value.Tensors.Where(tensor => tensor.Offset > 0).Select(tensor => new PlannedPart(tensor.Name, tensor.Offset))],
            }),
        ];
    }

    private void FindValues()
    {
        int last = Math.Max(0, _graph.Nodes.Count - 1);
        foreach (Tensor state in _graph.Nodes.Where(node => OperatorCatalog.Of(node).StateUse == StateUse.Holds).Select(node => node.Output))
        {
            Touch(state, 0);
            Touch(state, last);
            _lasting.Add(_values[state]);
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
            if (Touch(output, last) is { } value)
            {
                _lasting.Add(value);
            }
        }
    }

    private Value? Touch(Tensor tensor, int step)
    {
        (Tensor root, long offset) = _places.PlaceOf(tensor);
        if (root.IsConstant)
        {
            return null;
        }

        if (!_values.TryGetValue(root, out Value? value))
        {
            value = new(root.Name, step, root.ByteSize);
            value.Roots.Add(root);
            _values.Add(root, value);
            _buffers.Add(value);
        }

        value.LastStep = Math.Max(value.LastStep, step);
        if (value.Names.Add(tensor.Name))
        {
            value.Tensors.Add((tensor.Name, offset));
            value.Alignment = Math.Max(value.Alignment, MemoryPlanner.AlignmentOf(tensor.Type));
        }

        return value;
    }

    private Value? ValueOf(Tensor? tensor) => tensor is null ? null : _values.GetValueOrDefault(_places.RootOf(tensor));

    private void ShareInPlace()
    {
        for (int step = 0; step < _graph.Nodes.Count; step++)
        {
            Node node = _graph.Nodes[step];
            int[] allowed = node.Outputs.Count == 0 ? [] : _needs.InPlaceInputs(node);
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
        Tensor? operand = node.OptionalInput(index);
        Value? value = ValueOf(operand);
        Value? result = ValueOf(node.Output);
        if (value is null || result is null || value == result || value.LastStep > step || result.FirstStep < step || _lasting.Contains(value)
            || value.SizeBytes == 0 || !Fills(operand!, value) || !Fills(node.Output, result) || result.SizeBytes != value.SizeBytes)
        {
            return false;
        }

        // The same bytes read through another operand must allow it too.
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (ValueOf(node.Inputs[i]) == value && (!allowed.Contains(i) || !Fills(node.Input(i), value)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Fills(Tensor tensor, Value value) => tensor.ByteSize == value.SizeBytes;

    private void TakeOver(Tensor result, Tensor operand)
    {
        Value taken = ValueOf(operand)!;
        Value merged = ValueOf(result)!;
        taken.LastStep = Math.Max(taken.LastStep, merged.LastStep);
        taken.Alignment = Math.Max(taken.Alignment, merged.Alignment);
        taken.Tensors.AddRange(merged.Tensors);
        taken.Names.UnionWith(merged.Names);
        _buffers.Remove(merged);
        if (_lasting.Remove(merged))
        {
            _lasting.Add(taken);
        }

        foreach (Tensor root in merged.Roots)
        {
            _values[root] = taken;
        }

        taken.Roots.AddRange(merged.Roots);
    }

    private void AddScratch()
    {
        for (int step = 0; step < _graph.Nodes.Count; step++)
        {
            Node node = _graph.Nodes[step];
            if (_needs.ScratchBytes(node) is > 0 and var bytes)
            {
                _buffers.Add(new(MemoryPlanner.ScratchName(node), step, bytes) { Alignment = MemoryPlanner.ArenaAlignment });
            }
        }
    }

    private sealed class Value(string name, int step, long sizeBytes)
    {
        public string Name { get; } = name;

        public int FirstStep { get; } = step;

        public int LastStep { get; set; } = step;

        public long SizeBytes { get; } = sizeBytes;

        public int Alignment { get; set; } = MemoryPlanner.BufferAlignment;

        public List<(string Name, long Offset)> Tensors { get; } = [];

        public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

        public List<Tensor> Roots { get; } = [];
    }
}
