using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Softmax;

/// <summary>
/// Shares of e^(beta · x) along the last axis: <see cref="SoftmaxAttributes"/>. The int8 result has the scale 1/256 and the zero point −128,
/// as TensorFlow Lite's specification fixes them.
/// </summary>
public sealed class Softmax : Operator
{
    /// <inheritdoc/>
    public override string Name => "Softmax";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(SoftmaxAttributes);

    /// <inheritdoc/>
    public override QuantizationRule Quantization => QuantizationRule.Fixed;

    /// <inheritdoc/>
    public override QuantizationParameters FixedQuantization(ElementType type) => type == ElementType.Int8
        ? QuantizationParameters.PerTensor(1f / 256, -128)
        : throw new NotSupportedException($"{Name} has no form of {type.DisplayName()}");

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        TensorType type = SoftmaxRows.Infer(node, ElementType.Float32, ElementType.Int8);
        if (type.Type == ElementType.Int8)
        {
            InferIntegers(node);
        }

        return [type];
    }

    /// <inheritdoc/>
    public override IEnumerable<int> InPlaceInputs(Node node) => [0];

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        float beta = call.Node.AttributesAs<SoftmaxAttributes>().Beta;
        (int rows, int depth) = SoftmaxRows.Of(call.Node);
        if (call.Node.Input(0).Type == ElementType.Int8)
        {
            (int multiplier, int shift, int lowest) = IntegerSoftmax.Scaling(beta, call.Node.Input(0).Quantization!.Scale);
            for (int row = 0; row < rows; row++)
            {
                IntegerSoftmax.Run(
                    call.Input<sbyte>(0).Slice(row * depth, depth), call.Output<sbyte>().Slice(row * depth, depth), multiplier, shift, lowest);
            }

            return;
        }

        for (int row = 0; row < rows; row++)
        {
            Run(call.Input<float>(0).Slice(row * depth, depth), call.Output<float>().Slice(row * depth, depth), beta);
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        float beta = node.AttributesAs<SoftmaxAttributes>().Beta;
        (int rows, int depth) = SoftmaxRows.Of(node);
        string x = context.Read(node.Input(0));
        string result = context.Write(node.Output);
        if (node.Input(0).Type == ElementType.Int8)
        {
            (int multiplier, int shift, int lowest) = IntegerSoftmax.Scaling(beta, node.Input(0).Quantization!.Scale);
            return new("edgeai_softmax_s8", "edgeai_softmax_s8",
                [
                    KernelField.Of("rows", rows),
                    KernelField.Of("depth", depth),
                    KernelField.Of("multiplier", multiplier),
                    KernelField.Of("shift", shift),
                    KernelField.Of("lowest_difference", lowest),
                ],
                [x, result]);
        }

        return new("edgeai_softmax_f32", "edgeai_softmax_f32",
            [KernelField.Of("rows", rows), KernelField.Of("depth", depth), KernelField.Of("beta", beta)], [x, result]);
    }

    private static void InferIntegers(Node node)
    {
        Tensor x = node.Input(0);
        OperandRules.QuantizedPerTensor(x, "x");
        if (x.Shape[-1] > IntegerSoftmax.MaximumDepth)
        {
            throw new OperatorException($"x '{x}' has {x.Shape[-1]} elements along its last axis; at most {IntegerSoftmax.MaximumDepth} are taken in int8");
        }

        // Some converters write 1/256 with a rounding error; TensorFlow Lite takes a thousandth.
        if (node.Outputs.Count > 0 && node.Output.Quantization is { } quantization
            && (quantization.ZeroPoint != -128 || Math.Abs((quantization.Scale * 256) - 1) > 0.001f))
        {
            throw new OperatorException(FormattableString.Invariant(
                $"result '{node.Output}' has the scale {quantization.Scale} and the zero point {quantization.ZeroPoint}; they must be 1/256 and -128"));
        }
    }

    private static void Run(ReadOnlySpan<float> x, Span<float> result, float beta)
    {
        float maximum = float.NegativeInfinity;
        foreach (float value in x)
        {
            maximum = value > maximum ? value : maximum;
        }

        float sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            float e = (float)PortableMath.Exp((x[i] - maximum) * beta);
            result[i] = e;
            sum += e;
        }

        for (int i = 0; i < result.Length; i++)
        {
            result[i] /= sum;
        }
    }
}
