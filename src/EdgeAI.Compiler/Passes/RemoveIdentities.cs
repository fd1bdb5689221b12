using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// Takes out nodes that return their operand: Slice of everything, Pad of nothing, Clamp without limits, Transpose and Reshape that change nothing,
/// Concatenate of one, Broadcast to the same extents, Requantize to the same quantization, and float x + 0, x − 0, x · 1, x / 1.
/// </summary>
public sealed class RemoveIdentities : Pass
{
    /// <inheritdoc/>
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (SameOperand(node) is { } operand)
            {
                changed |= graph.TryBypass(node, operand);
            }
        }

        return changed;
    }

    private static Tensor? SameOperand(Node node)
    {
        if (node.Inputs.Count == 0 || node.Inputs[0] is not { } first)
        {
            return null;
        }

        bool isSame = node.Attributes switch
        {
            ReshapeAttributes or BroadcastAttributes => node.Output.Shape == first.Shape,
            TransposeAttributes transpose => new Permutation(transpose.Permutation).IsIdentity,
            ConcatenateAttributes => node.Inputs.Count == 1,
            PadAttributes pad => pad.Before.All(count => count == 0) && pad.After.All(count => count == 0),
            SliceAttributes slice => slice.Extents.AsSpan().SequenceEqual(first.Shape.Extents.AsSpan()) && slice.Steps.All(step => step == 1),
            ClampAttributes clamp => clamp.Clamp.IsNone,
            NoAttributes => node.Operator == "Requantize",
            _ => false,
        };
        return isSame ? first : NeutralOperand(node);
    }

    private static Tensor? NeutralOperand(Node node)
    {
        if (node.Attributes is not BinaryAttributes { Clamp.IsNone: true } || node.Output.Type != ElementType.Float32)
        {
            return null;
        }

        (float neutral, bool eitherSide) = node.Operator switch
        {
            "Add" => (0f, true),
            "Subtract" => (0f, false),
            "Multiply" => (1f, true),
            "Divide" => (1f, false),
            _ => (float.NaN, false),
        };
        Tensor a = node.Input(0);
        Tensor b = node.Input(1);
        return b.IsUniform(out float right) && right == neutral && a.Shape == node.Output.Shape ? a
            : eitherSide && a.IsUniform(out float left) && left == neutral && b.Shape == node.Output.Shape ? b
            : null;
    }
}
