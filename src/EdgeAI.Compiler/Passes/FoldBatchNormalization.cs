using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.Normalization;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// BatchNormalization becomes part of the layer in front of it (Conv2D, DepthwiseConv2D, TransposeConv2D, FullyConnected), also across
/// Transposes and Reshapes that keep the channel axis whole; elsewhere it becomes Multiply and Add.
/// </summary>
public sealed class FoldBatchNormalization : Pass
{
    /// <inheritdoc/>
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (node.Attributes is not BatchNormalizationAttributes attributes || node.Output.Type != ElementType.Float32
                || node.Inputs.Skip(1).Any(input => input is not { IsConstant: true, Type: ElementType.Float32 }))
            {
                continue;
            }

            (double[] factors, double[] shifts) = Affine(node, attributes.Epsilon);
            Tensor operand = node.Input(0);
            if (ChannelScaling.FindLayer(graph, operand, attributes.ChannelAxis, factors.Length) is { } layer)
            {
                ChannelScaling.Apply(graph, layer, factors, shifts);
                graph.TryBypass(node, operand);
            }
            else
            {
                Split(graph, node, attributes.ChannelAxis, factors, shifts);
            }

            changed = true;
        }

        return changed;
    }

    private static (double[] Factors, double[] Shifts) Affine(Node node, float epsilon)
    {
        ReadOnlySpan<float> scale = node.Input(1).Values<float>();
        ReadOnlySpan<float> offset = node.Input(2).Values<float>();
        ReadOnlySpan<float> mean = node.Input(3).Values<float>();
        ReadOnlySpan<float> variance = node.Input(4).Values<float>();
        double[] factors = new double[scale.Length];
        double[] shifts = new double[scale.Length];
        for (int c = 0; c < factors.Length; c++)
        {
            factors[c] = scale[c] / Math.Sqrt((double)variance[c] + epsilon);
            shifts[c] = offset[c] - (mean[c] * factors[c]);
        }

        return (factors, shifts);
    }

    private static void Split(Graph graph, Node node, int channelAxis, double[] factors, double[] shifts)
    {
        Tensor operand = node.Input(0);
        int[] extents = [.. Enumerable.Repeat(1, operand.Shape.Rank)];
        extents[channelAxis] = factors.Length;
        var shape = new Shape(extents);
        Tensor factor = graph.FloatConstant($"{node.Name}_factor", shape, Array.ConvertAll(factors, value => (float)value));
        Tensor product = graph.InsertBefore(node, "Multiply", new BinaryAttributes(Clamp.None), $"{node.Output.Name}_scaled",
            ElementType.Float32, operand.Shape, null, operand, factor);
        Tensor shift = graph.FloatConstant($"{node.Name}_shift", shape, Array.ConvertAll(shifts, value => (float)value));
        graph.Replace(node, "Add", new BinaryAttributes(Clamp.None), product, shift);
    }
}
