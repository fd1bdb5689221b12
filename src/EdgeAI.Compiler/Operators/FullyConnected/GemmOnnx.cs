using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.ElementWise;

namespace EdgeAI.Compiler.Operators.FullyConnected;

/// <summary>ONNX Gemm: alpha·A·B + beta·C, A [M,K], B [K,N], either transposed. A constant B makes it FullyConnected.</summary>
internal sealed class GemmOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Gemm"];

    /// <inheritdoc/>
    public bool NeedsFiniteConstants => true;

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor a = node.Input(0);
        Tensor b = node.Input(1);
        Tensor? c = node.Optional(2);
        if (a.Shape.Rank != 2 || b.Shape.Rank != 2)
        {
            throw new OnnxNodeException($"operands are {a.Shape} and {b.Shape}", "Both need two axes; use MatMul for others");
        }

        bool transposesA = node.Flag("transA");
        bool transposesB = node.Flag("transB");
        float alpha = node.Float("alpha", 1);
        float beta = node.Float("beta", 1);
        int results = b.Shape[transposesB ? 0 : 1];
        Tensor product;
        if (builder.IsConstantLike(b))
        {
            Tensor x = transposesA ? builder.Transpose(a, "transposed", 1, 0) : a;
            Tensor weights = transposesB ? b : builder.Transpose(b, "transposed", 1, 0);
            if (alpha != 1 && weights.IsConstant)
            {
                weights = Scaled(weights, alpha, builder, "scaled");
                alpha = 1;
            }

            Tensor? bias = alpha == 1 && c is not null ? Bias(c, beta, results, builder) : null;
            c = bias is null ? c : null;
            product = builder.Add("FullyConnected", new FullyConnectedAttributes(Clamp.None), x, weights, bias);
        }
        else
        {
            product = builder.Add("MatMul", new MatMulAttributes(transposesA, transposesB), a, b);
        }

        if (alpha != 1)
        {
            product = builder.AddStep("alpha", "Multiply", new BinaryAttributes(Clamp.None), product, builder.Constant("alpha", alpha));
        }

        if (c is not null && beta != 0)
        {
            Tensor addend = beta == 1 ? c
                : c.IsConstant ? Scaled(c, beta, builder, "beta")
                : builder.AddStep("beta", "Multiply", new BinaryAttributes(Clamp.None), c, builder.Constant("beta", beta));
            product = builder.AddStep("offset", "Add", new BinaryAttributes(Clamp.None), product, addend);
        }

        builder.Bind(node, 0, product);
    }

    /// <summary>C as one value a column, or null when it is none.</summary>
    private static Tensor? Bias(Tensor c, float beta, int results, OnnxGraphBuilder builder)
    {
        bool isRow = c.Shape.ElementCount == results && c.Shape.Rank is 1 or 2 && c.Shape[-1] == results;
        if (!builder.IsConstantLike(c) || !isRow)
        {
            return c is { IsConstant: true, Type: ElementType.Float32 } && c.Shape.ElementCount == 1
                ? builder.Constant("bias", new Shape(results), [.. Enumerable.Repeat(c.Values<float>()[0] * beta, results)])
                : null;
        }

        Tensor row = builder.Reshape(c, "row", results);
        return beta == 1 ? row : row.IsConstant ? Scaled(row, beta, builder, "bias") : null;
    }

    private static Tensor Scaled(Tensor constant, float factor, OnnxGraphBuilder builder, string suffix)
    {
        if (constant.Type != ElementType.Float32)
        {
            throw new OnnxNodeException($"'{constant}' is not float", "Matrices of floats are supported");
        }

        float[] values = constant.Values<float>().ToArray();
        for (int i = 0; i < values.Length; i++)
        {
            values[i] *= factor;
        }

        return builder.Constant(suffix, constant.Shape, values);
    }
}
