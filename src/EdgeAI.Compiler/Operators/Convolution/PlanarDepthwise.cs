using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>
/// The int8 depthwise convolution of 3×3 taps over planes of 16-bit lanes (edgeai_depthwise_conv2d_planar_s8): four channels of an image after
/// another, in place of the operand.
/// </summary>
internal static class PlanarDepthwise
{
    private const int Channels = 4;
    private const int ChannelWords = 10;
    private const int Taps = 3;
    private const int LaneBytes = 128;

    /// <summary>The kernel for a node with int8 operands. Each channel must be proven exact.</summary>
    public static KernelVariant Of(Node node, ConvolutionGeometry geometry, Clamp clamp)
    {
        string? whyNot = geometry.OutputChannels != geometry.InputChannels ? "it makes several channels of one"
            : geometry.OutputChannels % Channels != 0 ? $"{geometry.OutputChannels} channels are no multiple of {Channels}"
            : geometry is not { KernelHeight: Taps, KernelWidth: Taps, StrideHeight: 1, StrideWidth: 1, DilationHeight: 1, DilationWidth: 1 }
                ? $"it is not {Taps}×{Taps} without strides"
            : geometry.OutputHeight != geometry.InputHeight || geometry.OutputWidth != geometry.InputWidth ? "its result has another shape"
            : geometry.OutputWidth < 2 ? "it is one pixel wide"
            : null;
        if (whyNot is null && PackedDepthwise.TryScale(node, geometry) is var (scaling, bias))
        {
            return new("planar", context => Emit(node, geometry, clamp, scaling, bias, context))
            {
                ScratchBytes = LaneBytes * (((geometry.OutputWidth + 1L) / 2) + 1),
                InPlaceInputs = [0],
            };
        }

        return new("planar", _ => throw new OperatorException($"node '{node.Name}' has no planar kernel")) { WhyNot = whyNot ?? PackedPairs.NotExact };
    }

    private static KernelCall Emit(
        Node node, ConvolutionGeometry geometry, Clamp clamp, FusedScaling scaling, int[] bias, EmissionContext context)
    {
        var range = IntegerRange.Clamped(clamp, node.Output);
        bool limited = range.Minimum != sbyte.MinValue || range.Maximum != sbyte.MaxValue;
        return new("edgeai_depthwise_conv2d_planar_s8", "edgeai_depthwise_conv2d_planar_s8",
            [
                .. geometry.Fields(),
                KernelField.Of("input_zero_point", node.Input(0).Quantization!.ZeroPoint),
                KernelField.Of("linear", scaling.IsLinear ? 1 : 0),
                KernelField.Of("limited", limited ? 1 : 0),
                KernelField.Of("minimum", range.Minimum),
                KernelField.Of("maximum", range.Maximum),
                KernelField.Pointer("channels", context.Constant<int>(node, "channels", ChannelTable(node.Input(1).Values<sbyte>(), scaling, bias))),
            ],
            [context.Read(node.Input(0)), context.Write(node.Output), context.Scratch]);
    }

    private static int[] ChannelTable(ReadOnlySpan<sbyte> weights, FusedScaling scaling, int[] bias)
    {
        int[] table = new int[bias.Length * ChannelWords];
        for (int channel = 0; channel < bias.Length; channel++)
        {
            Span<int> words = table.AsSpan(channel * ChannelWords, ChannelWords);
            scaling.Write(channel, isSecondOfPair: false, words[((2 * Taps) + 1)..]);

            // Sums come out as the scaling wants them: doubled, or shifted to the left.
            int shift = scaling.IsLinear ? 1 : words[^1];
            for (int row = 0; row < Taps; row++)
            {
                int first = weights[(row * Taps * bias.Length) + channel] << shift;
                int second = weights[(((row * Taps) + 1) * bias.Length) + channel] << shift;
                int third = weights[(((row * Taps) + 2) * bias.Length) + channel] << shift;
                words[2 * row] = (first & 0xFFFF) | (second << 16);
                words[(2 * row) + 1] = (second & 0xFFFF) | (third << 16);
            }

            words[2 * Taps] = unchecked(bias[channel] << shift);
        }

        return table;
    }
}
