using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>
/// Transposed convolution with groups: <see cref="TransposeConv2DAttributes"/> tells operands and extents. Each element of the result gathers
/// the taps that reach it, so no accumulator buffer is needed; the integers are those of TensorFlow Lite's reference kernel.
/// </summary>
public sealed class TransposeConv2D : Operator
{
    /// <inheritdoc/>
    public override string Name => "TransposeConv2D";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(TransposeConv2DAttributes);

    /// <inheritdoc/>
    public override QuantizationRule Quantization => QuantizationRule.Calibrated;

    /// <inheritdoc/>
    public override OperandRole RoleOf(Node node, int inputIndex) => inputIndex switch
    {
        0 => OperandRole.Activation,
        1 => OperandRole.PerChannelWeights(0),
        _ => OperandRole.Bias,
    };

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        var a = node.AttributesAs<TransposeConv2DAttributes>();
        Tensor x = node.Operand(0, "x");
        Tensor weights = node.Operand(1, "weights");
        OperandRules.Rank(x, 4, "x");
        OperandRules.Rank(weights, 4, "weights");
        WeightedSum.Operands(node, 0, weights.Shape[0]);
        ConvolutionRules.Settings(
            a.StrideHeight, a.StrideWidth, a.DilationHeight, a.DilationWidth, new(a.PadTop, a.PadBottom, a.PadLeft, a.PadRight));
        OperandRules.InRange(a.Groups, 1, int.MaxValue, "groups");
        OperandRules.InRange(a.OutputPadHeight, 0, int.MaxValue, "output padding of the height");
        OperandRules.InRange(a.OutputPadWidth, 0, int.MaxValue, "output padding of the width");
        if (weights.Shape[3] * (long)a.Groups != x.Shape[3] || weights.Shape[0] % a.Groups != 0)
        {
            throw new OperatorException(
                $"weights '{weights}' [O,KH,KW,C/groups] do not fit x '{x}' with {a.Groups} groups: {weights.Shape[3]} times {a.Groups} must be {x.Shape[3]}, and {weights.Shape[0]} a multiple of {a.Groups}");
        }

        int height = OutputExtent(
            x.Shape[1], weights.Shape[1], a.StrideHeight, a.DilationHeight, a.OutputPadHeight - a.PadTop - a.PadBottom, "height");
        int width = OutputExtent(
            x.Shape[2], weights.Shape[2], a.StrideWidth, a.DilationWidth, a.OutputPadWidth - a.PadLeft - a.PadRight, "width");
        return [new(x.Type, new Shape(x.Shape[0], height, width, weights.Shape[0]))];
    }

    /// <inheritdoc/>
    /// <remarks>Every element of the operand meets every tap; those that padding cuts off are counted too.</remarks>
    public override long CountMacs(Node node) =>
        node.Input(0).Shape.ElementCount / Math.Max(1, node.Input(0).Shape[3]) * node.Input(1).Shape.ElementCount;

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        if (call.Node.Output.Shape.ElementCount == 0)
        {
            return;
        }

        if (call.Node.Input(0).Type == ElementType.Int8)
        {
            call.Prepare(node => new IntegerConvolution(node, GeometryOf(node), ClampOf(node))).Run(call.Input<sbyte>(0), call.Output<sbyte>());
            return;
        }

        if (call.Node.Input(0).Type == ElementType.Int16)
        {
            call.Prepare(node => new WideRows(node, GeometryOf(node), ClampOf(node))).Run(call.Input<short>(0), call.Output<short>());
            return;
        }

        FloatConvolution convolution = call.Node.Input(1).IsConstant
            ? call.Prepare(node => new FloatConvolution(GeometryOf(node), node.Input(1).Values<float>(), ClampOf(node)))
            : new FloatConvolution(GeometryOf(call.Node), call.Input<float>(1), ClampOf(call.Node));
        convolution.Run(call.Input<float>(0), call.OptionalInput<float>(2), call.Output<float>());
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        ConvolutionGeometry geometry = GeometryOf(node);
        Clamp clamp = ClampOf(node);

        // Of the taps, every tap_step-th meets a whole element of the operand, input_step elements further back each time.
        int commonHeight = GreatestCommonDivisor(geometry.StrideHeight, geometry.DilationHeight);
        int commonWidth = GreatestCommonDivisor(geometry.StrideWidth, geometry.DilationWidth);
        KernelField[] fields =
        [
            .. geometry.Fields(),
            KernelField.Of("groups", geometry.Groups),
            KernelField.Of("tap_step_height", geometry.StrideHeight / commonHeight),
            KernelField.Of("tap_step_width", geometry.StrideWidth / commonWidth),
            KernelField.Of("input_step_height", geometry.DilationHeight / commonHeight),
            KernelField.Of("input_step_width", geometry.DilationWidth / commonWidth),
        ];
        string x = context.Read(node.Input(0));
        string weights = context.Read(node.Input(1));
        string result = context.Write(node.Output);
        if (node.Input(0).Type == ElementType.Int8)
        {
            return new("edgeai_transpose_conv2d_s8", "edgeai_transpose_conv2d_s8",
                [
                    .. fields,
                    KernelField.Of("input_zero_point", node.Input(0).Quantization!.ZeroPoint),
                    .. WeightedSum.ResultFields(
                        node, context, clamp, ConvolutionRules.Factors(node, geometry.OutputChannels),
                        WeightedSum.BiasOrZeros(node, geometry.OutputChannels)),
                ],
                [x, weights, result]);
        }

        if (node.Input(0).Type == ElementType.Int16)
        {
            return new("edgeai_transpose_conv2d_s16", "edgeai_transpose_conv2d_s16",
                [.. fields, WideChannelResult.Field(node, context, clamp, ConvolutionRules.Factors(node, geometry.OutputChannels))],
                [x, weights, result]);
        }

        return new("edgeai_transpose_conv2d_f32", "edgeai_transpose_conv2d_f32",
            [.. fields, KernelField.Of("minimum", clamp.Minimum), KernelField.Of("maximum", clamp.Maximum)],
            [x, weights, context.Read(node.OptionalInput(2)), result]);
    }

    private static int OutputExtent(int input, int kernel, int stride, int dilation, int extra, string axis)
    {
        long extent = ((input - 1L) * stride) + ((kernel - 1L) * dilation) + 1 + extra;
        return extent is < 1 or > int.MaxValue
            ? throw new OperatorException($"the result would have {extent} elements of {axis}; padding is too large")
            : (int)extent;
    }

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);

    private static Clamp ClampOf(Node node) => node.AttributesAs<TransposeConv2DAttributes>().Clamp;

    private static ConvolutionGeometry GeometryOf(Node node)
    {
        var a = node.AttributesAs<TransposeConv2DAttributes>();
        Shape x = node.Input(0).Shape;
        Shape weights = node.Input(1).Shape;
        Shape result = node.Output.Shape;
        return new(x[0], x[1], x[2], x[3], result[1], result[2], result[3], weights[1], weights[2],
            a.StrideHeight, a.StrideWidth, a.DilationHeight, a.DilationWidth, a.PadTop, a.PadLeft, a.Groups, IsTransposed: true);
    }
}
