using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Reduction;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// In a graph with Transposes, a reduction that drops its axes keeps them at extent 1 and a Reshape drops them, so that the reduction works in any
/// order of axes.
/// </summary>
public sealed class KeepReducedAxes : Pass
{
    /// <inheritdoc/>
    public override bool Run(Graph graph)
    {
        bool changed = false;
        if (!graph.Nodes.Any(LayoutProblem.IsAlias))
        {
            return changed;
        }

        foreach (Node node in graph.Nodes.ToArray())
        {
            if (node.Attributes is not ReduceAttributes { KeepDimensions: false } reduce || node.Input(0).Shape.Rank < 3)
            {
                continue;
            }

            Tensor result = node.Output;
            Shape kept = new([.. node.Input(0).Shape.Extents.Select((extent, axis) => reduce.Axes.Contains(axis) ? 1 : extent)]);
            var wide = new Tensor(graph.UniqueTensorName($"{result.Name}_kept"), result.Type, kept) { Quantization = result.Quantization };
            node.Attributes = reduce with { KeepDimensions = true };
            node.Outputs[0] = wide;
            graph.Nodes.Insert(graph.Nodes.IndexOf(node) + 1, new Node(graph.UniqueNodeName(result.Name), "Reshape", new ReshapeAttributes(result.Shape.Extents))
            {
                Source = node.Source,
                Inputs = [wide],
                Outputs = [result],
            });
            changed = true;
        }

        return changed;
    }
}
