using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// A Transpose or Reshape of a dequantized constant is applied to the integers, so that Dequantize stands next to the operator that takes the
/// weights. A per-channel quantization follows its axis; a Reshape that cuts the axis is left.
/// </summary>
public sealed class MoveConstantsOutOfDequantize : Pass
{
    /// <inheritdoc/>
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (node.Operator is not ("Transpose" or "Reshape") || node.Input(0).IsConstant
                || graph.ConstantBehind(node.Input(0)) is not { } constant)
            {
                continue;
            }

            Tensor? moved = node.Attributes is TransposeAttributes transpose
                ? graph.PermutedConstant(constant, new Permutation(transpose.Permutation))
                : Reshaped(graph, node, constant);
            if (moved is not null)
            {
                graph.Replace(node, "Dequantize", NoAttributes.Instance, moved);
                changed = true;
            }
        }

        return changed;
    }

    private static Tensor? Reshaped(Graph graph, Node reshape, Tensor constant)
    {
        QuantizationParameters? quantization = constant.Quantization;
        if (quantization is { IsPerChannel: true })
        {
            int axis = Enumerable.Range(0, reshape.Output.Shape.Rank)
                .FirstOrDefault(axis => GraphRewriting.AxisInOperand(reshape, axis) == quantization.Axis
                    && reshape.Output.Shape[axis] == quantization.Scales.Length, -1);
            if (axis < 0)
            {
                return null;
            }

            quantization = quantization with { Axis = axis };
        }

        return new Tensor(graph.UniqueTensorName($"{constant.Name}_reshaped"), constant.Type, reshape.Output.Shape)
        {
            Constant = constant.Constant,
            Quantization = quantization,
        };
    }
}
