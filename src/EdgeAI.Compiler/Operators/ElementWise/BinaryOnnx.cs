using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Folding;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.ElementWise;

/// <summary>ONNX arithmetic of two operands, and of any number for Max, Min, Sum and Mean, with NumPy's broadcasting.</summary>
internal sealed class BinaryOnnx : IOnnxForm
{
    private static readonly BinaryAttributes Plain = new(Clamp.None);

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["Add"] = "Add",
        ["Sub"] = "Subtract",
        ["Mul"] = "Multiply",
        ["Div"] = "Divide",
        ["Max"] = "Maximum",
        ["Min"] = "Minimum",
        ["Sum"] = "Add",
        ["Mean"] = "Add",
        ["Pow"] = "Power",
    };

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => [.. Names.Keys];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        string name = Names[node.OperatorType];
        Tensor result = node.Input(0);
        for (int i = 1; i < node.Inputs.Count; i++)
        {
            result = Combine(node, builder, name, result, Aligned(node, builder, result, node.Input(i)));
        }

        if (node.OperatorType == "Mean" && node.Inputs.Count > 1)
        {
            result = builder.AddStep("mean", "Multiply", Plain, result, builder.Constant("factor", 1f / node.Inputs.Count));
        }

        builder.Bind(node, 0, result);
    }

    /// <summary>Before operator set 7 the second operand begins at an axis of the first.</summary>
    private static Tensor Aligned(OnnxNode node, OnnxGraphBuilder builder, Tensor a, Tensor b)
    {
        if (node.Version >= 7 || !node.Flag("broadcast") || !node.Has("axis") || b.Shape.Rank >= a.Shape.Rank)
        {
            return b;
        }

        int behind = a.Shape.Rank - OnnxNode.Axis(node.Int("axis", 0), a.Shape.Rank) - b.Shape.Rank;
        return behind <= 0 ? b : builder.Reshape(b, "aligned", [.. b.Shape.Extents, .. Enumerable.Repeat(1, behind)]);
    }

    private static Tensor Combine(OnnxNode node, OnnxGraphBuilder builder, string name, Tensor a, Tensor b)
    {
        if (name != "Power" || !b.IsConstant)
        {
            return builder.Add(name, Plain, a, b);
        }

        ConstantArray exponents = ConstantArray.Of(b);
        double exponent = exponents.Count > 0 ? exponents.RealAt(0) : 0;
        bool isOne = exponents.Count == 1 && b.Shape.Rank <= a.Shape.Rank;
        return isOne && exponent == 1 ? a
            : isOne && exponent == 2 ? builder.Add("Square", Activation.UnaryAttributes.None, a)
            : isOne && exponent == 0.5 ? builder.Add("SquareRoot", Activation.UnaryAttributes.None, a)
            : builder.Add(name, Plain, a, b.Type == a.Type ? b : exponents.As(a.Type).ToTensor(builder.UniqueTensorName($"{node.Name}/exponent")));
    }
}
