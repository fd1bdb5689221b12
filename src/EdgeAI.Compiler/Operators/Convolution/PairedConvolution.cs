using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>
/// The int8 convolution over pairs of pixels for cores with 32-bit products alone (edgeai_conv2d_paired_s8). A 1×1 convolution without strides
/// is one row of pixels.
/// </summary>
internal sealed class PairedConvolution
{
    /// <summary>Why a node with a weight of −128 has no kernel over pairs.</summary>
    public const string TwoProductsDoNotFit = "a weight is -128, so that two products do not fit in 16 bits";

    /// <summary>The name of kernels over pairs with int8 weights.</summary>
    public const string Name = "paired";

    /// <summary>The name of those with int4 weights.</summary>
    public const string NibblesName = "paired-nibbles";

    private const int DepthStep = 8;
    private const int ScratchWords = 320;
    private const int FewestPairs = 3;
    private const int MostPairs = 8;

    private readonly ConvolutionGeometry _geometry;
    private readonly ChannelWords _channels;

    private PairedConvolution(ConvolutionGeometry geometry, ChannelWords channels)
    {
        _geometry = geometry;
        _channels = channels;
    }

    // Words of a block of pixels and of two channels' weights.
    private long ScratchBytes => 4L * (BlockPairs + 2) * PaddedDepth;

    private int PaddedDepth => (_geometry.Depth + DepthStep - 1) / DepthStep * DepthStep;

    private int BlockPairs
    {
        get
        {
            int pairs = ((_geometry.Batches * _geometry.OutputHeight * _geometry.OutputWidth) + 1) / 2;
            return Math.Min(pairs, Math.Clamp((ScratchWords / PaddedDepth) - 2, FewestPairs, MostPairs));
        }
    }

    /// <summary>
    /// The kernel for a node with int8 operands. Two products must fit in 16 bits, which they do with weights above −128, and each channel must be
    /// proven exact.
    /// </summary>
    public static KernelVariant Of(Node node, ConvolutionGeometry geometry, Clamp clamp) => Of(node, geometry, clamp, isNibbles: false);

    /// <summary>The kernel for a node with int8 operands and int4 weights, which it reads two a byte (edgeai_conv2d_paired_s4).</summary>
    public static KernelVariant OfNibbles(Node node, ConvolutionGeometry geometry, Clamp clamp) => Of(node, geometry, clamp, isNibbles: true);

    private static KernelVariant Of(Node node, ConvolutionGeometry geometry, Clamp clamp, bool isNibbles)
    {
        string name = isNibbles ? NibblesName : Name;
        string? whyNot = geometry.Groups != 1 ? "it has groups of channels"
            : node.Input(1).Values<sbyte>().Contains(sbyte.MinValue) ? TwoProductsDoNotFit
            : null;
        if (whyNot is null && TryScale(node, geometry, clamp) is { } channels)
        {
            var paired = new PairedConvolution(geometry.Flattened(), channels);
            return new(name, context => paired.Emit(node, context, isNibbles)) { ScratchBytes = paired.ScratchBytes, ReadBehindPixels = 0, ReadsNibbles = isNibbles };
        }

        return new(name, _ => throw new OperatorException($"node '{node.Name}' has no paired kernel")) { WhyNot = whyNot ?? PackedPairs.NotExact };
    }

    private static ChannelWords? TryScale(Node node, ConvolutionGeometry geometry, Clamp clamp) => ChannelWords.TryMake(
        WeightedSum.FoldedBias(node, geometry.OutputChannels, i => (int)(i / geometry.Depth)),
        channel => node.Input(1).Values<sbyte>().Slice(channel * geometry.Depth, geometry.Depth).ToArray(),
        ConvolutionRules.Factors(node, geometry.OutputChannels), node.Output, clamp);

    private KernelCall Emit(Node node, EmissionContext context, bool isNibbles)
    {
        string function = isNibbles ? "edgeai_conv2d_paired_s4" : "edgeai_conv2d_paired_s8";
        uint[] weights = Weights(node.Input(1).Values<sbyte>());
        return new(function, function,
            [
                .. _geometry.Fields(),
                KernelField.Of("padded_depth", PaddedDepth),
                KernelField.Of("block_pairs", BlockPairs),
                KernelField.Of("input_zero_point", node.Input(0).Quantization!.ZeroPoint),
                .. _channels.Fields(node, context, group: 2),
            ],
            [
                context.Read(node.Input(0)), context.Constant<uint>(node, "weights", isNibbles ? NibbleLayout.Bytes(weights) : weights),
                context.Write(node.Output), context.Scratch,
            ]);
    }

    private uint[] Weights(ReadOnlySpan<sbyte> rows)
    {
        // A word is the bytes A, A, B, B of two depth indices.
        uint[] words = new uint[(_geometry.OutputChannels + 1) / 2 * (PaddedDepth / 2)];
        for (int channel = 0; channel < _geometry.OutputChannels; channel++)
        {
            for (int k = 0; k < _geometry.Depth; k++)
            {
                int at = (channel / 2 * (PaddedDepth / 2)) + (k / 2);
                int bit = (channel % 2 * 16) + (k % 2 * 8);
                words[at] |= (uint)(byte)rows[(channel * _geometry.Depth) + k] << bit;
            }
        }

        return words;
    }
}
