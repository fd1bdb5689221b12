using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Passes;

/// <summary>Lets a Reshape of a Reshape read what the first one reads, and turns a Transpose that moves only axes of extent 1 into a Reshape.</summary>
public sealed class MergeReshapes : Pass
{
    /// <inheritdoc/>
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            Node current = node;
            if (current.Attributes is TransposeAttributes transpose
                && new Permutation(transpose.Permutation).KeepsBytes(current.Input(0).Shape))
            {
                current = graph.Replace(current, "Reshape", new ReshapeAttributes(current.Output.Shape.Extents), current.Input(0));
                changed = true;
            }

            if (current.Operator == "Reshape" && graph.ProducerOf(current.Input(0)) is { Operator: "Reshape" } first)
            {
                current.Inputs[0] = first.Input(0);
                changed = true;
                if (!graph.IsOutput(first.Output) && !graph.Nodes.Any(reader => reader.Inputs.Contains(first.Output)))
                {
                    graph.Nodes.Remove(first);
                }
            }
        }

        return changed;
    }
}
