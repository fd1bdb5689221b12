using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Planning.Ordering;

/// <summary>Checks an order of nodes against the graph it was made from; shares nothing with <see cref="NodeOrdering"/>.</summary>
public static class OrderVerifier
{
    /// <summary>What is wrong, one sentence each: every node stands once, behind all that it reads, and inputs and outputs are the same.</summary>
    public static IReadOnlyList<string> Verify(Graph graph, Graph ordered)
    {
        var faults = new List<string>();
        if (!graph.Inputs.SequenceEqual(ordered.Inputs) || !graph.Outputs.SequenceEqual(ordered.Outputs))
        {
            faults.Add("the ordered graph has other inputs or outputs");
        }

        var made = graph.Nodes.SelectMany(node => node.Outputs).ToHashSet<Tensor>(ReferenceEqualityComparer.Instance);
        var left = graph.Nodes.ToHashSet<Node>(ReferenceEqualityComparer.Instance);
        foreach (Node node in ordered.Nodes)
        {
            if (!left.Remove(node))
            {
                faults.Add($"node '{node.Name}' stands twice or is not of the graph");
            }

            faults.AddRange(node.Inputs.OfType<Tensor>().Where(made.Contains).Select(operand => $"node '{node.Name}' stands before the one that makes '{operand.Name}'"));
            made.ExceptWith(node.Outputs);
        }

        faults.AddRange(left.Select(node => $"node '{node.Name}' is left out"));
        return faults;
    }
}
