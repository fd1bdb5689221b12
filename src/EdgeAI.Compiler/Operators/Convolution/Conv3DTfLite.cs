using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>
/// CONV_3D: x [N,D,H,W,C], weights [KD,KH,KW,C,O], bias or none; the sum of a convolution over height and width for each depth of the filters, with depth as part
/// of the batch. Quantized operands are computed as reals.
/// </summary>
internal sealed class Conv3DTfLite : ITfLiteForm
{
    private const int PaddingSlot = 0;
    private const int StrideDepthSlot = 1;
    private const int StrideWidthSlot = 2;
    private const int StrideHeightSlot = 3;
    private const int ActivationSlot = 4;
    private const int DilationDepthSlot = 5;
    private const int DilationWidthSlot = 6;
    private const int DilationHeightSlot = 7;
    private const int MostDepth = 32;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["CONV_3D"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor x = node.Real(node.Ranked(node.Input(0), 5));
        Tensor weights = node.Real(node.Ranked(node.WeightsFor(x, 1), 5));
        Tensor? bias = node.OptionalInput(2) is null ? null : node.Real(node.WeightsFor(x, 2));
        (int depth, int height, int width) = (weights.Shape[0], weights.Shape[1], weights.Shape[2]);
        if (x.Shape[4] != weights.Shape[3] || depth is < 1 or > MostDepth)
        {
            throw node.Fault($"reads {x.Shape} with weights {weights.Shape}; filters for all channels, of up to {MostDepth} in depth, are supported");
        }

        int strideDepth = node.Positive(StrideDepthSlot, "stride");
        int strideHeight = node.Positive(StrideHeightSlot, "stride");
        int strideWidth = node.Positive(StrideWidthSlot, "stride");
        int dilationDepth = node.Positive(DilationDepthSlot, "dilation", otherwise: 1);
        int dilationHeight = node.Positive(DilationHeightSlot, "dilation", otherwise: 1);
        int dilationWidth = node.Positive(DilationWidthSlot, "dilation", otherwise: 1);
        Padding2D line = TfLitePadding.Read(node, PaddingSlot, x.Shape[1], 1, depth, 1, strideDepth, 1, dilationDepth, 1);
        Padding2D plane = TfLitePadding.Read(node, PaddingSlot, x.Shape[2], x.Shape[3], height, width, strideHeight, strideWidth, dilationHeight, dilationWidth);
        int results = ((x.Shape[1] + line.Top + line.Bottom - (dilationDepth * (depth - 1)) - 1) / strideDepth) + 1;
        Tensor padded = line.Top + line.Bottom == 0 ? x
            : Step(node, "Pad", new PadAttributes([0, line.Top, 0, 0, 0], [0, line.Bottom, 0, 0, 0], PadMode.Constant, 0), x);
        Clamp clamp = node.FusedActivation(ActivationSlot);
        Tensor? sum = null;
        for (int k = 0; k < depth; k++)
        {
            Tensor part = Step(node, "Slice", new SliceAttributes([0, k * dilationDepth, 0, 0, 0],
                [x.Shape[0], results, x.Shape[2], x.Shape[3], x.Shape[4]], [1, strideDepth, 1, 1, 1]), padded);
            Tensor planes = Step(node, "Reshape", new ReshapeAttributes([x.Shape[0] * results, x.Shape[2], x.Shape[3], x.Shape[4]]), part);
            Tensor filter = Step(node, "Slice", new SliceAttributes([k, 0, 0, 0, 0], [1, .. weights.Shape.Extents[1..]], [1, 1, 1, 1, 1]), weights);
            Tensor filters = Step(node, "Transpose", new TransposeAttributes([3, 0, 1, 2]), Step(node, "Reshape", new ReshapeAttributes(weights.Shape.Extents[1..]), filter));
            Tensor made = Step(node, "Conv2D", new Conv2DAttributes(strideHeight, strideWidth, dilationHeight, dilationWidth,
                plane.Top, plane.Bottom, plane.Left, plane.Right, 1, depth == 1 ? clamp : Clamp.None), planes, filters, k == 0 ? bias : null);
            sum = sum is null ? made : Step(node, "Add", new BinaryAttributes(k == depth - 1 ? clamp : Clamp.None), sum, made);
        }

        node.RealResult(0, "Reshape", new ReshapeAttributes([x.Shape[0], results, .. sum!.Shape.Extents[1..]]), sum);
    }

    private static Tensor Step(TfLiteNode node, string operatorName, OperatorAttributes attributes, params ReadOnlySpan<Tensor?> inputs) =>
        node.Step(operatorName, attributes, ElementType.Float32, inputs);
}
