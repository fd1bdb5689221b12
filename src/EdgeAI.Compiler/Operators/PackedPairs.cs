using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators;

/// <summary>
/// An int8 matrix [channels, depth] with its results' scaling, packed in pairs of channels for edgeai_packed_pairs.h. Every word is proven exact for
/// all operands: the sums of second channels stay within ±2^23, and scaling in one product rounds as the reference does.
/// </summary>
internal sealed class PackedPairs
{
    /// <summary>The name of kernels over packed pairs of int8 weights.</summary>
    public const string Name = "packed";

    /// <summary>The name of those over packed pairs of int4 weights.</summary>
    public const string NibblesName = "packed-nibbles";

    /// <summary>Why a node has no kernel over packed pairs.</summary>
    public const string NotExact = "one of its channels cannot be proven exact";

    private const int PairWords = 8;

    private readonly IntegerRange _range;

    private PackedPairs(int paddedDepth, bool isLinear, IntegerRange range, int[] channels, uint[] weights)
    {
        PaddedDepth = paddedDepth;
        IsLinear = isLinear;
        _range = range;
        Channels = channels;
        Weights = weights;
    }

    /// <summary>The depth with zeros up to a multiple of 4.</summary>
    public int PaddedDepth { get; }

    /// <summary>Whether results need all of the rounding, not that above the zero point alone.</summary>
    public bool IsLinear { get; }

    /// <summary>Eight words a pair.</summary>
    public int[] Channels { get; }

    /// <summary>Two words for four depth indices of a pair; pairs one after another.</summary>
    public uint[] Weights { get; }

    /// <summary>
    /// Packs a matrix; null where one of its channels cannot be proven exact.
    /// </summary>
    /// <param name="weights">Row-major, zero point 0.</param>
    /// <param name="bias">With the operand's zero point folded in.</param>
    /// <param name="factors">Of each channel.</param>
    /// <param name="result">Its zero point counts.</param>
    /// <param name="clamp">Fused limits.</param>
    /// <param name="group">Channels are padded with zeros to a multiple of it: 2 or 4.</param>
    public static PackedPairs? TryPack(
        ReadOnlySpan<sbyte> weights, int[] bias, Requantization factors, Tensor result, Clamp clamp, int group)
    {
        int channelCount = bias.Length;
        int depth = channelCount == 0 ? 0 : weights.Length / channelCount;
        if (channelCount == 0 || depth == 0)
        {
            return null;
        }

        int paddedDepth = (depth + 3) / 4 * 4;
        int paddedChannels = (channelCount + group - 1) / group * group;
        long[] largest = new long[channelCount];
        int?[] constants = new int?[channelCount];
        for (int channel = 0; channel < channelCount; channel++)
        {
            ReadOnlySpan<sbyte> row = weights.Slice(channel * depth, depth);
            largest[channel] = FusedScaling.LargestSum(row, bias[channel]);
            if (!row.ContainsAnyExcept((sbyte)0))
            {
                constants[channel] = bias[channel];
            }
            else if (channel % 2 != 0 && (largest[channel] >= FusedScaling.SecondSumLimit || row.Contains(sbyte.MinValue)))
            {
                return null;
            }
        }

        if (FusedScaling.TryMake(largest, constants, factors, result) is not { } scaling)
        {
            return null;
        }

        int[] channels = new int[paddedChannels / 2 * PairWords];
        for (int channel = 0; channel < paddedChannels; channel++)
        {
            bool isSecond = channel % 2 != 0;
            int at = channel / 2 * PairWords;
            int start = channel < channelCount && constants[channel] is null ? bias[channel] : 0;
            channels[at] = unchecked(channels[at] + (isSecond ? start << 8 : start));
            if (!isSecond)
            {
                channels[at + 1] = start;
            }

            scaling.Write(channel, isSecond, channels.AsSpan(at + (isSecond ? 5 : 2), 3));
        }

        return new(paddedDepth, scaling.IsLinear, IntegerRange.Clamped(clamp, result), channels,
            Pack(weights, channelCount, depth, paddedChannels, paddedDepth));
    }

    /// <summary>The weights for the row kernel: words of two neighbouring pairs alternate.</summary>
    public uint[] InterleavedWeights() => Interleaved(Weights, PaddedDepth / 2);

    /// <summary>The weights, of 4 bits, in half the words (edgeai_packed_s4.h).</summary>
    public uint[] NibbleWeights() => NibbleLayout.Pairs(Weights);

    /// <summary>These for the row kernel.</summary>
    public uint[] InterleavedNibbles() => Interleaved(NibbleWeights(), PaddedDepth / 4);

    private static uint[] Interleaved(uint[] weights, int words)
    {
        uint[] interleaved = new uint[weights.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            int pair = i / words;
            interleaved[(pair / 2 * 2 * words) + (i % words * 2) + (pair % 2)] = weights[i];
        }

        return interleaved;
    }

    /// <summary>The members of parameter structs behind the extents.</summary>
    public IEnumerable<KernelField> Fields(Node node, EmissionContext context)
    {
        bool limited = _range.Minimum != sbyte.MinValue || _range.Maximum != sbyte.MaxValue;
        return
        [
            KernelField.Of("linear", IsLinear ? 1 : 0),
            KernelField.Of("limited", limited ? 1 : 0),
            KernelField.Of("minimum", _range.Minimum),
            KernelField.Of("maximum", _range.Maximum),
            KernelField.Pointer("channels", context.Constant<int>(node, "channels", Channels)),
        ];
    }

    private static uint[] Pack(ReadOnlySpan<sbyte> weights, int channelCount, int depth, int paddedChannels, int paddedDepth)
    {
        uint[] words = new uint[paddedChannels / 2 * (paddedDepth / 2)];
        for (int channel = 0; channel < channelCount; channel++)
        {
            for (int k = 0; k < depth; k++)
            {
                int word = (channel / 2 * (paddedDepth / 2)) + (k / 4 * 2) + (k % 2);
                int lane = weights[(channel * depth) + k] * (channel % 2 == 0 ? 1 : 256);
                int other = (short)(words[word] >> (k % 4 / 2 * 16));
                uint sum = (ushort)(other + lane);
                int bit = k % 4 / 2 * 16;
                words[word] = (words[word] & ~(0xFFFFu << bit)) | (sum << bit);
            }
        }

        return words;
    }
}
