using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Operators;

/// <summary>
/// Float weights for kernels that sum several channels side by side: for every block of channels, the values of all of them for each depth index. The
/// last block is the smallest that holds what is left, padded with zeros. Each sum keeps the order of <see cref="PackedFloatMatrix"/>.
/// </summary>
/// <param name="Name">Of the kernels: edgeai_conv2d_[name]_f32, edgeai_fully_connected_[name]_f32.</param>
/// <param name="Blocks">Channels that a block may have, from the most on.</param>
/// <param name="MostPadding">How many lanes there may be for each channel.</param>
/// <param name="Pixels">How many neighbours of a convolution's result are made at a time.</param>
/// <param name="Tile">Channels that a convolution sums before it writes the first of them.</param>
internal sealed record FloatLanes(string Name, ImmutableArray<int> Blocks, double MostPadding, int Pixels, int Tile)
{
    /// <summary>For small cores with floating-point registers (edgeai_lanes_f32.h); weights cost flash.</summary>
    public static FloatLanes Small { get; } = new("lanes", [8, 4], 4.0 / 3, 4, 16);

    /// <summary>For machines with vector registers (edgeai_wide_f32.h).</summary>
    public static FloatLanes Wide { get; } = new("wide", [16, 8, 4], 2, 8, 16);

    /// <summary>The layout for cores with a set of instructions; null where these have no floating-point registers.</summary>
    public static FloatLanes? For(InstructionSet instructionSet) => instructionSet switch
    {
        InstructionSet.Portable => Wide,
        InstructionSet.Thumb1 or InstructionSet.Thumb2 or InstructionSet.Rv32 => null,
        _ => Small,
    };

    /// <summary>Why a node's channels are not summed side by side; null where they are.</summary>
    public string? WhyNot(Tensor weights, int channelCount) =>
        !weights.IsConstant ? "its weights are not constant"
        : Padded(channelCount) > channelCount * MostPadding ? $"{channelCount} channels leave too many of {Padded(channelCount)} lanes idle"
        : null;

    /// <summary>A row-major matrix [channels, depth], laid out.</summary>
    public float[] Weights(ReadOnlySpan<float> rows, int channelCount)
    {
        int depth = rows.Length / channelCount;
        float[] laidOut = new float[Padded(channelCount) * depth];
        for (int channel = 0; channel < channelCount; channel++)
        {
            int block = channel / Blocks[0] * Blocks[0];
            int lanes = BlockOf(channelCount - block);
            for (int k = 0; k < depth; k++)
            {
                laidOut[(block * depth) + (k * lanes) + channel - block] = rows[(channel * depth) + k];
            }
        }

        return laidOut;
    }

    private int BlockOf(int channelCount) => Blocks.Last(block => block >= Math.Min(channelCount, Blocks[0]));

    private long Padded(int channelCount)
    {
        int left = channelCount % Blocks[0];
        return channelCount - left + (left == 0 ? 0 : BlockOf(left));
    }
}
