using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Quantization.Mixed;

/// <summary>
/// The layers whose type is chosen, and the type that this gives every other node.
/// <list type="bullet">
/// <item>A unit is a node that computes and has an integer form: its type is chosen.</item>
/// <item>A node that only moves or compares integers follows: it has the wider type of the units that make its operands, or where the graph's inputs are
/// its operands, that of the first unit behind it.</item>
/// <item>Every other node stays as it is.</item>
/// </list>
/// </summary>
internal sealed class LayerUnits
{
    private readonly MixedCandidates _candidates;
    private readonly Dictionary<string, Node> _narrow;
    private readonly Dictionary<string, Node> _wide;
    private readonly Dictionary<string, Node> _nibbles;
    private readonly Dictionary<(string Name, ElementType Type), QuantizationParameters> _parameters = [];
    private readonly HashSet<Node> _followers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, Node> _makers;
    private readonly ILookup<Tensor, Node> _readers;

    /// <summary>Of candidates whose sensitivities need not be known yet.</summary>
    public LayerUnits(MixedCandidates candidates)
    {
        _candidates = candidates;
        _narrow = IntegerNodes(candidates.Narrow, ElementType.Int8);
        _wide = IntegerNodes(candidates.Wide, ElementType.Int16);
        _nibbles = IntegerNodes(candidates.Nibbles, ElementType.Int8);
        foreach (Tensor tensor in candidates.Narrow.Tensors().Concat(candidates.Wide.Tensors()).Where(tensor => tensor is { IsConstant: false, Quantization: not null }))
        {
            _parameters.TryAdd((QuantizedNames.Original(tensor.Name), tensor.Type), tensor.Quantization!);
        }

        _makers = candidates.Exact.Producers();
        _readers = candidates.Exact.Consumers();
        foreach (Node node in candidates.Exact.Nodes.Where(node => _narrow.ContainsKey(node.Name) || _wide.ContainsKey(node.Name)))
        {
            if (OperatorCatalog.Of(node).Quantization == QuantizationRule.SameAsInput)
            {
                _followers.Add(node);
            }
            else
            {
                Units.Add(node);
            }
        }
    }

    /// <summary>The nodes whose type is chosen, of the float graph, in its order.</summary>
    public List<Node> Units { get; } = [];

    /// <summary>The node of an integer type that stands for a float node, int4 meaning int8 with int4 weights; null where it has no such form.</summary>
    public Node? Form(Node node, ElementType type) => type switch
    {
        ElementType.Int8 => _narrow.GetValueOrDefault(node.Name),
        ElementType.Int16 => _wide.GetValueOrDefault(node.Name),
        ElementType.Int4 => _nibbles.GetValueOrDefault(node.Name),
        _ => null,
    };

    /// <summary>The parameters that a value of the float graph has in a graph of an integer type; null where it is in float there.</summary>
    public QuantizationParameters? ParametersOf(Tensor tensor, ElementType type) => _parameters.GetValueOrDefault((tensor.Name, type));

    /// <summary>The type of every node with an integer form, from those of the units; one without the form wanted is in float.</summary>
    public Dictionary<Node, ElementType> TypesOf(IReadOnlyDictionary<Node, ElementType> ofUnits)
    {
        var types = new Dictionary<Node, ElementType>(ReferenceEqualityComparer.Instance);
        foreach (Node node in _candidates.Exact.Nodes)
        {
            ElementType wanted = ofUnits.TryGetValue(node, out ElementType chosen) ? chosen
                : _followers.Contains(node) ? Followed(node, types, ofUnits) : ElementType.Float32;
            types[node] = Form(node, wanted) is null ? ElementType.Float32 : wanted;
        }

        return types;
    }

    private ElementType Followed(Node node, Dictionary<Node, ElementType> types, IReadOnlyDictionary<Node, ElementType> ofUnits)
    {
        Node[] makers = [.. node.Inputs.OfType<Tensor>().Select(_makers.GetValueOrDefault).OfType<Node>().Where(types.ContainsKey)];
        if (makers.Length > 0)
        {
            return makers.Any(maker => types[maker] == ElementType.Int16) ? ElementType.Int16
                : makers.Any(maker => types[maker] is ElementType.Int8 or ElementType.Int4) ? ElementType.Int8 : ElementType.Float32;
        }

        // Behind the graph's inputs: what is read first decides.
        var open = new Queue<Tensor>(node.Outputs);
        var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        while (open.TryDequeue(out Tensor? tensor))
        {
            foreach (Node reader in _readers[tensor])
            {
                if (ofUnits.TryGetValue(reader, out ElementType type))
                {
                    return type == ElementType.Int4 ? ElementType.Int8 : type;
                }

                foreach (Tensor output in reader.Outputs.Where(seen.Add))
                {
                    open.Enqueue(output);
                }
            }
        }

        return ElementType.Float32;
    }

    private static Dictionary<string, Node> IntegerNodes(Graph graph, ElementType type) => graph.Nodes
        .Where(node => node.Operator is not ("Quantize" or "Dequantize" or "Requantize") && node.Outputs.All(output => output.Type == type && output.Quantization is not null))
        .ToDictionary(node => node.Name, StringComparer.Ordinal);
}
