using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>
/// Convolution of each channel by itself: <see cref="DepthwiseConv2DAttributes"/> tells operands and extents. int8 arithmetic is that of
/// TensorFlow Lite's reference kernel, with a scale for each result channel or one for all; int16 values take int8 weights (<see cref="WideChannelResult"/>).
/// </summary>
public sealed class DepthwiseConv2D : Operator
{
    /// <inheritdoc/>
    public override string Name => "DepthwiseConv2D";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(DepthwiseConv2DAttributes);

    /// <inheritdoc/>
    public override QuantizationRule Quantization => QuantizationRule.Calibrated;

    /// <inheritdoc/>
    public override OperandRole RoleOf(Node node, int inputIndex) => inputIndex switch
    {
        0 => OperandRole.Activation,
        1 => OperandRole.PerChannelWeights(3),
        _ => OperandRole.Bias,
    };

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        var a = node.AttributesAs<DepthwiseConv2DAttributes>();
        Tensor x = node.Operand(0, "x");
        Tensor weights = node.Operand(1, "weights");
        OperandRules.Rank(x, 4, "x");
        OperandRules.Rank(weights, 4, "weights");
        WeightedSum.Operands(node, 3, weights.Shape[3], takesNibbles: true);
        ConvolutionRules.Settings(
            a.StrideHeight, a.StrideWidth, a.DilationHeight, a.DilationWidth, new(a.PadTop, a.PadBottom, a.PadLeft, a.PadRight));
        OperandRules.InRange(a.DepthMultiplier, 1, int.MaxValue, "depth multiplier");
        if (weights.Shape[0] != 1 || weights.Shape[3] != x.Shape[3] * (long)a.DepthMultiplier)
        {
            throw new OperatorException(
                $"weights '{weights}' [1,KH,KW,C·multiplier] do not fit x '{x}' with a depth multiplier of {a.DepthMultiplier}");
        }

