using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>
/// Convolutions of quantized integers that the int8 operators do not take: int16 activations with int8 weights, and int8 activations with
/// int8 weights that have a zero point (files with uint8 have both 128 higher). Plain, grouped (depthwise is a group a channel), transposed; a fully connected
/// layer is a kernel of one pixel. int16 by the arithmetic of TensorFlow Lite's reference kernels: with a 64-bit bias, or none, sums have 64 bits and
/// one rounding by a multiplier of 16; else 32 and two. int8 sums are rounded once, as LiteRT does uint8 layers.
/// </summary>
public sealed class WideConv2D : Operator
{
    /// <inheritdoc/>
    public override string Name => "WideConv2D";

    /// <inheritdoc/>
    public override bool TakesReals => false;

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "int16, int8";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(WideConv2DAttributes);

    /// <inheritdoc/>
    public override QuantizationRule Quantization => QuantizationRule.Untouched;

    /// <inheritdoc/>
    public override OperandRole RoleOf(Node node, int inputIndex) => OperandRole.Untouched;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        var a = node.AttributesAs<WideConv2DAttributes>();
        OperandRules.AtMost(node, 3);
        Tensor x = node.Operand(0, "x");
        Tensor weights = node.Operand(1, "weights");
        OperandRules.Rank(x, 4, "x");
        OperandRules.Rank(weights, 4, "weights");
        OperandRules.OfType(x, "x", ElementType.Int8, ElementType.Int16);
        OperandRules.OfType(weights, "weights", ElementType.Int8);
        OperandRules.QuantizedPerTensor(x, "x");
        if (node.Outputs.Count > 0)
        {
            OperandRules.QuantizedPerTensor(node.Output, "result");
        }

        OperandRules.QuantizedWeights(weights, 0, weights.Shape[0]);
        if (weights.Quantization!.ZeroPoints.Any(zeroPoint => zeroPoint != weights.Quantization.ZeroPoints[0]))
        {
            throw new OperatorException($"weights '{weights}' have several zero points; one is taken");
        }

        if (node.OptionalInput(2) is { } bias)
        {
            OperandRules.OfType(bias, "bias", ElementType.Int32, ElementType.Int64);
            OperandRules.HasShape(bias, new Shape(weights.Shape[0]), "bias");
        }

        if (!weights.IsConstant || node.OptionalInput(2) is { IsConstant: false })
        {
            throw new OperatorException($"weights '{weights}' and bias of a quantized node must be constants");
        }

        ConvolutionRules.Settings(
            a.StrideHeight, a.StrideWidth, a.DilationHeight, a.DilationWidth, new(a.PadTop, a.PadBottom, a.PadLeft, a.PadRight));
        OperandRules.InRange(a.Groups, 1, int.MaxValue, "groups");
        if (weights.Shape[3] * (long)a.Groups != x.Shape[3] || weights.Shape[0] % a.Groups != 0)
        {
            throw new OperatorException($"weights '{weights}' [O,KH,KW,C/groups] do not fit x '{x}' with {a.Groups} groups");
        }

        return [new(x.Type, new Shape(x.Shape[0], Extent(a, x, weights, 1), Extent(a, x, weights, 2), weights.Shape[0]))];
    }

    /// <inheritdoc/>
    public override long CountMacs(Node node) => node.AttributesAs<WideConv2DAttributes>().IsTransposed
        ? node.Input(0).Shape.ElementCount / Math.Max(1, node.Input(0).Shape[3]) * node.Input(1).Shape.ElementCount
        : node.Output.Shape.ElementCount * GeometryOf(node).Depth;

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        WideConvolution convolution = call.Prepare(node => new WideConvolution(node, GeometryOf(node)));
        if (call.Node.Input(0).Type == ElementType.Int8)
        {
            convolution.Run(call.Input<sbyte>(0), call.Output<sbyte>());
        }
        else
        {
            convolution.Run(call.Input<short>(0), call.Output<short>());
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        var a = node.AttributesAs<WideConv2DAttributes>();
        ConvolutionGeometry geometry = GeometryOf(node);
        Requantization factors = WideConvolution.Factors(node);
        var range = IntegerRange.Clamped(a.Clamp, node.Output);
        return new("edgeai_wide_conv2d", "edgeai_wide_conv2d",
            [
                .. geometry.Fields(),
                KernelField.Of("groups", geometry.Groups),
                KernelField.Of("is_transposed", a.IsTransposed ? 1 : 0),
                KernelField.Of("is_16_bit", node.Input(0).Type == ElementType.Int16 ? 1 : 0),
                KernelField.Of("rounding", (int)WideConvolution.RoundingOf(node)),
                KernelField.Of("input_zero_point", node.Input(0).Quantization!.ZeroPoint),
                KernelField.Of("weight_zero_point", node.Input(1).Quantization!.ZeroPoints[0]),
                KernelField.Of("output_zero_point", node.Output.Quantization!.ZeroPoint),
                KernelField.Of("minimum", range.Minimum),
                KernelField.Of("maximum", range.Maximum),
                KernelField.Of("channel_step", factors.Shifts.Length > 1 ? 1 : 0),
                KernelField.Pointer("bias", context.Constant<long>(node, "bias", WideConvolution.Bias(node))),
                KernelField.Pointer("multipliers", context.Constant(node, "multipliers", factors.MultipliersQ31)),
                KernelField.Pointer("shifts", context.Constant(node, "shifts", factors.Shifts)),
            ],
            [context.Read(node.Input(0)), context.Read(node.Input(1)), context.Write(node.Output)]);
    }

    private static int Extent(WideConv2DAttributes a, Tensor x, Tensor weights, int axis)
    {
        (int stride, int dilation, int padding, int outputPad) = axis == 1
            ? (a.StrideHeight, a.DilationHeight, a.PadTop + a.PadBottom, a.OutputPadHeight)
            : (a.StrideWidth, a.DilationWidth, a.PadLeft + a.PadRight, a.OutputPadWidth);
        if (!a.IsTransposed)
        {
            return ConvolutionRules.OutputExtent(x.Shape[axis], weights.Shape[axis], stride, dilation, padding, axis == 1 ? "height" : "width");
        }

        long extent = ((x.Shape[axis] - 1L) * stride) + ((weights.Shape[axis] - 1L) * dilation) + 1 + outputPad - padding;
        return extent is < 1 or > int.MaxValue
            ? throw new OperatorException($"the result would have {extent} elements on axis {axis}; padding is too large")
            : (int)extent;
    }

    private static ConvolutionGeometry GeometryOf(Node node)
    {
        var a = node.AttributesAs<WideConv2DAttributes>();
        Shape x = node.Input(0).Shape;
        Shape weights = node.Input(1).Shape;
        Shape result = node.Output.Shape;
        return new(x[0], x[1], x[2], x[3], result[1], result[2], result[3], weights[1], weights[2],
            a.StrideHeight, a.StrideWidth, a.DilationHeight, a.DilationWidth, a.PadTop, a.PadLeft, a.Groups, a.IsTransposed);
    }
}
