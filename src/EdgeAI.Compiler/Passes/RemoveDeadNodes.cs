using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Passes;

/// <summary>Takes out nodes whose results nobody reads, but for those that store a state.</summary>
public sealed class RemoveDeadNodes : Pass
{
    /// <inheritdoc/>
    public override bool Run(Graph graph)
    {
        var needed = new HashSet<Tensor>(graph.Outputs, ReferenceEqualityComparer.Instance);
        bool changed = false;
        for (int i = graph.Nodes.Count - 1; i >= 0; i--)
        {
            Node node = graph.Nodes[i];
            if (OperatorCatalog.Of(node).StateUse == StateUse.Stores || node.Outputs.Any(needed.Contains))
            {
                needed.UnionWith(node.Inputs.OfType<Tensor>());
            }
            else
            {
                graph.Nodes.RemoveAt(i);
                changed = true;
            }
        }

        return changed;
    }
}
