using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;

namespace EdgeAI.Compiler.Passes;

/// <summary>A Clamp becomes part of the operator in front of it: in float, and in integers whose quantization is the same on both sides.</summary>
public sealed class FuseActivations : Pass
{
    /// <inheritdoc/>
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (node.Attributes is not ClampAttributes clamp)
            {
                continue;
            }

            Tensor value = node.Input(0);
            if (graph.OnlyConsumer(value) is null || graph.ProducerOf(value) is not { Outputs.Count: 1 } producer
                || value.Type != node.Output.Type || !Equals(value.Quantization, node.Output.Quantization))
            {
                continue;
            }

            OperatorAttributes? fused = producer.Attributes switch
            {
                IClamped fusable => fusable.WithClamp(fusable.Clamp.Then(clamp.Clamp)),
                ClampAttributes first => new ClampAttributes(first.Clamp.Then(clamp.Clamp)),
                _ => null,
            };
            if (fused is not null)
            {
                producer.Attributes = fused;
                producer.Outputs[0] = node.Output;
                graph.Nodes.Remove(node);
                changed = true;
            }
        }

        return changed;
    }
}
