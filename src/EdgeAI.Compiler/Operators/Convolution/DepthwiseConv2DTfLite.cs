using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>
/// DEPTHWISE_CONV_2D: x [N,H,W,C], weights [1,KH,KW,C·multiplier], bias or none. The multiplier follows from the shapes; the field that
/// repeats it is not always written.
/// </summary>
internal sealed class DepthwiseConv2DTfLite : ITfLiteForm
{
    private const int PaddingSlot = 0;
    private const int StrideWidthSlot = 1;
    private const int StrideHeightSlot = 2;
    private const int ActivationSlot = 4;
    private const int DilationWidthSlot = 5;
    private const int DilationHeightSlot = 6;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["DEPTHWISE_CONV_2D"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor x = node.Ranked(node.Input(0), 4);
        Tensor weights = node.Ranked(node.WeightsFor(x, 1), 4);
        int strideHeight = node.Positive(StrideHeightSlot, "stride");
        int strideWidth = node.Positive(StrideWidthSlot, "stride");
        int dilationHeight = node.Positive(DilationHeightSlot, "dilation", otherwise: 1);
        int dilationWidth = node.Positive(DilationWidthSlot, "dilation", otherwise: 1);
        Padding2D padding = TfLitePadding.Read(node, PaddingSlot, x.Shape[1], x.Shape[2], weights.Shape[1], weights.Shape[2],
            strideHeight, strideWidth, dilationHeight, dilationWidth);
        if (x.Shape[3] == 0 || weights.Shape[3] % x.Shape[3] != 0)
        {
            throw node.Fault($"reads {x.Shape[3]} channels with weights for {weights.Shape[3]}");
        }

        if (WideLayers.Take(x, weights))
        {
            node.Result(0, "WideConv2D", new WideConv2DAttributes(strideHeight, strideWidth, dilationHeight, dilationWidth,
                padding.Top, padding.Bottom, padding.Left, padding.Right, 0, 0, x.Shape[3], IsTransposed: false,
                FloatProduct: x.Type == ElementType.Int8, node.FusedActivation(ActivationSlot)), x, WideLayers.ChannelsInFront(node, weights), node.OptionalInput(2));
            return;
        }

        node.Result(0, "DepthwiseConv2D", new DepthwiseConv2DAttributes(strideHeight, strideWidth, dilationHeight, dilationWidth,
            padding.Top, padding.Bottom, padding.Left, padding.Right, weights.Shape[3] / x.Shape[3], node.FusedActivation(ActivationSlot)),
            x, weights, node.OptionalInput(2));
    }
}
