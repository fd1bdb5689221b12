using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>
/// Two-dimensional convolution with groups: <see cref="Conv2DAttributes"/> tells operands and extents. int8 arithmetic is that of
/// TensorFlow Lite's reference kernel, with a scale for each result channel or one for all; int16 values take int8 weights (<see cref="WideChannelResult"/>).
/// </summary>
public sealed class Conv2D : Operator
{
    /// <inheritdoc/>
    public override string Name => "Conv2D";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(Conv2DAttributes);

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
        var a = node.AttributesAs<Conv2DAttributes>();
        Tensor x = node.Operand(0, "x");
        Tensor weights = node.Operand(1, "weights");
        OperandRules.Rank(x, 4, "x");
        OperandRules.Rank(weights, 4, "weights");
        WeightedSum.Operands(node, 0, weights.Shape[0], takesNibbles: true);
        ConvolutionRules.Settings(
            a.StrideHeight, a.StrideWidth, a.DilationHeight, a.DilationWidth, new(a.PadTop, a.PadBottom, a.PadLeft, a.PadRight));
        OperandRules.InRange(a.Groups, 1, int.MaxValue, "groups");
        if (weights.Shape[3] * (long)a.Groups != x.Shape[3] || weights.Shape[0] % a.Groups != 0)
        {
            throw new OperatorException(
                $"weights '{weights}' [O,KH,KW,C/groups] do not fit x '{x}' with {a.Groups} groups: {weights.Shape[3]} times {a.Groups} must be {x.Shape[3]}, and {weights.Shape[0]} a multiple of {a.Groups}");
        }

        int height = ConvolutionRules.OutputExtent(
            x.Shape[1], weights.Shape[1], a.StrideHeight, a.DilationHeight, a.PadTop + a.PadBottom, "height");
        int width = ConvolutionRules.OutputExtent(
            x.Shape[2], weights.Shape[2], a.StrideWidth, a.DilationWidth, a.PadLeft + a.PadRight, "width");
        return [new(x.Type, new Shape(x.Shape[0], height, width, weights.Shape[0]))];
    }

    /// <inheritdoc/>
    public override long CountMacs(Node node) => node.Output.Shape.ElementCount * GeometryOf(node).Depth;

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
        node.AttributesAs<Conv2DAttributes>() with { PadTop = part.PaddingAbove, PadBottom = part.PaddingBelow };

    /// <inheritdoc/>
    protected override IEnumerable<KernelVariant> Variants(Node node, InstructionSet instructionSet)
    {
        if (node.Output.Shape.ElementCount == 0 || node.Input(0).Type == ElementType.Int16)
        {
            return [];
        }

        ConvolutionGeometry geometry = GeometryOf(node);
        Clamp clamp = ClampOf(node);
        if (node.Input(0).Type != ElementType.Int8)
        {
            return FloatLanes.For(instructionSet) is { } lanes ? [LaneConvolution.Of(node, geometry, clamp, lanes)] : [];
        }

        KernelVariant[] wide = instructionSet switch
        {
            InstructionSet.Helium => [VectorConvolution.Of(node, geometry, clamp)],
            InstructionSet.Thumb1 or InstructionSet.Thumb2 or InstructionSet.Rv32 => [PairedConvolution.Of(node, geometry, clamp)],
            InstructionSet.Dsp => [PackedConvolution.Of(node, geometry, clamp)],
            _ => [],
        };
        return node.Input(1).Type == ElementType.Int4 ? [.. wide, .. NibbleVariants(node, geometry, clamp, instructionSet)] : wide;
    }

    private IEnumerable<KernelVariant> NibbleVariants(Node node, ConvolutionGeometry geometry, Clamp clamp, InstructionSet instructionSet)
    {
        KernelVariant? fast = instructionSet switch
        {
            InstructionSet.Helium => VectorConvolution.OfNibbles(node, geometry, clamp),
            InstructionSet.Dsp => PackedConvolution.OfNibbles(node, geometry, clamp),
            InstructionSet.Portable => null,
            _ => PairedConvolution.OfNibbles(node, geometry, clamp),
        };
        if (fast is not null)
        {
            yield return fast;
        }

        yield return WeightedSum.Nibbles(node, geometry.Depth, (context, weights) => IntegerCall(node, context, "edgeai_conv2d_s4", weights)) with
        {
            ReadBehindPixels = ReadBehindPixels(node),
        };
    }

    private static KernelCall IntegerCall(Node node, EmissionContext context, string function, string weights)
    {
        ConvolutionGeometry geometry = GeometryOf(node);
        int[] bias = WeightedSum.FoldedBias(node, geometry.OutputChannels, i => (int)(i / geometry.Depth));
        return new(function, function,
            [
                .. geometry.Fields(),
                KernelField.Of("groups", geometry.Groups),
                KernelField.Of("input_zero_point", node.Input(0).Quantization!.ZeroPoint),
                .. WeightedSum.ResultFields(node, context, ClampOf(node), ConvolutionRules.Factors(node, geometry.OutputChannels), bias),
            ],
            [context.Read(node.Input(0)), weights, context.Write(node.Output)]);
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        if (node.Input(0).Type == ElementType.Int8)
        {
            return IntegerCall(node, context, "edgeai_conv2d_s8", WeightedSum.Int8Weights(node, context));
        }

        ConvolutionGeometry geometry = GeometryOf(node);
        return node.Input(0).Type == ElementType.Int16
            ? new("edgeai_conv2d_s16", "edgeai_conv2d_s16",
                [
                    .. geometry.Fields(),
                    KernelField.Of("groups", geometry.Groups),
                    WideChannelResult.Field(node, context, ClampOf(node), ConvolutionRules.Factors(node, geometry.OutputChannels)),
                ],
                [context.Read(node.Input(0)), context.Read(node.Input(1)), context.Write(node.Output)])
            : FloatCall(node, context, geometry);
    }

    /// <summary>The portable kernel for a float node, whose attributes are <see cref="Conv2DAttributes"/>.</summary>
    internal static KernelCall FloatCall(Node node, EmissionContext context, ConvolutionGeometry geometry) =>
        new("edgeai_conv2d_f32", "edgeai_conv2d_f32",
            [
                .. geometry.Fields(),
                KernelField.Of("groups", geometry.Groups),
                KernelField.Of("planes", geometry.Planes),
                KernelField.Of("minimum", ClampOf(node).Minimum),
                KernelField.Of("maximum", ClampOf(node).Maximum),
            ],
            [context.Read(node.Input(0)), context.Read(node.Input(1)), context.Read(node.OptionalInput(2)), context.Write(node.Output)]);

    private static Clamp ClampOf(Node node) => node.AttributesAs<Conv2DAttributes>().Clamp;

    internal static ConvolutionGeometry GeometryOf(Node node)
    {
        var a = node.AttributesAs<Conv2DAttributes>();
        Shape x = node.Input(0).Shape;
        Shape weights = node.Input(1).Shape;
        Shape result = node.Output.Shape;
        return new(x[0], x[1], x[2], x[3], result[1], result[2], result[3], weights[1], weights[2],
            a.StrideHeight, a.StrideWidth, a.DilationHeight, a.DilationWidth, a.PadTop, a.PadLeft, a.Groups, IsTransposed: false);
    }
}
