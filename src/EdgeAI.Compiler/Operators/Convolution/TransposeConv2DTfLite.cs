using System.Collections.Immutable;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>
/// TRANSPOSE_CONV: result shape (a constant), weights [O,KH,KW,C], x [N,H,W,C], bias or none. Padding is that of the convolution
/// from the result back to x; what the result's extent leaves over is cut or added behind.
/// </summary>
internal sealed class TransposeConv2DTfLite : ITfLiteForm
{
    private const int PaddingSlot = 0;
    private const int StrideWidthSlot = 1;
    private const int StrideHeightSlot = 2;
    private const int ActivationSlot = 3;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["TRANSPOSE_CONV"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        // Where the file computes the shape at run time, its own tensor says what comes out.
        ImmutableArray<int> extents = node.Input(0).IsConstant ? node.Integers(0, "result shape") : node.Declared().Shape.Extents;
        Tensor x = node.Ranked(node.Input(2), 4);
        Tensor weights = node.Ranked(node.WeightsFor(x, 1), 4);
        if (extents.Length != 4 || extents.Any(extent => extent < 1))
        {
            throw node.Fault($"has the result shape [{string.Join(',', extents)}]");
        }

        int strideHeight = node.Positive(StrideHeightSlot, "stride");
        int strideWidth = node.Positive(StrideWidthSlot, "stride");
        Padding2D padding = TfLitePadding.Read(node, PaddingSlot, extents[1], extents[2], weights.Shape[1], weights.Shape[2],
            strideHeight, strideWidth, 1, 1);
        (int bottom, int extraHeight) = Settle(node, x.Shape[1], extents[1], weights.Shape[1], strideHeight, padding.Top);
        (int right, int extraWidth) = Settle(node, x.Shape[2], extents[2], weights.Shape[2], strideWidth, padding.Left);
        if (WideLayers.Take(x, weights))
        {
            node.Result(0, "WideConv2D", new WideConv2DAttributes(strideHeight, strideWidth, 1, 1, padding.Top, bottom, padding.Left, right,
                extraHeight, extraWidth, 1, IsTransposed: true, FloatProduct: x.Type == ElementType.Int8, node.FusedActivation(ActivationSlot)),
                x, weights, node.OptionalInput(3));
            return;
        }

        node.Result(0, "TransposeConv2D", new TransposeConv2DAttributes(strideHeight, strideWidth, 1, 1,
            padding.Top, bottom, padding.Left, right, extraHeight, extraWidth, 1, node.FusedActivation(ActivationSlot)),
            x, weights, node.OptionalInput(3));
    }

    // The padding behind, or the elements added there, that lead from an extent to the wanted one.
    private static (int PadBehind, int OutputPad) Settle(TfLiteNode node, int input, int output, int kernel, int stride, int padBefore)
    {
        long behind = ((input - 1L) * stride) + kernel - output - padBefore;
        return behind is < int.MinValue or > int.MaxValue
            ? throw node.Fault($"leads from the extent {input} to {output}")
            : behind >= 0 ? ((int)behind, 0) : (0, (int)-behind);
    }
}
