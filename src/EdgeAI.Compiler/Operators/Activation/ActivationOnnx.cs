using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.ElementWise;

namespace EdgeAI.Compiler.Operators.Activation;

/// <summary>ONNX functions of one operand.</summary>
internal sealed class ActivationOnnx : IOnnxForm
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["Sigmoid"] = "Sigmoid",
        ["Tanh"] = "Tanh",
        ["HardSwish"] = "HardSwish",
        ["HardSigmoid"] = "HardSigmoid",
        ["LeakyRelu"] = "LeakyRelu",
        ["Elu"] = "Elu",
        ["Selu"] = "Selu",
        ["Softplus"] = "Softplus",
        ["Softsign"] = "Softsign",
        ["Erf"] = "Erf",
        ["Exp"] = "Exponential",
        ["Log"] = "Logarithm",
        ["Sqrt"] = "SquareRoot",
        ["Reciprocal"] = "Reciprocal",
        ["Abs"] = "Absolute",
        ["Neg"] = "Negate",
        ["Floor"] = "Floor",
        ["Ceil"] = "Ceiling",
        ["Round"] = "Round",
        ["Sin"] = "Sine",
        ["Cos"] = "Cosine",
        ["Tan"] = "Tangent",
        ["Asin"] = "Arcsine",
        ["Acos"] = "Arccosine",
        ["Atan"] = "Arctangent",
        ["Sinh"] = "HyperbolicSine",
        ["Cosh"] = "HyperbolicCosine",
        ["Asinh"] = "HyperbolicArcsine",
        ["Acosh"] = "HyperbolicArccosine",
        ["Atanh"] = "HyperbolicArctangent",
        ["ThresholdedRelu"] = "ThresholdedRelu",
        ["Shrink"] = "Shrink",
    };

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => [.. Names.Keys];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        UnaryAttributes attributes = node.OperatorType switch
        {
            "HardSigmoid" => new(node.Float("alpha", 0.2f), node.Float("beta", 0.5f)),
            "LeakyRelu" => new(node.Float("alpha", 0.01f), 0),
            "Elu" => new(node.Float("alpha", 1), 0),
            "Selu" => new(node.Float("alpha", 1.67326319217681884765625f), node.Float("gamma", 1.05070102214813232421875f)),
            "ThresholdedRelu" => new(node.Float("alpha", 1), 0),
            "Shrink" => new(node.Float("lambd", 0.5f), node.Float("bias", 0)),
            _ => UnaryAttributes.None,
        };
        builder.Bind(node, 0, builder.Add(Names[node.OperatorType], attributes, node.Input(0)));
    }
}

/// <summary>ONNX activations that are limits or products of others: Relu, Clip, PRelu, Gelu, Swish, Mish, Celu.</summary>
internal sealed class ComposedActivationOnnx : IOnnxForm
{
    private static readonly BinaryAttributes Plain = new(Clamp.None);

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes =>
        ["Relu", "Clip", "PRelu", "Gelu", "com.microsoft:Gelu", "com.microsoft:FastGelu", "com.microsoft:QuickGelu", "Swish", "Mish", "Celu"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        Tensor result = node.OperatorType switch
        {
            "Relu" => builder.Add("Clamp", new ClampAttributes(Clamp.Relu), x),
            "Clip" => Clip(node, builder, x),
            "PRelu" => builder.Add("PRelu", NoAttributes.Instance, x, Slope(node, builder, x)),
            "FastGelu" => FastGelu(builder, node.Optional(1) is { } bias ? builder.AddStep("biased", "Add", Plain, x, bias) : x),
            "Gelu" when node.Text("approximate", "none") == "tanh" => FastGelu(builder, x),
            "Gelu" => builder.Add("Gelu", UnaryAttributes.None, x),
            "QuickGelu" => Swish(builder, x, node.Float("alpha", 1.702f)),
            "Swish" => Swish(builder, x, node.Float("alpha", 1)),
            "Mish" => Mish(builder, x),
            _ => Celu(builder, x, node.Float("alpha", 1)),
        };
        builder.Bind(node, 0, result);
    }

    /// <summary>Before operator set 7 several slopes are one for each channel, axis 1.</summary>
    private static Tensor Slope(OnnxNode node, OnnxGraphBuilder builder, Tensor x)
    {
        Tensor slope = node.Input(1);
        return node.Version < 7 && slope.Shape.Rank == 1 && slope.Shape[0] > 1 && x.Shape.Rank > 2
            ? builder.Reshape(slope, "per_channel", [slope.Shape[0], .. Enumerable.Repeat(1, x.Shape.Rank - 2)])
            : slope;
    }

