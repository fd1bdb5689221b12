using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.FullyConnected;

/// <summary>ONNX MatMul with NumPy's rules for one axis and for leading axes. A constant matrix on the right makes it FullyConnected.</summary>
internal sealed class MatMulOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["MatMul"];

    /// <inheritdoc/>
    public bool NeedsFiniteConstants => true;

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder) => builder.Bind(node, 0, Product(builder, node.Input(0), node.Input(1)));

    /// <summary>The product of two operands by NumPy's rules.</summary>
    public static Tensor Product(OnnxGraphBuilder builder, Tensor a, Tensor b)
    {
        if (a.Shape.Rank == 0 || b.Shape.Rank == 0)
        {
            throw new OnnxNodeException("an operand is a scalar", "Use Mul");
        }

        bool isRow = a.Shape.Rank == 1;
        bool isColumn = b.Shape.Rank == 1;
        Tensor left = isRow ? builder.Reshape(a, "row", 1, a.Shape[0]) : a;
        Tensor right = isColumn ? builder.Reshape(b, "column", b.Shape[0], 1) : b;
        bool isMatrix = right.Shape.ElementCount == (long)right.Shape[-1] * right.Shape[-2] && right.Shape.Rank <= left.Shape.Rank;
        Tensor product;
        if (isMatrix && builder.IsConstantLike(right))
        {
            Tensor matrix = builder.Reshape(right, "matrix", right.Shape[-2], right.Shape[-1]);
            product = builder.Add("FullyConnected", new FullyConnectedAttributes(Clamp.None),
                left, builder.Transpose(matrix, "transposed", 1, 0), null);
        }
        else
        {
            product = builder.Add("MatMul", new MatMulAttributes(false, false), left, right);
        }

        if (isRow || isColumn)
        {
            int[] extents = [.. product.Shape.Extents];
            extents = isColumn ? extents[..^1] : extents;
            extents = isRow ? [.. extents[..^(isColumn ? 1 : 2)], .. extents[^(isColumn ? 0 : 1)..]] : extents;
            product = builder.Reshape(product, "squeezed", extents);
        }

        return product;
    }
}

/// <summary>ONNX Runtime's FusedMatMul: alpha times the product, of either operand with its last two axes exchanged.</summary>
internal sealed class FusedMatMulOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["com.microsoft:FusedMatMul"];

    /// <inheritdoc/>
    public bool NeedsFiniteConstants => true;

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        if (node.Flag("transBatchA") || node.Flag("transBatchB"))
        {
            throw new OnnxNodeException("transBatchA or transBatchB is set", "Operands whose last two axes are exchanged (transA, transB) are supported");
        }

        Tensor product = MatMulOnnx.Product(builder, Turned(builder, node.Input(0), node.Flag("transA")), Turned(builder, node.Input(1), node.Flag("transB")));
        float alpha = node.Float("alpha", 1);
        builder.Bind(node, 0, alpha == 1 ? product : Logic.Plain.Step(builder, "Multiply", product, builder.Constant("alpha", alpha)));
    }

    private static Tensor Turned(OnnxGraphBuilder builder, Tensor x, bool isTransposed)
    {
        int rank = x.Shape.Rank;
        return isTransposed && rank > 1 ? builder.Transpose(x, "turned", [.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2]) : x;
    }
}
