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

    /// <summary>Whether the set is meant, the node is one convolution of all channels, and two products fit in 16 bits.</summary>
    public static bool IsChosen(Node node, ConvolutionGeometry geometry, InstructionSet instructionSet) =>
        instructionSet is InstructionSet.Thumb1 or InstructionSet.Thumb2 && node.Input(0).Type == ElementType.Int8 && geometry.Groups == 1
        && node.Output.Shape.ElementCount > 0 && !node.Input(1).Values<sbyte>().Contains(sbyte.MinValue);

    /// <summary>Words of a block of pixels and of two channels' weights.</summary>
    public static long ScratchBytes(ConvolutionGeometry geometry) => 4L * (BlockPairs(geometry) + 2) * PaddedDepth(geometry);

    /// <summary>The call.</summary>
    public static KernelCall Emit(Node node, ConvolutionGeometry geometry, Clamp clamp, EmissionContext context)
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
