using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Softmax;

/// <summary>Operand x of both softmaxes as rows along its last axis.</summary>
internal static class SoftmaxRows
{
    /// <summary>Number and length of the rows.</summary>
    public static (int Rows, int Depth) Of(Node node)
    {
        Shape shape = node.Input(0).Shape;
        return shape[-1] == 0 ? (0, 0) : ((int)(shape.ElementCount / shape[-1]), shape[-1]);
    }

    /// <summary>Checks the operand and gives the result's type.</summary>
    public static TensorType Infer(Node node, params ReadOnlySpan<ElementType> types)
    {
        OperandRules.AtMost(node, 1);
        Tensor x = node.Operand(0, "x");
        OperandRules.OfType(x, "x", types);
        if (x.Shape.Rank == 0)
        {
            throw new OperatorException($"x '{x}' has no axis");
        }

        float beta = node.AttributesAs<SoftmaxAttributes>().Beta;
        return beta > 0 && float.IsFinite(beta)
            ? new(x.Type, x.Shape)
            : throw new OperatorException(FormattableString.Invariant($"beta is {beta}; a positive finite number is taken"));
    }
}
