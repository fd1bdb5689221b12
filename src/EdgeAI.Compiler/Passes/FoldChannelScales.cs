using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.ElementWise;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// Add, Subtract, Multiply and Divide by a constant for each channel (or one for all) become part of the float layer in front,
/// also across Transposes and Reshapes; so MatMul + Add gets its bias.
/// </summary>
public sealed class FoldChannelScales : Pass
{
    /// <inheritdoc/>
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (node.Attributes is not BinaryAttributes { Clamp: var clamp } || node.Output.Type != ElementType.Float32)
            {
                continue;
            }

            bool constantFirst = node.Input(0).IsConstant;
            Tensor operand = node.Input(constantFirst ? 1 : 0);
            Tensor constant = node.Input(constantFirst ? 0 : 1);
            if (!constant.IsConstant || operand.IsConstant || operand.Shape != node.Output.Shape
                || Affine(node.Operator, constantFirst, constant) is not { } affine)
            {
                continue;
            }

            int axis = ChannelAxis(constant.Shape.WithRank(operand.Shape.Rank), out bool isPerChannel);
            if (!isPerChannel || ChannelScaling.FindLayer(graph, operand, axis, (int)constant.Shape.ElementCount) is not { } layer)
            {
                continue;
            }

            ChannelScaling.Apply(graph, layer, affine.Factors, affine.Shifts);
            layer.Attributes = ((IClamped)layer.Attributes).WithClamp(clamp);
            graph.TryBypass(node, operand);
            changed = true;
        }

        return changed;
    }

    private static (double[] Factors, double[] Shifts)? Affine(string operatorName, bool constantFirst, Tensor constant)
    {
        double[] values = [.. constant.Values<float>().ToArray().Select(value => (double)value)];
        return (operatorName, constantFirst) switch
        {
            ("Add", _) => ([1], values),
            ("Subtract", false) => ([1], Array.ConvertAll(values, value => -value)),
            ("Subtract", true) => ([-1], values),
            ("Multiply", _) => (values, [0]),
            ("Divide", false) when !values.Contains(0) => (Array.ConvertAll(values, value => 1 / value), [0]),
            _ => null,
        };
    }

    /// <summary>The one axis longer than 1; −1 when there is none.</summary>
    private static int ChannelAxis(Shape shape, out bool isPerChannel)
    {
        int[] longAxes = [.. Enumerable.Range(0, shape.Rank).Where(axis => shape[axis] != 1)];
        isPerChannel = longAxes.Length <= 1;
        return longAxes.Length == 1 ? longAxes[0] : -1;
    }
}
