using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Softmax;

/// <summary>
/// Shares of e^(beta · x) along the last axis: <see cref="SoftmaxAttributes"/>. The int8 result has the scale 1/256 and the zero point −128,
/// as TensorFlow Lite's specification fixes them; the int16 result 1/32768 and 0.
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
    public override QuantizationParameters FixedQuantization(ElementType type) => type switch
    {
        ElementType.Int8 => QuantizationParameters.PerTensor(1f / 256, -128),
        ElementType.Int16 => QuantizationParameters.PerTensor(1f / 32768, 0),
        _ => throw new NotSupportedException($"{Name} has no form of {type.DisplayName()}"),
    };

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        TensorType type = SoftmaxRows.Infer(node, ElementType.Float32, ElementType.Int8, ElementType.Int16);
        if (type.Type != ElementType.Float32)
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

        if (call.Node.Input(0).Type == ElementType.Int16)
        {
            (int multiplier, int shift, int lowest) = IntegerSoftmax.Scaling(beta, call.Node.Input(0).Quantization!.Scale);
            for (int row = 0; row < rows; row++)
            {
                IntegerSoftmax.Run(
                    call.Input<short>(0).Slice(row * depth, depth), call.Output<short>().Slice(row * depth, depth), multiplier, shift, lowest);
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
        if (node.Input(0).Type != ElementType.Float32)
        {
            (int multiplier, int shift, int lowest) = IntegerSoftmax.Scaling(beta, node.Input(0).Quantization!.Scale);
            string function = node.Input(0).Type == ElementType.Int16 ? "edgeai_softmax_s16" : "edgeai_softmax_s8";
            return new(function, function,
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

    private QuantizationParameters FixedOf(Tensor x) => FixedQuantization(x.Type);

    private void InferIntegers(Node node)
    {
        Tensor x = node.Input(0);
        OperandRules.QuantizedPerTensor(x, "x");
        if (x.Shape[-1] > IntegerSoftmax.MaximumDepth)
        {
            throw new OperatorException($"x '{x}' has {x.Shape[-1]} elements along its last axis; at most {IntegerSoftmax.MaximumDepth} are taken in integers");
        }

        // Some converters write 1/256 with a rounding error; TensorFlow Lite takes a thousandth.
        if (node.Outputs.Count > 0 && node.Output.Quantization is { } quantization
            && (quantization.ZeroPoint != FixedOf(x).ZeroPoint || Math.Abs((quantization.Scale / FixedOf(x).Scale) - 1) > 0.001f))
        {
            throw new OperatorException(FormattableString.Invariant(
                $"result '{node.Output}' has the scale {quantization.Scale} and the zero point {quantization.ZeroPoint}; they must be {(x.Type == ElementType.Int8 ? "1/256 and -128" : "1/32768 and 0")}"));
        }
    }

    /// <summary>One row in float: e^(beta · (x − the largest)), divided by their sum.</summary>
    internal static void Run(ReadOnlySpan<float> x, Span<float> result, float beta)
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
