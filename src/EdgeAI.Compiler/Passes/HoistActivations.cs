using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// Moves an activation or a Quantize in front of the Transpose or Reshape it reads, when nothing else reads that: it comes to stand behind the
/// operator it can be fused with.
/// </summary>
public sealed class HoistActivations : Pass
{
    /// <inheritdoc/>
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            while ((node.Attributes is ClampAttributes or UnaryAttributes || node is { Operator: "Quantize", Output.Quantization.IsPerChannel: false })
                && graph.OnlyConsumer(node.Input(0)) is not null
                && graph.ProducerOf(node.Input(0)) is { Operator: "Transpose" or "Reshape" } mover
                && !mover.Input(0).IsConstant)
            {
                Tensor result = node.Output;
                Tensor operand = mover.Input(0);
                var activated = new Tensor(graph.UniqueTensorName($"{operand.Name}_activated"), result.Type, operand.Shape)
                {
                    Quantization = result.Quantization,
                };
                node.Inputs[0] = operand;
                node.Outputs[0] = activated;
                mover.Inputs[0] = activated;
                mover.Outputs[0] = result;
                graph.Nodes.Remove(node);
                graph.Nodes.Insert(graph.Nodes.IndexOf(mover), node);
                changed = true;
            }
        }

        return changed;
    }
}
