using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>
/// <see cref="Conv2D"/> without groups over a float image that lies channels first, as files of ONNX have their inputs: x [N,C,H,W], weights [O,KH,C,KW],
/// bias [O] or none; the result lies channels last, [N,OH,OW,O]. The kernels are those of Conv2D, with a plane for each channel; sums run over
/// [KH,C,KW]. Planning makes it of a Transpose and a Conv2D where that does not cost memory.
/// </summary>
internal sealed class PlanarConv2D : Operator
{
    /// <inheritdoc/>
    public override string Name => "PlanarConv2D";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(Conv2DAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        var a = node.AttributesAs<Conv2DAttributes>();
        OperandRules.AtMost(node, 3);
        Tensor x = node.Operand(0, "x");
        Tensor weights = node.Operand(1, "weights");
        OperandRules.OfType(x, "x", ElementType.Float32);
        OperandRules.Rank(x, 4, "x");
        OperandRules.OfType(weights, "weights", ElementType.Float32);
        OperandRules.Rank(weights, 4, "weights");
        OperandRules.InRange(a.Groups, 1, 1, "groups");
        ConvolutionRules.Settings(
            a.StrideHeight, a.StrideWidth, a.DilationHeight, a.DilationWidth, new(a.PadTop, a.PadBottom, a.PadLeft, a.PadRight));
        if (node.OptionalInput(2) is { } bias)
        {
            OperandRules.OfType(bias, "bias", ElementType.Float32);
            OperandRules.HasShape(bias, new Shape(weights.Shape[0]), "bias");
        }

        if (weights.Shape[2] != x.Shape[1] || !weights.IsConstant)
        {
            throw new OperatorException($"weights '{weights}' [O,KH,C,KW] must be constants for the {x.Shape[1]} channels of x '{x}'");
        }

        return
        [
            new(x.Type, new Shape(
                x.Shape[0],
                ConvolutionRules.OutputExtent(x.Shape[2], weights.Shape[1], a.StrideHeight, a.DilationHeight, a.PadTop + a.PadBottom, "height"),
                ConvolutionRules.OutputExtent(x.Shape[3], weights.Shape[3], a.StrideWidth, a.DilationWidth, a.PadLeft + a.PadRight, "width"),
                weights.Shape[0])),
        ];
    }

    /// <inheritdoc/>
    public override long CountMacs(Node node) => node.Output.Shape.ElementCount * GeometryOf(node).Depth;

    /// <inheritdoc/>
    public override void Execute(OperatorCall call) =>
        call.Prepare(node => new FloatConvolution(GeometryOf(node), node.Input(1).Values<float>(), ClampOf(node)))
            .Run(call.Input<float>(0), call.OptionalInput<float>(2), call.Output<float>());

    /// <inheritdoc/>
    protected override IEnumerable<KernelVariant> Variants(Node node, InstructionSet instructionSet) =>
        FloatLanes.For(instructionSet) is { } lanes ? [LaneConvolution.Of(node, GeometryOf(node), ClampOf(node), lanes)] : [];

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context) => Conv2D.FloatCall(node, context, GeometryOf(node));

    private static Clamp ClampOf(Node node) => node.AttributesAs<Conv2DAttributes>().Clamp;

    private static ConvolutionGeometry GeometryOf(Node node)
    {
        var a = node.AttributesAs<Conv2DAttributes>();
        Shape x = node.Input(0).Shape;
        Shape weights = node.Input(1).Shape;
        Shape result = node.Output.Shape;
        return new(x[0], x[2], x[3], x[1], result[1], result[2], result[3], weights[1], weights[3],
            a.StrideHeight, a.StrideWidth, a.DilationHeight, a.DilationWidth, a.PadTop, a.PadLeft, Groups: 1, IsTransposed: false)
        {
            Planes = x[1],
        };
    }
}
