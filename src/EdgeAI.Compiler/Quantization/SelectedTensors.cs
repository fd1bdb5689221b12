using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization;

/// <summary>The tensors that reach the outputs only as a value from which a Select chooses, whatever stands between: results of branches that both run.</summary>
internal static class SelectedTensors
{
    /// <summary>They, of a graph whose nodes are in the order in which they run.</summary>
    public static IReadOnlySet<Tensor> Of(Graph graph)
    {
        var others = new HashSet<Tensor>(graph.Outputs, ReferenceEqualityComparer.Instance);
        var read = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        foreach (Node node in graph.Nodes.Reverse())
        {
            bool selects = node.Operator == "Select";
            bool reaches = node.Outputs.Any(output => others.Contains(output) || !read.Contains(output));
            for (int i = 0; i < node.Inputs.Count; i++)
            {
                if (node.Inputs[i] is not { } input)
                {
                    continue;
                }

                read.Add(input);
                if (selects ? i == 0 : reaches)
                {
                    others.Add(input);
                }
            }
        }

        read.ExceptWith(others);
        return read;
    }
}
