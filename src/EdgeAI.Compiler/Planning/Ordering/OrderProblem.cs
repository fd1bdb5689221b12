using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Planning.Parts;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Planning.Ordering;

/// <summary>
/// What an order of a graph's nodes costs: the bytes alive at a node. A value is alive from its node, an input from the start, to its last reader, an
/// output to the end; views are their operand, and parts their whole, which is alive from the node that makes the first of them; a node adds its scratch memory, and its result saves what it can share with an operand that nothing
/// reads later (<see cref="Operator.InPlaceInputs(Node, InstructionSet)"/>, <see cref="Operator.OverlapDistance"/>).
/// </summary>
internal sealed class OrderProblem
{
    private readonly TensorPlaces _places;
    private readonly Dictionary<Tensor, int> _values = new(ReferenceEqualityComparer.Instance);
    private readonly List<long> _sizes = [];
    private readonly List<bool> _lasting = [];
    private readonly List<bool> _given = [];
    private readonly List<List<int>> _users = [];
    private readonly List<List<int>> _makers = [];

    public OrderProblem(Graph graph, InstructionSet instructionSet, IEnumerable<PartLink> parts)
    {
        _places = new(new(graph), parts);
        foreach (Tensor input in graph.Inputs)
        {
            AddValue(input);
            int value = ValueOf(input)!.Value;
            bool isUsed = graph.Nodes.Any(node => node.Inputs.Contains(input)) || graph.Outputs.Contains(input);
            if (isUsed && !_given[value])
            {
                _given[value] = true;
                StartBytes += _sizes[value];
            }
        }

        foreach (Tensor output in graph.Nodes.SelectMany(node => node.Outputs))
        {
            AddValue(output);
        }

        foreach (Tensor output in graph.Outputs)
        {
            if (ValueOf(output) is { } value)
            {
                _lasting[value] = true;
            }
        }

        Nodes = new NodeCost[graph.Nodes.Count];
        for (int i = 0; i < Nodes.Length; i++)
        {
            Node node = graph.Nodes[i];
            int[] read = [.. node.Inputs.OfType<Tensor>().Select(ValueOf).OfType<int>().Distinct()];
            int[] made = [.. TensorPlaces.IsView(node) ? [] : node.Outputs.Select(ValueOf).OfType<int>().Distinct()];
            foreach (int value in read.Union(made))
            {
                _users[value].Add(i);
            }

            foreach (int value in made)
            {
                _makers[value].Add(i);
            }

            Nodes[i] = new(
                [.. read.Union(made)], made,
                TensorPlaces.IsView(node) ? 0 : OperatorCatalog.Of(node).ScratchBytes(node, instructionSet),
                [.. TensorPlaces.IsView(node) ? [] : Shares(node, instructionSet)]);
        }

        (Needs, After) = FindDependences(graph);
    }

    /// <summary>The nodes in the file's order.</summary>
    public NodeCost[] Nodes { get; }

    /// <summary>The nodes that each needs before it, once each.</summary>
    public int[][] Needs { get; }

    /// <summary>The nodes that need each, once each.</summary>
    public int[][] After { get; }

    /// <summary>Bytes alive before the first node.</summary>
    public long StartBytes { get; }

    /// <summary>Bytes alive while a node runs, and after it, when the nodes of a set ran before it and left some bytes alive.</summary>
    public (long During, long After) BytesOf(int node, ReadOnlySpan<ulong> ran, long aliveBytes)
    {
        NodeCost cost = Nodes[node];
        long made = 0;
        foreach (int value in cost.Made)
        {
            made += StartsAt(value, node, ran) ? _sizes[value] : 0;
        }

        long shared = 0;
        foreach ((int value, long bytes) in cost.Shares)
        {
            if (bytes > shared && made > 0 && EndsAt(value, node, ran))
            {
                shared = bytes;
            }
        }

        long freed = 0;
        foreach (int value in cost.Values)
        {
            freed += EndsAt(value, node, ran) ? _sizes[value] : 0;
        }

        return (aliveBytes + made + cost.ScratchBytes - shared, aliveBytes + made - freed);
    }

