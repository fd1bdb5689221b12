using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.FullyConnected;

/// <summary>The int8 fully connected layer over eight channels at a time for cores without the DSP extension (edgeai_fully_connected_eight_s8).</summary>
internal static class EightChannels
{
    private const int Group = 8;
    private const int Offset = 128;
    private const int NibbleOffset = 8;
    private const long NibbleScratchBytes = 8 * 32;

    /// <summary>
    /// The kernel for a node with int8 operands and weights whose zero point is 0, or the one that reads int4 weights two a byte
    /// (edgeai_fully_connected_eight_s4). Each channel must be proven exact.
    /// </summary>
    public static KernelVariant Of(Node node, int[] bias, Requantization factors, Clamp clamp, IEnumerable<KernelField> extents, bool isNibbles)
    {
        Tensor weights = node.Input(1);
        int depth = weights.Shape[1];
        var channels = ChannelWords.TryMake(
            bias, channel => weights.Values<sbyte>().Slice(channel * depth, depth).ToArray(), factors, node.Output, clamp);
        string? whyNot = channels is null ? PackedPairs.NotExact : null;
        if (isNibbles)
        {
            return new("eight-nibbles", context => new("edgeai_fully_connected_eight_s4", "edgeai_fully_connected_eight_s4",
                [.. extents, .. channels!.Fields(node, context, Group)],
                [
                    context.Read(node.Input(0)), context.Constant<uint>(node, "weights", Nibbles(weights)), context.Write(node.Output), context.Scratch,
                ]))
            {
                ReadsNibbles = true,
                ScratchBytes = NibbleScratchBytes,
                WhyNot = whyNot,
            };
        }

        return new("eight", context => new("edgeai_fully_connected_eight_s8", "edgeai_fully_connected_eight_s8",
            [.. extents, .. channels!.Fields(node, context, Group)],
            [context.Read(node.Input(0)), context.Constant<byte>(node, "weights", LaidOut(weights)), context.Write(node.Output)]))
        {
            WhyNot = whyNot,
        };
    }

    private static byte[] LaidOut(Tensor weights) => LaidOut(weights, Offset);

    /// <summary>A word for each eight: the first four in the lower halves of its bytes.</summary>
    private static uint[] Nibbles(Tensor weights)
    {
        byte[] bytes = LaidOut(weights, NibbleOffset);
        uint[] words = new uint[bytes.Length / Group];
        for (int i = 0; i < bytes.Length; i++)
        {
            words[i / Group] |= (uint)bytes[i] << ((i % 4 * 8) + (i % Group / 4 * 4));
        }

        return words;
    }

    private static byte[] LaidOut(Tensor weights, int offset)
    {
        ReadOnlySpan<sbyte> rows = weights.Values<sbyte>();
        int depth = weights.Shape[1];
        byte[] laidOut = new byte[(weights.Shape[0] + Group - 1) / Group * Group * depth];
        for (int i = 0; i < rows.Length; i++)
        {
            int channel = i / depth;
            laidOut[(channel / Group * Group * depth) + (i % depth * Group) + (channel % Group)] = (byte)(rows[i] + offset);
        }

        return laidOut;
    }
}
