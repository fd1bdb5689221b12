using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// A Transpose or Reshape of dequantized integers is applied to the integers: it moves fewer bytes, and Dequantize comes to stand next to the
/// operator that reads it. Dequantized constants are <see cref="MoveConstantsOutOfDequantize"/>'s.
/// </summary>
public sealed class MoveDequantizeDown : Pass
{
    /// <inheritdoc/>
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (node.Operator is not ("Transpose" or "Reshape")
                || graph.ProducerOf(node.Input(0)) is not { Operator: "Dequantize" } dequantize
                || dequantize.Input(0) is not { IsConstant: false, Quantization.IsPerChannel: false } integers)
            {
                continue;
            }

            Tensor result = node.Output;
            var moved = new Tensor(graph.UniqueTensorName($"{result.Name}_integers"), integers.Type, result.Shape)
            {
                Quantization = integers.Quantization,
            };
            node.Inputs[0] = integers;
            node.Outputs[0] = moved;
            graph.Nodes.Insert(graph.Nodes.IndexOf(node) + 1, new Node(graph.UniqueNodeName(dequantize.Name), "Dequantize", NoAttributes.Instance)
            {
                Source = dequantize.Source,
                Inputs = [moved],
                Outputs = [result],
            });
            if (!graph.IsOutput(dequantize.Output) && !graph.Nodes.Any(reader => reader.Inputs.Contains(dequantize.Output)))
            {
                graph.Nodes.Remove(dequantize);
            }

            changed = true;
        }

        return changed;
    }
}
