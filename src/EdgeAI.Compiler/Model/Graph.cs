namespace EdgeAI.Compiler.Model;

/// <summary>
/// A model: nodes in an order in which each follows those it reads from. Changed by passes, checked by <see cref="GraphVerifier"/>.
/// The order of <see cref="Inputs"/> and <see cref="Outputs"/> is that of the source file's main graph.
/// </summary>
public sealed class Graph
{
    /// <summary>The name under which the model is built.</summary>
    public string Name { get; set; } = "model";

    /// <summary>Values fed at each run; no constants.</summary>
    public IList<Tensor> Inputs { get; init; } = [];

    /// <summary>Values returned by each run. May name an input, a constant, or one tensor twice.</summary>
    public IList<Tensor> Outputs { get; init; } = [];

    /// <summary>Operations in execution order.</summary>
    public IList<Node> Nodes { get; init; } = [];

    /// <summary>Every tensor once: inputs, then in order of first appearance in nodes, then outputs.</summary>
    public IEnumerable<Tensor> Tensors()
    {
        var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        foreach (Tensor? tensor in Inputs.Concat(Nodes.SelectMany(node => node.Inputs.Concat(node.Outputs))).Concat(Outputs))
        {
            if (tensor is not null && seen.Add(tensor))
            {
                yield return tensor;
            }
        }
    }

    /// <summary>Which node makes each tensor; inputs and constants are absent. Computed at the call.</summary>
    public Dictionary<Tensor, Node> Producers()
    {
        var producers = new Dictionary<Tensor, Node>(ReferenceEqualityComparer.Instance);
        foreach (Node node in Nodes)
        {
            foreach (Tensor output in node.Outputs)
            {
                producers[output] = node;
            }
        }

        return producers;
    }

    /// <summary>Which nodes read each tensor, in execution order, one entry for each reading. Computed at the call.</summary>
    public ILookup<Tensor, Node> Consumers() =>
        Nodes.SelectMany(node => node.Inputs.OfType<Tensor>().Select(tensor => (tensor, node)))
            .ToLookup(pair => pair.tensor, pair => pair.node, (IEqualityComparer<Tensor>)ReferenceEqualityComparer.Instance);

    /// <summary>Makes every reader of <paramref name="old"/>, the graph's outputs included, read <paramref name="replacement"/>.</summary>
    public void ReplaceUses(Tensor old, Tensor replacement)
    {
        foreach (Node node in Nodes)
        {
            for (int i = 0; i < node.Inputs.Count; i++)
            {
                if (ReferenceEquals(node.Inputs[i], old))
                {
                    node.Inputs[i] = replacement;
                }
            }
        }

        for (int i = 0; i < Outputs.Count; i++)
        {
            if (ReferenceEquals(Outputs[i], old))
            {
                Outputs[i] = replacement;
            }
        }
    }

    /// <summary>A name no tensor of the graph has: the given one, or the given one with the first free number behind it.</summary>
    public string UniqueTensorName(string wanted) => Unique(wanted, Tensors().Select(tensor => tensor.Name));

    /// <summary>A name no node of the graph has.</summary>
    public string UniqueNodeName(string wanted) => Unique(wanted, Nodes.Select(node => node.Name));

    private static string Unique(string wanted, IEnumerable<string> taken)
    {
        var names = taken.ToHashSet(StringComparer.Ordinal);
        string name = wanted;
        for (int number = 1; names.Contains(name); number++)
        {
            name = $"{wanted}_{number}";
        }

        return name;
    }
}
