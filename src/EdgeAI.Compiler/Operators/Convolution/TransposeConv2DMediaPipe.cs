using System.Buffers.Binary;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>
/// MediaPipe's custom operator Convolution2DTransposeBias: x [N,H,W,C], weights [O,KH,KW,C], bias [O]. Its options are the integers padding (1 same,
/// 2 valid), stride of the width and of the height, in the order of the machine that wrote them, little-endian.
/// </summary>
internal sealed class TransposeConv2DMediaPipe : ITfLiteForm
{
    private const int OptionBytes = 12;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["CUSTOM Convolution2DTransposeBias"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor x = node.Ranked(node.Input(0), 4);
        Tensor weights = node.Ranked(node.WeightsFor(x, 1), 4);
        ReadOnlySpan<byte> options = node.CustomOptions.Span;
        if (options.Length < OptionBytes)
        {
            throw node.Fault($"has {options.Length} bytes of options instead of {OptionBytes}");
        }

        int padding = BinaryPrimitives.ReadInt32LittleEndian(options);
        int strideWidth = BinaryPrimitives.ReadInt32LittleEndian(options[4..]);
        int strideHeight = BinaryPrimitives.ReadInt32LittleEndian(options[8..]);
        if (padding is not (1 or 2) || strideWidth is < 1 or > 1 << 12 || strideHeight is < 1 or > 1 << 12)
        {
            throw node.Fault($"has the padding {padding} and the strides {strideHeight} and {strideWidth}");
        }

        (int top, int bottom, int moreHeight) = Padding(weights.Shape[1], strideHeight, padding == 1);
        (int left, int right, int moreWidth) = Padding(weights.Shape[2], strideWidth, padding == 1);
        node.Result(0, "TransposeConv2D",
            new TransposeConv2DAttributes(strideHeight, strideWidth, 1, 1, top, bottom, left, right, moreHeight, moreWidth, 1, Clamp.None),
            x, weights, node.OptionalInput(2));
    }

    /// <summary>Same: each element makes as many as the stride; half of what the kernel has more is cut in front.</summary>
    private static (int Before, int After, int More) Padding(int kernel, int stride, bool isSame)
    {
        int cut = isSame ? kernel - stride : 0;
        int before = Math.Max(0, cut) / 2;
        return (before, Math.Max(0, cut) - before, Math.Max(0, -cut));
    }
}
