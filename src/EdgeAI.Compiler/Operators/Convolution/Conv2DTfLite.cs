using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>CONV_2D: x [N,H,W,C], weights [O,KH,KW,C/groups], bias or none.</summary>
internal sealed class Conv2DTfLite : ITfLiteForm
{
    private const int PaddingSlot = 0;
    private const int StrideWidthSlot = 1;
    private const int StrideHeightSlot = 2;
    private const int ActivationSlot = 3;
    private const int DilationWidthSlot = 4;
    private const int DilationHeightSlot = 5;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["CONV_2D"];

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
        int channels = weights.Shape[3];
        if (channels == 0 || x.Shape[3] % channels != 0)
        {
            throw node.Fault($"reads {x.Shape[3]} channels with weights for {channels}");
        }

        if (WideLayers.Take(x, weights))
        {
            node.Result(0, "WideConv2D", new WideConv2DAttributes(strideHeight, strideWidth, dilationHeight, dilationWidth,
                padding.Top, padding.Bottom, padding.Left, padding.Right, 0, 0, x.Shape[3] / channels, IsTransposed: false,
                FloatProduct: x.Type == ElementType.Int8, node.FusedActivation(ActivationSlot)), x, weights, node.OptionalInput(2));
            return;
        }

        node.Result(0, "Conv2D", new Conv2DAttributes(strideHeight, strideWidth, dilationHeight, dilationWidth,
            padding.Top, padding.Bottom, padding.Left, padding.Right, x.Shape[3] / channels, node.FusedActivation(ActivationSlot)),
            x, weights, node.OptionalInput(2));
    }
}
