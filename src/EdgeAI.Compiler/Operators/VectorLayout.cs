using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators;

/// <summary>Constants of int8 layers as kernels over vectors (edgeai_vectors_s8.h) read them: four channels at a time.</summary>
internal static class VectorLayout
{
    /// <summary>The name of kernels over vectors of int8 weights.</summary>
    public const string Name = "vectors";

    /// <summary>The name of those over vectors of int4 weights.</summary>
    public const string NibblesName = "vector-nibbles";

    /// <summary>Bytes of a vector.</summary>
    public const int Lanes = 16;

    private const int Channels = 4;

    /// <summary>A row-major matrix [channels, depth] as blocks of sixteen depth indices of each of four channels, padded with zeros.</summary>
    public static sbyte[] Weights(ReadOnlySpan<sbyte> rows, int channelCount)
    {
        int depth = rows.Length / channelCount;
        int blocks = (depth + Lanes - 1) / Lanes;
        sbyte[] laidOut = new sbyte[(channelCount + Channels - 1) / Channels * blocks * Channels * Lanes];
        for (int channel = 0; channel < channelCount; channel++)
        {
            for (int k = 0; k < depth; k++)
            {
                int block = (channel / Channels * blocks) + (k / Lanes);
                laidOut[(((block * Channels) + (channel % Channels)) * Lanes) + (k % Lanes)] = rows[(channel * depth) + k];
            }
        }

        return laidOut;
    }

    /// <summary>The address of a node's weights laid out so, int8, or two a byte (<see cref="NibbleLayout.Vectors"/>).</summary>
    public static string Weights(Node node, int channelCount, EmissionContext context, bool isNibbles)
    {
        sbyte[] weights = Weights(node.Input(1).Values<sbyte>(), channelCount);
        return isNibbles ? context.Constant<byte>(node, "weights", NibbleLayout.Vectors(weights)) : context.Constant<sbyte>(node, "weights", weights);
    }

    /// <summary>
    /// Weights [taps, channels] of a depthwise kernel as sixteen bytes of each tap for each sixteen channels, padded with zeros; fewer channels
    /// that divide sixteen repeat.
    /// </summary>
    public static sbyte[] Taps(ReadOnlySpan<sbyte> weights, int channelCount)
    {
        int taps = weights.Length / channelCount;
        int padded = PaddedTapChannels(channelCount);
        sbyte[] laidOut = new sbyte[padded * taps];
        for (int lane = 0; lane < RepeatedChannels(channelCount); lane++)
        {
            for (int tap = 0; tap < taps; tap++)
            {
                laidOut[(((lane / Lanes * taps) + tap) * Lanes) + (lane % Lanes)] = weights[(tap * channelCount) + (lane % channelCount)];
            }
        }

        return laidOut;
    }

    /// <summary>For each four channels their biases, factors and shifts.</summary>
    public static int[] RowChannels(int[] bias, Requantization factors)
    {
        int[] words = new int[(bias.Length + Channels - 1) / Channels * Channels * 3];
        for (int channel = 0; channel < bias.Length; channel++)
        {
            Write(words, (channel / Channels * 3 * Channels) + (channel % Channels), bias, factors, channel);
        }

        return words;
    }

    /// <summary>The same for each sixteen channels in the order in which edgeai_vector_taps_s8.h widens products.</summary>
    public static int[] TapChannels(int[] bias, Requantization factors)
    {
        ReadOnlySpan<int> quarter = [0, 2, 1, 3];
        int[] words = new int[PaddedTapChannels(bias.Length) * 3];
        for (int lane = 0; lane < RepeatedChannels(bias.Length); lane++)
        {
            int group = (lane / Lanes * Channels) + quarter[lane % Channels];
            Write(words, (group * 3 * Channels) + (lane % Lanes / Channels), bias, factors, lane % bias.Length);
        }

        return words;
    }

    /// <summary>The members of parameter structs behind the extents: limits and the channels' words.</summary>
    public static IEnumerable<KernelField> ResultFields(Node node, EmissionContext context, Clamp clamp, Requantization factors, int[] channels)
    {
        var range = IntegerRange.Clamped(clamp, node.Output);
        return
        [
            KernelField.Of("output_zero_point", node.Output.Quantization!.ZeroPoint),
            KernelField.Of("minimum", range.Minimum),
            KernelField.Of("maximum", range.Maximum),
            KernelField.Of("shifts_left", factors.Shifts.ContainsAnyInRange(1, int.MaxValue) ? 1 : 0),
            KernelField.Pointer("channels", context.Constant<int>(node, "channels", channels)),
        ];
    }

    private static void Write(int[] words, int at, int[] bias, Requantization factors, int channel)
    {
        int index = factors.Shifts.Length == 1 ? 0 : channel;
        words[at] = bias[channel];
        words[at + Channels] = factors.MultipliersQ31[index];
        words[at + (2 * Channels)] = factors.Shifts[index];
    }

    private static int PaddedTapChannels(int channelCount) => (channelCount + Lanes - 1) / Lanes * Lanes;

    private static int RepeatedChannels(int channelCount) => Lanes % channelCount == 0 ? Lanes : channelCount;
}