    /// <summary>Bytes that a node makes at most.</summary>
    public long MostMadeBytes(int node) => Nodes[node].Made.Sum(value => _sizes[value]);

    /// <summary>Whether a node is the first to make some of a value.</summary>
    private bool StartsAt(int value, int node, ReadOnlySpan<ulong> ran)
    {
        if (_given[value])
        {
            return false;
        }

        foreach (int maker in _makers[value])
        {
            if (maker != node && (ran[maker >> 6] >> (maker & 63) & 1) != 0)
            {
                return false;
            }
        }

        return true;
    }

    private bool EndsAt(int value, int node, ReadOnlySpan<ulong> ran)
    {
        if (_lasting[value])
        {
            return false;
        }

        foreach (int user in _users[value])
        {
            if (user != node && (ran[user >> 6] >> (user & 63) & 1) == 0)
            {
                return false;
            }
        }

        return true;
    }

    private void AddValue(Tensor tensor)
    {
        Tensor root = _places.RootOf(tensor);
        if (!root.IsConstant && _values.TryAdd(root, _sizes.Count))
        {
            _sizes.Add(root.ByteSize);
            _lasting.Add(false);
            _given.Add(false);
            _users.Add([]);
            _makers.Add([]);
        }
    }

    private int? ValueOf(Tensor tensor) => _values.TryGetValue(_places.RootOf(tensor), out int value) ? value : null;

    private IEnumerable<(int Value, long Bytes)> Shares(Node node, InstructionSet instructionSet)
    {
        Operator definition = OperatorCatalog.Of(node);
        int[] inPlace = [.. definition.InPlaceInputs(node, instructionSet)];
        if (node.Outputs.Count == 0 || ValueOf(node.Output) is not { } result || _sizes[result] == 0)
        {
            yield break;
        }

        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (node.Inputs[i] is not { } operand || ValueOf(operand) is not { } value || value == result || _lasting[value])
            {
                continue;
            }

            int[] readings = [.. Enumerable.Range(0, node.Inputs.Count).Where(j => node.Inputs[j] is { } other && ValueOf(other) == value)];
            if (_sizes[value] == _sizes[result] && node.Output.ByteSize == _sizes[result]
                && readings.All(j => inPlace.Contains(j) && node.Input(j).ByteSize == _sizes[value]))
            {
                yield return (value, _sizes[result]);
            }
            else if (node.Outputs.Count == 1 && readings.Length == 1 && definition.OverlapDistance(node, i, instructionSet) is { } distance)
            {
                // How far the result's root must be below the operand's.
                long apart = Math.Max(0, distance + _places.PlaceOf(node.Output).Offset - _places.PlaceOf(operand).Offset);
                yield return (value, Math.Max(0, Math.Min(Math.Min(_sizes[result], _sizes[value]), _sizes[result] - apart)));
            }
        }
    }

    private static (int[][] Needs, int[][] After) FindDependences(Graph graph)
    {
        var producers = new Dictionary<Tensor, int>(ReferenceEqualityComparer.Instance);
        var after = new SortedSet<int>[graph.Nodes.Count];
        var needs = new SortedSet<int>[graph.Nodes.Count];
        for (int i = 0; i < after.Length; i++)
        {
            (needs[i], after[i]) = ([], []);
            foreach (Tensor operand in graph.Nodes[i].Inputs.OfType<Tensor>())
            {
                if (producers.TryGetValue(operand, out int producer))
                {
                    needs[i].Add(producer);
                    after[producer].Add(i);
                }
            }

            foreach (Tensor result in graph.Nodes[i].Outputs)
            {
                producers[result] = i;
            }
        }

        return ([.. needs.Select(set => set.ToArray())], [.. after.Select(set => set.ToArray())]);
    }
}

/// <summary>What one node costs.</summary>
/// <param name="Values">The values it makes and reads.</param>
/// <param name="Made">Those it makes, or some of their bytes.</param>
/// <param name="ScratchBytes">Bytes of its working memory.</param>
/// <param name="Shares">Operands, and how many bytes the result can share with each where nothing uses it later.</param>
internal sealed record NodeCost(int[] Values, int[] Made, long ScratchBytes, (int Value, long Bytes)[] Shares);
