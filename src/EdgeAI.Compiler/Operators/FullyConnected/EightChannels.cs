using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.FullyConnected;

/// <summary>The int8 fully connected layer over eight channels at a time for cores without the DSP extension (edgeai_fully_connected_eight_s8).</summary>
internal static class EightChannels
{
    private const int Group = 8;
    private const int Offset = 128;

    /// <summary>The kernel for a node with int8 operands and weights whose zero point is 0. Each channel must be proven exact.</summary>
    public static KernelVariant Of(Node node, int[] bias, Requantization factors, Clamp clamp, IEnumerable<KernelField> extents)
    {
        Tensor weights = node.Input(1);
        int depth = weights.Shape[1];
        var channels = ChannelWords.TryMake(
            bias, channel => weights.Values<sbyte>().Slice(channel * depth, depth).ToArray(), factors, node.Output, clamp);
        return new("eight", context => new("edgeai_fully_connected_eight_s8", "edgeai_fully_connected_eight_s8",
            [.. extents, .. channels!.Fields(node, context, Group)],
            [context.Read(node.Input(0)), context.Constant<byte>(node, "weights", LaidOut(weights)), context.Write(node.Output)]))
        {
            WhyNot = channels is null ? PackedPairs.NotExact : null,
        };
    }

    private static byte[] LaidOut(Tensor weights)
    {
        ReadOnlySpan<sbyte> rows = weights.Values<sbyte>();
        int depth = weights.Shape[1];
        byte[] laidOut = new byte[(weights.Shape[0] + Group - 1) / Group * Group * depth];
        for (int i = 0; i < rows.Length; i++)
        {
            int channel = i / depth;
            laidOut[(channel / Group * Group * depth) + (i % depth * Group) + (channel % Group)] = (byte)(rows[i] + Offset);
        }

        return laidOut;
    }
}
