using EdgeAI.Compiler.Import.TfLite;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>The two paddings of the TFLite schema, settled to four sides.</summary>
internal static class TfLitePadding
{
    /// <summary>The padding that a byte field names, for one image and window.</summary>
    public static Padding2D Read(TfLiteNode node, int slot, int inputHeight, int inputWidth, int kernelHeight, int kernelWidth,
        int strideHeight, int strideWidth, int dilationHeight, int dilationWidth) => node.Options.Byte(slot) switch
        {
            0 => Padding2D.Same(inputHeight, inputWidth, kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth),
            1 => Padding2D.None,
            var code => throw node.Fault($"has the padding {code}, which the format does not define"),
        };
}
