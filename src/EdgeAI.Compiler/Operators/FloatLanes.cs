using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Operators;

/// <summary>Float weights as edgeai_lanes_f32.h reads them. Each sum keeps the order of <see cref="PackedFloatMatrix"/>.</summary>
internal static class FloatLanes
{
    private const int Lanes = 8;
    private const int HalfLanes = 4;

    /// <summary>Whether cores with a set of instructions have floating-point registers for the sums.</summary>
    public static bool Suit(InstructionSet instructionSet) => instructionSet is not (InstructionSet.Thumb1 or InstructionSet.Thumb2 or InstructionSet.Rv32);

    /// <summary>Why a node's channels are not made eight at a time; null where they are. A quarter of the lanes may be idle.</summary>
    public static string? WhyNot(Tensor weights, int channelCount) =>
        !weights.IsConstant ? "its weights are not constant"
        : (long)Padded(channelCount) * 3 > (long)channelCount * 4 ? $"{channelCount} channels leave too many of {Padded(channelCount)} lanes idle"
        : null;

    /// <summary>
    /// A row-major matrix [channels, depth] as eight channels of each depth index for every eight channels, and as four for the last where these are
    /// four or fewer; padded with zeros.
    /// </summary>
    public static float[] Weights(ReadOnlySpan<float> rows, int channelCount)
    {
        int depth = rows.Length / channelCount;
        float[] laidOut = new float[Padded(channelCount) * depth];
        for (int channel = 0; channel < channelCount; channel++)
        {
            int block = channel / Lanes * Lanes;
            int lanes = channelCount - block > HalfLanes ? Lanes : HalfLanes;
            for (int k = 0; k < depth; k++)
            {
                laidOut[(block * depth) + (k * lanes) + channel - block] = rows[(channel * depth) + k];
            }
        }

        return laidOut;
    }

    // Of a block with five to seven channels all eight lanes are kept.
    private static int Padded(int channelCount)
    {
        int left = channelCount % Lanes;
        return channelCount - left + (left == 0 ? 0 : left > HalfLanes ? Lanes : HalfLanes);
    }
}
