using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators;

/// <summary>Constants of int8 layers as kernels over vectors (edgeai_vectors_s8.h) read them: four channels at a time.</summary>
internal static class VectorLayout
{
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

    /// <summary>The members of parameter structs behind the extents: limits and, for each four channels (or each half of eight), biases, factors and shifts.</summary>
    public static IEnumerable<KernelField> ResultFields(
        Node node, EmissionContext context, Clamp clamp, Requantization factors, int[] bias, bool inHalves = false)
    {
        var range = IntegerRange.Clamped(clamp, node.Output);
        int width = inHalves ? 2 * Channels : Channels;
        int groups = (bias.Length + width - 1) / width;
        int[] channels = new int[groups * width * 3];
        for (int channel = 0; channel < bias.Length; channel++)
        {
            // Halves are the even and the odd channels of eight.
            int lane = channel % width;
            int at = inHalves
                ? (((channel / width * 2) + (lane % 2)) * 3 * Channels) + (lane / 2)
                : (channel / width * 3 * Channels) + lane;
            int index = factors.Shifts.Length == 1 ? 0 : channel;
            channels[at] = bias[channel];
            channels[at + Channels] = factors.MultipliersQ31[index];
            channels[at + (2 * Channels)] = factors.Shifts[index];
        }

        return
        [
            KernelField.Of("output_zero_point", node.Output.Quantization!.ZeroPoint),
            KernelField.Of("minimum", range.Minimum),
            KernelField.Of("maximum", range.Maximum),
            KernelField.Of("shifts_left", factors.Shifts.ContainsAnyInRange(1, int.MaxValue) ? 1 : 0),
            KernelField.Pointer("channels", context.Constant<int>(node, "channels", channels)),
        ];
    }
}
