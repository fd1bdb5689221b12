using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>The int8 depthwise convolution over four channels and two taps at a time (edgeai_depthwise_conv2d_packed_s8).</summary>
internal sealed class PackedDepthwise
{
    private const int Channels = 4;
    private const int ChannelWords = 16;
    private const int TapBytes = 16;

    // The order in which sums stand in registers.
    private static readonly int[] Order = [0, 2, 1, 3];

    private readonly ConvolutionGeometry _geometry;
    private readonly FusedScaling _scaling;
    private readonly int[] _bias;

    private PackedDepthwise(ConvolutionGeometry geometry, FusedScaling scaling, int[] bias)
    {
        _geometry = geometry;
        _scaling = scaling;
        _bias = bias;
    }

    // Two lists of taps and a pixel of zero points.
    private long ScratchBytes => ((long)TapBytes * TapCount) + _geometry.InputChannels;

    private int TapCount => _geometry.KernelHeight * _geometry.KernelWidth;

    /// <summary>The kernel for a node with int8 operands. Each channel must be proven exact.</summary>
    /// <param name="node">The node.</param>
    /// <param name="geometry">Its extents.</param>
    /// <param name="clamp">Its limits.</param>
    /// <param name="isNibbles">Whether int4 weights are read two a byte and put into words of lanes first (edgeai_depthwise_conv2d_packed_s4).</param>
    public static KernelVariant Of(Node node, ConvolutionGeometry geometry, Clamp clamp, bool isNibbles = false)
    {
        string name = isNibbles ? PackedPairs.NibblesName : PackedPairs.Name;
        string? whyNot = geometry.OutputChannels != geometry.InputChannels ? "it makes several channels of one"
            : geometry.OutputChannels % Channels != 0 ? $"{geometry.OutputChannels} channels are no multiple of {Channels}"
            : geometry.KernelHeight * geometry.KernelWidth < 2 ? "it has one tap"
            : null;
        if (whyNot is null && TryScale(node, geometry) is var (scaling, bias))
        {
            var made = new PackedDepthwise(geometry, scaling, bias);
            long unpacked = isNibbles ? NibbleLayout.UnpackedBytes(made.PackedWeights(node.Input(1).Values<sbyte>()).Length) : 0;
            return new(name, context => made.Emit(node, clamp, context, isNibbles))
            {
                ScratchBytes = made.ScratchBytes + unpacked,
                ReadBehindPixels = 1,
                ReadsNibbles = isNibbles,
            };
        }

        return new(name, _ => throw new OperatorException($"node '{node.Name}' has no packed kernel")) { WhyNot = whyNot ?? PackedPairs.NotExact };
    }

    /// <summary>The scaling of a node's channels and their biases with the operand's zero point folded in; null where one cannot be proven exact.</summary>
    public static (FusedScaling Scaling, int[] Bias)? TryScale(Node node, ConvolutionGeometry geometry)
    {
        int channels = geometry.OutputChannels;
        int taps = geometry.KernelHeight * geometry.KernelWidth;
        int[] bias = WeightedSum.FoldedBias(node, channels, i => (int)(i % channels));
        ReadOnlySpan<sbyte> weights = node.Input(1).Values<sbyte>();
        long[] largest = new long[channels];
        int?[] constants = new int?[channels];
        sbyte[] column = new sbyte[taps];
        for (int channel = 0; channel < channels; channel++)
        {
            for (int tap = 0; tap < taps; tap++)
            {
                column[tap] = weights[(tap * channels) + channel];
            }

            largest[channel] = FusedScaling.LargestSum(column, bias[channel]);
            constants[channel] = column.Any(weight => weight != 0) ? null : bias[channel];
        }

        return FusedScaling.TryMake(largest, constants, ConvolutionRules.Factors(node, channels), node.Output) is { } scaling
            ? (scaling, bias)
            : null;
    }

    private KernelCall Emit(Node node, Clamp clamp, EmissionContext context, bool isNibbles)
    {
        string function = isNibbles ? "edgeai_depthwise_conv2d_packed_s4" : "edgeai_depthwise_conv2d_packed_s8";
        uint[] weights = PackedWeights(node.Input(1).Values<sbyte>());
        var range = IntegerRange.Clamped(clamp, node.Output);
        bool limited = range.Minimum != sbyte.MinValue || range.Maximum != sbyte.MaxValue;
        return new(function, function,
            [
                .. _geometry.Fields(),
                KernelField.Of("input_zero_point", node.Input(0).Quantization!.ZeroPoint),
                KernelField.Of("linear", _scaling.IsLinear ? 1 : 0),
                KernelField.Of("limited", limited ? 1 : 0),
                KernelField.Of("minimum", range.Minimum),
                KernelField.Of("maximum", range.Maximum),
                KernelField.Pointer("channels", context.Constant<int>(node, "channels", ChannelTable())),
            ],
            [
                context.Read(node.Input(0)), context.Constant<uint>(node, "weights", isNibbles ? NibbleLayout.UnpackableLanes(weights) : weights),
                context.Write(node.Output), context.Scratch,
            ]);
    }

    private int[] ChannelTable()
    {
        int[] table = new int[_bias.Length / Channels * ChannelWords];
        for (int at = 0; at < _bias.Length; at++)
        {
            int first = at / Channels * Channels;
            int channel = first + Order[at % Channels];
            Span<int> words = table.AsSpan(first / Channels * ChannelWords);
            words[at % Channels] = _bias[channel];
            _scaling.Write(channel, isSecondOfPair: false, words.Slice(Channels + (at % Channels * 3), 3));
        }

        return table;
    }

    private uint[] PackedWeights(ReadOnlySpan<sbyte> weights)
    {
        int channels = _bias.Length;
        var words = new List<uint>();
        for (int first = 0; first < channels; first += Channels)
        {
            int tap = 0;
            for (; tap + 1 < TapCount; tap += 2)
            {
                foreach (int offset in Order)
                {
                    words.Add(Lanes(weights[(tap * channels) + first + offset], weights[((tap + 1) * channels) + first + offset]));
                }
            }

            if (tap < TapCount)
            {
                int at = (tap * channels) + first;
                words.Add(Lanes(weights[at], weights[at + 2]));
                words.Add(Lanes(weights[at + 1], weights[at + 3]));
            }
        }

        return [.. words];
    }

    private static uint Lanes(sbyte lower, sbyte upper) => (uint)(lower & 0xFFFF) | ((uint)(upper & 0xFFFF) << 16);
}
