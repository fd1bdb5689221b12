using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Passes;

/// <summary>A Dequantize of constant integers that no quantized operator took becomes a float constant.</summary>
public sealed class FoldDequantizedConstants : Pass
{
    /// <inheritdoc/>
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (node.Operator == "Dequantize" && node.Input(0).IsConstant && !graph.IsOutput(node.Output))
            {
                (Tensor output, byte[] bytes) = FoldConstants.Compute(node).Single();
                graph.Nodes.Remove(node);
                graph.ReplaceUses(output, new Tensor(output.Name, output.Type, output.Shape) { Constant = bytes });
                changed = true;
            }
        }

        return changed;
    }
}
