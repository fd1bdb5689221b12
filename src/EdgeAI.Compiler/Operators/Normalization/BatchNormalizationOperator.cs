using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Normalization;

/// <summary>BatchNormalization at inference, float32: (x − mean) · (scale / √(variance + Epsilon)) + offset for each channel.</summary>
internal sealed class BatchNormalizationOperator : Operator
{
    private static readonly string[] Parameters = ["scale", "offset", "mean", "variance"];

    /// <inheritdoc/>
    public override string Name => "BatchNormalization";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(BatchNormalizationAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        Tensor x = node.OptionalInput(0) ?? throw new OperatorException("BatchNormalization takes x, scale, offset, mean and variance; x is missing");
        int axis = node.AttributesAs<BatchNormalizationAttributes>().ChannelAxis;
        if (axis < 0 || axis >= x.Shape.Rank)
        {
            throw new OperatorException($"BatchNormalization has the channel axis {axis}; '{x.Name}' {x.Shape} has 0 to {x.Shape.Rank - 1}");
        }

        VerifyFloat(x);
        for (int i = 0; i < Parameters.Length; i++)
        {
            Tensor parameter = node.OptionalInput(i + 1) ?? throw new OperatorException($"BatchNormalization is not given its {Parameters[i]}");
            VerifyFloat(parameter);
            if (parameter.Shape != new Shape(x.Shape[axis]))
            {
                throw new OperatorException(
                    $"BatchNormalization takes a {Parameters[i]} of [{x.Shape[axis]}] for axis {axis} of '{x.Name}' {x.Shape}; '{parameter.Name}' is {parameter.Shape}");
            }
        }

        return [new(ElementType.Float32, x.Shape)];
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        (int channels, int inner) = Layout(call.Node);
        float epsilon = call.Node.AttributesAs<BatchNormalizationAttributes>().Epsilon;
        ReadOnlySpan<float> x = call.Input<float>(0);
        Span<float> result = call.Output<float>();
        int at = 0;
        for (int channel = 0; at < result.Length; channel = channel + 1 == channels ? 0 : channel + 1)
        {
            float factor = call.Input<float>(1)[channel] / MathF.Sqrt(call.Input<float>(4)[channel] + epsilon);
            float offset = call.Input<float>(2)[channel];
            float mean = call.Input<float>(3)[channel];
            for (int end = at + inner; at < end; at++)
            {
                result[at] = ((x[at] - mean) * factor) + offset;
            }
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<int> InPlaceInputs(Node node) => [0];

    /// <inheritdoc/>
    public override RowWindow? RowsRead(Node node, int inputIndex) =>
        inputIndex > 0 ? RowWindow.Whole : node.AttributesAs<BatchNormalizationAttributes>().ChannelAxis >= 2 ? RowWindow.Same : null;

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        (int channels, int inner) = Layout(node);
        return new(
            "edgeai_batch_normalization_f32", "edgeai_batch_normalization_f32",
            [
                KernelField.Of("count", node.Output.Shape.ElementCount),
                KernelField.Of("channels", channels),
                KernelField.Of("inner", inner),
                KernelField.Of("epsilon", node.AttributesAs<BatchNormalizationAttributes>().Epsilon),
            ],
            [.. node.Inputs.Select(context.Read), context.Write(node.Output)]);
    }

    private static (int Channels, int Inner) Layout(Node node)
    {
        Shape shape = node.Input(0).Shape;
        int axis = node.AttributesAs<BatchNormalizationAttributes>().ChannelAxis;
        return (shape[axis], checked((int)shape.Strides()[axis]));
    }

    private static void VerifyFloat(Tensor tensor)
    {
        if (tensor.Type != ElementType.Float32)
        {
            throw new OperatorException($"BatchNormalization takes float32; '{tensor.Name}' is {tensor.Type.DisplayName()}");
        }
    }
}
