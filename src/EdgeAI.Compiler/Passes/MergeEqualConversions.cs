using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Passes;

/// <summary>Quantize and Dequantize nodes that make the same value of the same operand become one.</summary>
public sealed class MergeEqualConversions : Pass
{
    /// <inheritdoc/>
    public override bool Run(Graph graph)
    {
        bool changed = false;
        var seen = new Dictionary<(Tensor, string, OperatorAttributes, ElementType, QuantizationParameters?), Node>();
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (node.Operator is not ("Quantize" or "Dequantize") || graph.IsOutput(node.Output))
            {
                continue;
            }

            (Tensor, string, OperatorAttributes, ElementType, QuantizationParameters?) key =
                (node.Input(0), node.Operator, node.Attributes, node.Output.Type, node.Output.Quantization);
            if (seen.TryAdd(key, node))
            {
                continue;
            }

            graph.Nodes.Remove(node);
            graph.ReplaceUses(node.Output, seen[key].Output);
            changed = true;
        }

        return changed;
    }
}
