using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.Logic;
using EdgeAI.Compiler.Operators.Reduction;

namespace EdgeAI.Compiler.Operators.Normalization;

/// <summary>ONNX LpNormalization and LRN as arithmetic.</summary>
internal sealed class NormOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["LpNormalization", "LRN"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        if (node.OperatorType == "LpNormalization")
        {
            int axis = OnnxNode.Axis(node.Int("axis", -1), x.Shape.Rank);
            Tensor norm = Norms.Along(builder, x, new ReduceAttributes([axis], true), (int)node.Int("p", 2));
            Tensor isNone = Plain.Step(builder, "Equal", norm, builder.Constant("none", 0));
            Tensor divisor = builder.AddStep("divisor", "Select", NoAttributes.Instance, isNone, builder.Constant("one", 1), norm);
            builder.Bind(node, 0, Plain.Step(builder, "Divide", x, divisor));
            return;
        }

        // x / (bias + alpha / size · Σ squares of the neighbours along the channels)^beta; the sum is a product with a band of ones.
        if (x.Shape.Rank < 2)
        {
            throw new OnnxNodeException($"'{x}' has no channels", "Two axes or more are needed: batch and channels");
        }

        int channels = x.Shape[1];
        int size = (int)node.RequiredInt("size");
        float[] band = new float[channels * channels];
        for (int i = 0; i < channels; i++)
        {
            for (int k = Math.Max(0, i - ((size - 1) / 2)); k <= Math.Min(channels - 1, i + (size / 2)); k++)
            {
                band[(i * channels) + k] = node.Float("alpha", 1e-4f) / size;
            }
        }

        Tensor squares = builder.AddStep("squares", "Square", UnaryAttributes.None, x);
        Tensor sums = Plain.Step(builder, "Add", Signal.LinearMap.Along(builder, squares, 1, channels, band), builder.Constant("bias", node.Float("bias", 1)));
        builder.Bind(node, 0, Plain.Step(builder, "Divide", x, Plain.Step(builder, "Power", sums, builder.Constant("beta", node.Float("beta", 0.75f)))));
    }
}

/// <summary>Norms as reductions.</summary>
internal static class Norms
{
    /// <summary>(Σ |x|^p)^(1/p).</summary>
    public static Tensor Along(OnnxGraphBuilder builder, Tensor x, ReduceAttributes axes, int p)
    {
        if (p == 2)
        {
            Tensor squares = builder.AddStep("squares", "Square", UnaryAttributes.None, x);
            return builder.AddStep("norm", "SquareRoot", UnaryAttributes.None, builder.AddStep("sum", "ReduceSum", axes, squares));
        }

        Tensor magnitude = builder.AddStep("magnitude", "Absolute", UnaryAttributes.None, x);
        Tensor powers = p == 1 ? magnitude : Plain.Step(builder, "Power", magnitude, builder.Constant("power", p));
        Tensor sum = builder.AddStep("sum", "ReduceSum", axes, powers);
        return p == 1 ? sum : Plain.Step(builder, "Power", sum, builder.Constant("root", 1f / p));
    }
}
