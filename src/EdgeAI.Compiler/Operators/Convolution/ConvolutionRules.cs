using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>What the convolutions demand of their settings, and how they scale results.</summary>
internal static class ConvolutionRules
{
    /// <summary>Positive strides and dilations, no negative padding.</summary>
    public static void Settings(int strideHeight, int strideWidth, int dilationHeight, int dilationWidth, Padding2D padding)
    {
        OperandRules.InRange(strideHeight, 1, int.MaxValue, nameof(strideHeight));
        OperandRules.InRange(strideWidth, 1, int.MaxValue, nameof(strideWidth));
        OperandRules.InRange(dilationHeight, 1, int.MaxValue, nameof(dilationHeight));
        OperandRules.InRange(dilationWidth, 1, int.MaxValue, nameof(dilationWidth));
        OperandRules.InRange(Math.Min(Math.Min(padding.Top, padding.Bottom), Math.Min(padding.Left, padding.Right)), 0, int.MaxValue, "padding");
    }

    /// <summary>(input + padding − (kernel − 1)·dilation − 1) / stride + 1, which must be positive.</summary>
    public static int OutputExtent(int input, int kernel, int stride, int dilation, int padding, string axis)
    {
        long room = (long)input + padding - ((kernel - 1L) * dilation) - 1;
        return room < 0
            ? throw new OperatorException($"the kernel spans {((kernel - 1L) * dilation) + 1} elements of {axis}, but the padded operand has {(long)input + padding}")
            : (int)((room / stride) + 1);
    }

    /// <summary>The factors of a convolution's channels; one when all weights share a scale.</summary>
    public static Requantization Factors(Node node, int channelCount) => Requantization.PerChannel(
        node.Input(0), node.Input(1), node.Output, node.Input(1).Quantization!.Scales.Length > 1 ? channelCount : 1);
}
