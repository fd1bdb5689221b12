using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>The int8 depthwise convolution over two rows of the result at a time for cores with 32-bit products alone (edgeai_depthwise_conv2d_paired_s8).</summary>
internal sealed class PairedDepthwise
{
    private const int WordTaps = 4;

    // Below, what a channel of two rows costs before its first window is more than the windows save.
    private const int FewestWindows = 3;

    private readonly ConvolutionGeometry _geometry;
    private readonly ChannelWords _channels;

    private PairedDepthwise(ConvolutionGeometry geometry, ChannelWords channels)
    {
        _geometry = geometry;
        _channels = channels;
    }

    // Words of a channel's weights and of the columns that two rows of the result read.
    private long ScratchBytes
    {
        get
        {
            long columns = ((_geometry.OutputWidth - 1L) * _geometry.StrideWidth) + _geometry.KernelWidth;
            return 4 * (((long)WordTaps * WordsOfTaps) + (columns * _geometry.KernelHeight) + 1);
        }
    }

    private int TapCount => _geometry.KernelHeight * _geometry.KernelWidth;

    private int WordsOfTaps => (TapCount + WordTaps - 1) / WordTaps;

    /// <summary>The kernel for a node with int8 operands. Each channel must be proven exact; two rows are made channel by channel.</summary>
    /// <param name="node">The node.</param>
    /// <param name="geometry">Its extents.</param>
    /// <param name="clamp">Its limits.</param>
    /// <param name="isNibbles">Whether int4 weights are read two a byte and put into words of int8 ones first (edgeai_depthwise_conv2d_paired_s4).</param>
    public static KernelVariant Of(Node node, ConvolutionGeometry geometry, Clamp clamp, bool isNibbles = false)
    {
        string name = isNibbles ? PairedConvolution.NibblesName : PairedConvolution.Name;
        string? whyNot = geometry.InputChannels != geometry.OutputChannels ? "it makes several channels of one"
            : geometry.DilationWidth != 1 ? "its columns are dilated"
            : geometry.OutputWidth < FewestWindows ? $"rows of {geometry.OutputWidth} results are too short to pay for it"
            : node.Input(1).Values<sbyte>().Contains(sbyte.MinValue) ? PairedConvolution.TwoProductsDoNotFit
            : null;
        if (whyNot is null && TryScale(node, geometry, clamp) is { } channels)
        {
            var paired = new PairedDepthwise(geometry, channels);
            return new(name, context => paired.Emit(node, context, isNibbles))
            {
                ReadsNibbles = isNibbles,
                ScratchBytes = paired.ScratchBytes + (isNibbles ? NibbleLayout.UnpackedBytes((long)geometry.OutputChannels * paired.WordsOfTaps) : 0),
                ReadBehindPixels = 2 * geometry.OutputWidth,
            };
        }

        return new(name, _ => throw new OperatorException($"node '{node.Name}' has no paired kernel")) { WhyNot = whyNot ?? PackedPairs.NotExact };
    }

    private static ChannelWords? TryScale(Node node, ConvolutionGeometry geometry, Clamp clamp)
    {
        int channels = geometry.OutputChannels;
        int taps = geometry.KernelHeight * geometry.KernelWidth;
        return ChannelWords.TryMake(
            WeightedSum.FoldedBias(node, channels, i => (int)(i % channels)),
            channel => [.. Enumerable.Range(0, taps).Select(tap => node.Input(1).Values<sbyte>()[(tap * channels) + channel])],
            ConvolutionRules.Factors(node, channels), node.Output, clamp);
    }

    private KernelCall Emit(Node node, EmissionContext context, bool isNibbles)
    {
        string function = isNibbles ? "edgeai_depthwise_conv2d_paired_s4" : "edgeai_depthwise_conv2d_paired_s8";
        uint[] weights = Weights(node.Input(1).Values<sbyte>());
        return new(function, function,
            [
                .. _geometry.Fields(),
                KernelField.Of("input_zero_point", node.Input(0).Quantization!.ZeroPoint),
                .. _channels.Fields(node, context, group: 1),
            ],
            [
                context.Read(node.Input(0)), context.Constant<uint>(node, "weights", isNibbles ? NibbleLayout.Unpackable(weights) : weights),
                context.Write(node.Output), context.Scratch,
            ]);
    }

    private uint[] Weights(ReadOnlySpan<sbyte> weights)
    {
        int channels = _geometry.OutputChannels;
        uint[] words = new uint[channels * WordsOfTaps];
        for (int channel = 0; channel < channels; channel++)
        {
            for (int tap = 0; tap < TapCount; tap++)
            {
                // Columns one after another.
                int row = tap % _geometry.KernelHeight;
                int column = tap / _geometry.KernelHeight;
                sbyte weight = weights[(((row * _geometry.KernelWidth) + column) * channels) + channel];
                words[(channel * WordsOfTaps) + (tap / WordTaps)] |= (uint)(byte)weight << (tap % WordTaps * 8);
            }
        }

        return words;
    }
}
