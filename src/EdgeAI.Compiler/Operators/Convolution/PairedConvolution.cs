using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>The int8 convolution over pairs of pixels for cores with 32-bit products alone (edgeai_conv2d_paired_s8).</summary>
internal static class PairedConvolution
{
    private const int DepthStep = 8;
    private const int ScratchWords = 864;
    private const int FewestPairs = 3;
    private const int MostPairs = 8;

    /// <summary>The kernel for a node with int8 operands. Two products must fit in 16 bits; scratch holds a block of pixels and two channels' weights.</summary>
    public static KernelVariant Of(Node node, ConvolutionGeometry geometry, Clamp clamp) =>
        new("paired", context => Emit(node, geometry, clamp, context))
        {
            WhyNot = geometry.Groups != 1 ? "it has groups of channels"
                : node.Input(1).Values<sbyte>().Contains(sbyte.MinValue) ? "a weight is -128, so that two products do not fit in 16 bits"
                : null,
            ScratchBytes = 4L * (BlockPairs(geometry) + 2) * PaddedDepth(geometry),
            ReadBehindPixels = 1,
        };

    private static KernelCall Emit(Node node, ConvolutionGeometry geometry, Clamp clamp, EmissionContext context)
    {
        int channels = geometry.OutputChannels;
        int[] bias = WeightedSum.FoldedBias(node, channels, i => (int)(i / geometry.Depth));
        return new("edgeai_conv2d_paired_s8", "edgeai_conv2d_paired_s8",
            [
                .. geometry.Fields(),
                KernelField.Of("padded_depth", PaddedDepth(geometry)),
                KernelField.Of("block_pairs", BlockPairs(geometry)),
                KernelField.Of("input_zero_point", node.Input(0).Quantization!.ZeroPoint),
                .. WeightedSum.ResultFields(node, context, clamp, ConvolutionRules.Factors(node, channels), bias),
            ],
            [
                context.Read(node.Input(0)), context.Constant<sbyte>(node, "weights", Weights(node.Input(1).Values<sbyte>(), geometry)),
                context.Write(node.Output), context.Scratch,
            ]);
    }

    private static int PaddedDepth(ConvolutionGeometry geometry) => (geometry.Depth + DepthStep - 1) / DepthStep * DepthStep;

    private static int BlockPairs(ConvolutionGeometry geometry) =>
        Math.Clamp((ScratchWords / PaddedDepth(geometry)) - 2, FewestPairs, MostPairs);

    private static sbyte[] Weights(ReadOnlySpan<sbyte> rows, ConvolutionGeometry geometry)
    {
        int padded = PaddedDepth(geometry);
        sbyte[] laidOut = new sbyte[(geometry.OutputChannels + 1) / 2 * 2 * padded];
        for (int channel = 0; channel < geometry.OutputChannels; channel++)
        {
            for (int k = 0; k < geometry.Depth; k++)
            {
                laidOut[(channel / 2 * 2 * padded) + (k / 2 * 4) + (channel % 2 * 2) + (k % 2)] = rows[(channel * geometry.Depth) + k];
            }
        }

        return laidOut;
    }
}