    private static Tensor Clip(OnnxNode node, OnnxGraphBuilder builder, Tensor x)
    {
        if (node.Version < 11)
        {
            return Limited(builder, x, node.Float("min", float.NegativeInfinity), node.Float("max", float.PositiveInfinity));
        }

        Tensor? minimum = node.Optional(1);
        Tensor? maximum = node.Optional(2);
        if (minimum is null or { IsConstant: true } && maximum is null or { IsConstant: true } && x.Type == ElementType.Float32)
        {
            return Limited(builder, x, Limit(node, 1, float.NegativeInfinity), Limit(node, 2, float.PositiveInfinity));
        }

        Tensor raised = minimum is null ? x : builder.Add("Maximum", Plain, x, minimum);
        return maximum is null ? raised : builder.Add("Minimum", Plain, raised, maximum);
    }

    private static float Limit(OnnxNode node, int index, float fallback)
    {
        float[]? values = node.ConstantFloats(index, index == 1 ? "minimum" : "maximum");
        return values is null or [] ? fallback
            : values is [float value] ? value
            : throw new OnnxNodeException($"a limit has {values.Length} values", "Give one; use Max and Min for limits of each element");
    }

    /// <summary>Limits at the ends of float32 are none. A minimum above the maximum gives the maximum everywhere.</summary>
    private static Tensor Limited(OnnxGraphBuilder builder, Tensor x, float minimum, float maximum)
    {
        float low = minimum <= float.MinValue ? float.NegativeInfinity : minimum;
        float high = maximum >= float.MaxValue ? float.PositiveInfinity : maximum;
        var clamp = new Clamp(Math.Min(low, high), high);
        return clamp.IsNone ? x : builder.Add("Clamp", new ClampAttributes(clamp), x);
    }

    private static Tensor FastGelu(OnnxGraphBuilder builder, Tensor x)
    {
        // x/2 · (1 + tanh(√(2/π) · x · (1 + 0.044715 x²)))
        Tensor square = builder.AddStep("square", "Square", UnaryAttributes.None, x);
        Tensor cubic = builder.AddStep("cubic", "Multiply", Plain, square, builder.Constant("cubic_factor", 0.044715f));
        Tensor inner = builder.AddStep("inner", "Add", Plain, cubic, builder.Constant("one", 1));
        Tensor scaled = builder.AddStep("scaled", "Multiply", Plain, x, builder.Constant("root_of_two_over_pi", 0.7978845608f));
        Tensor argument = builder.AddStep("argument", "Multiply", Plain, scaled, inner);
        Tensor tanh = builder.AddStep("tanh", "Tanh", UnaryAttributes.None, argument);
        Tensor gate = builder.AddStep("gate", "Add", Plain, tanh, builder.Constant("one", 1));
        Tensor half = builder.AddStep("half", "Multiply", Plain, x, builder.Constant("one_half", 0.5f));
        return builder.Add("Multiply", Plain, half, gate);
    }

    private static Tensor Swish(OnnxGraphBuilder builder, Tensor x, float alpha)
    {
        Tensor argument = alpha == 1 ? x : builder.AddStep("argument", "Multiply", Plain, x, builder.Constant("alpha", alpha));
        return builder.Add("Multiply", Plain, x, builder.AddStep("gate", "Sigmoid", UnaryAttributes.None, argument));
    }

    private static Tensor Mish(OnnxGraphBuilder builder, Tensor x)
    {
        Tensor softplus = builder.AddStep("softplus", "Softplus", UnaryAttributes.None, x);
        return builder.Add("Multiply", Plain, x, builder.AddStep("gate", "Tanh", UnaryAttributes.None, softplus));
    }

    private static Tensor Celu(OnnxGraphBuilder builder, Tensor x, float alpha)
    {
        // alpha · elu(x / alpha)
        if (alpha == 0)
        {
            throw new OnnxNodeException("alpha is 0", "Use Relu");
        }

        Tensor scaled = builder.AddStep("scaled", "Multiply", Plain, x, builder.Constant("inverse", 1 / alpha));
        Tensor elu = builder.AddStep("elu", "Elu", new UnaryAttributes(1, 0), scaled);
        return builder.Add("Multiply", Plain, elu, builder.Constant("alpha", alpha));
    }
}