        int height = ConvolutionRules.OutputExtent(
            x.Shape[1], weights.Shape[1], a.StrideHeight, a.DilationHeight, a.PadTop + a.PadBottom, "height");
        int width = ConvolutionRules.OutputExtent(
            x.Shape[2], weights.Shape[2], a.StrideWidth, a.DilationWidth, a.PadLeft + a.PadRight, "width");
        return [new(x.Type, new Shape(x.Shape[0], height, width, weights.Shape[3]))];
    }

    /// <inheritdoc/>
    public override long CountMacs(Node node) =>
        node.Output.Shape.ElementCount * node.Input(1).Shape[1] * node.Input(1).Shape[2];

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        if (call.Node.Output.Shape.ElementCount == 0)
        {
            return;
        }

        if (call.Node.Input(0).Type == ElementType.Int8)
        {
            call.Prepare(node => new IntegerDepthwise(node, GeometryOf(node), ClampOf(node))).Run(call.Input<sbyte>(0), call.Output<sbyte>());
            return;
        }

        if (call.Node.Input(0).Type == ElementType.Int16)
        {
            call.Prepare(node => new WideDepthwise(node, GeometryOf(node), ClampOf(node))).Run(call.Input<short>(0), call.Output<short>());
            return;
        }

        ReadOnlySpan<float> weights = call.Node.Input(1).IsConstant ? call.Node.Input(1).Values<float>() : call.Input<float>(1);
        call.Prepare(node => new FloatDepthwise(GeometryOf(node), ClampOf(node)))
            .Run(call.Input<float>(0), weights, call.OptionalInput<float>(2), call.Output<float>());
    }

    /// <inheritdoc/>
    public override int? ReadBehindPixels(Node node) => 1;

    /// <inheritdoc/>
    public override long? OverlapDistance(Node node, int inputIndex, InstructionSet instructionSet) => inputIndex == 0
        && ReadBehindPixels(node, instructionSet) is { } pixels
        ? GeometryOf(node).Overlap().Distance(node.Input(0), node.Output, pixels)
        : null;

    /// <inheritdoc/>
    public override RowWindow? RowsRead(Node node, int inputIndex) => inputIndex == 0 ? GeometryOf(node).Overlap().Rows : RowWindow.Whole;

    /// <inheritdoc/>
    public override OperatorAttributes AttributesOfRows(Node node, RowPart part) =>
        node.AttributesAs<DepthwiseConv2DAttributes>() with { PadTop = part.PaddingAbove, PadBottom = part.PaddingBelow };

    /// <inheritdoc/>
    protected override IEnumerable<KernelVariant> Variants(Node node, InstructionSet instructionSet)
    {
        if (node.Input(0).Type != ElementType.Int8 || node.Output.Shape.ElementCount == 0)
        {
            return [];
        }

        ConvolutionGeometry geometry = GeometryOf(node);
        Clamp clamp = ClampOf(node);
        KernelVariant[] wide = instructionSet switch
        {
            InstructionSet.Helium => [VectorDepthwise.Of(node, geometry, clamp)],
            InstructionSet.Dsp => [PlanarDepthwise.Of(node, geometry, clamp), PackedDepthwise.Of(node, geometry, clamp)],
            InstructionSet.Thumb1 or InstructionSet.Thumb2 or InstructionSet.Rv32 => [PairedDepthwise.Of(node, geometry, clamp)],
            _ => [],
        };
        return node.Input(1).Type != ElementType.Int4 ? wide :
        [
            .. wide,
            .. instructionSet switch
            {
                InstructionSet.Helium => [VectorDepthwise.Of(node, geometry, clamp, isNibbles: true)],
                InstructionSet.Dsp => [PackedDepthwise.Of(node, geometry, clamp, isNibbles: true)],
                InstructionSet.Thumb1 or InstructionSet.Thumb2 or InstructionSet.Rv32 => [PairedDepthwise.Of(node, geometry, clamp, isNibbles: true)],
                _ => Array.Empty<KernelVariant>(),
            },
            WeightedSum.Nibbles(node, geometry.OutputChannels, (context, weights) => IntegerCall(node, context, "edgeai_depthwise_conv2d_s4", weights)) with
            {
                ReadBehindPixels = ReadBehindPixels(node),
            },
        ];
    }

    private static KernelCall IntegerCall(Node node, EmissionContext context, string function, string weights)
    {
        ConvolutionGeometry geometry = GeometryOf(node);
        int[] bias = WeightedSum.FoldedBias(node, geometry.OutputChannels, i => (int)(i % geometry.OutputChannels));
        return new(function, function,
            [
                .. geometry.Fields(),
                MultiplierOf(node),
                KernelField.Of("input_zero_point", node.Input(0).Quantization!.ZeroPoint),
                .. WeightedSum.ResultFields(node, context, ClampOf(node), ConvolutionRules.Factors(node, geometry.OutputChannels), bias),
            ],
            [context.Read(node.Input(0)), weights, context.Write(node.Output)]);
    }

    private static KernelField MultiplierOf(Node node) => KernelField.Of("depth_multiplier", node.AttributesAs<DepthwiseConv2DAttributes>().DepthMultiplier);

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        if (node.Input(0).Type == ElementType.Int8)
        {
            return IntegerCall(node, context, "edgeai_depthwise_conv2d_s8", WeightedSum.Int8Weights(node, context));
        }

        ConvolutionGeometry geometry = GeometryOf(node);
        Clamp clamp = ClampOf(node);
        KernelField multiplier = MultiplierOf(node);
        string x = context.Read(node.Input(0));
        string weights = context.Read(node.Input(1));
        string result = context.Write(node.Output);
        if (node.Input(0).Type == ElementType.Int16)
        {
            return new("edgeai_depthwise_conv2d_s16", "edgeai_depthwise_conv2d_s16",
                [.. geometry.Fields(), multiplier, WideChannelResult.Field(node, context, clamp, ConvolutionRules.Factors(node, geometry.OutputChannels))],
                [x, weights, result]);
        }

        return new("edgeai_depthwise_conv2d_f32", "edgeai_depthwise_conv2d_f32",
            [.. geometry.Fields(), multiplier, KernelField.Of("minimum", clamp.Minimum), KernelField.Of("maximum", clamp.Maximum)],
            [x, weights, context.Read(node.OptionalInput(2)), result]);
    }

    private static Clamp ClampOf(Node node) => node.AttributesAs<DepthwiseConv2DAttributes>().Clamp;

    internal static ConvolutionGeometry GeometryOf(Node node)
    {
        var a = node.AttributesAs<DepthwiseConv2DAttributes>();
        Shape x = node.Input(0).Shape;
        Shape weights = node.Input(1).Shape;
        Shape result = node.Output.Shape;
        return new(x[0], x[1], x[2], x[3], result[1], result[2], result[3], weights[1], weights[2],
            a.StrideHeight, a.StrideWidth, a.DilationHeight, a.DilationWidth, a.PadTop, a.PadLeft, x[3], IsTransposed: false);
    }
}
