using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators;

/// <summary>Weights of 4 bits as kernels read them, two a byte, the first in the lower half; most 8 larger than they are, so that none is negative.</summary>
internal static class NibbleLayout
{
    private const int Offset = -Nibbles.Minimum;

    /// <summary>Rows of equal length (edgeai_dot_s4.h), each beginning with a byte of its own.</summary>
    public static byte[] Rows(ReadOnlySpan<sbyte> weights, int rowLength)
    {
        int rowBytes = (rowLength + 1) / 2;
        byte[] packed = new byte[rowLength == 0 ? 0 : weights.Length / rowLength * rowBytes];
        for (int i = 0; i < weights.Length; i++)
        {
            int inRow = i % rowLength;
            packed[(i / rowLength * rowBytes) + (inRow / 2)] |= (byte)((weights[i] + Offset) << (inRow % 2 * 4));
        }

        return packed;
    }

    /// <summary>Words of packed pairs (edgeai_packed_s4.h): two of <see cref="PackedPairs"/> in one.</summary>
    public static uint[] Pairs(ReadOnlySpan<uint> words)
    {
        uint[] packed = new uint[words.Length / 2];
        for (int i = 0; i < packed.Length; i++)
        {
            packed[i] = Positive(words[2 * i]) | (Positive(words[(2 * i) + 1]) << 4);
        }

        return packed;
    }

    /// <summary>Words of bytes with weights as they are (edgeai_conv2d_paired_s4.h): two in one.</summary>
    public static uint[] Bytes(ReadOnlySpan<uint> words)
    {
        const uint Lower = 0x0F0F0F0F;
        uint[] packed = new uint[words.Length / 2];
        for (int i = 0; i < packed.Length; i++)
        {
            packed[i] = (words[2 * i] & Lower) | ((words[(2 * i) + 1] & Lower) << 4);
        }

        return packed;
    }

    /// <summary>Words of int8 weights as edgeai_unpack_s4.h puts them: two in one. <paramref name="words"/> are padded to a multiple of 4.</summary>
    public static uint[] Unpackable(ReadOnlySpan<uint> words) => Bytes(Padded(words));

    /// <summary>Words of 16-bit lanes, four in one.</summary>
    public static uint[] UnpackableLanes(ReadOnlySpan<uint> words)
    {
        const uint Lower = 0x000F000F;
        uint[] padded = Padded(words);
        uint[] packed = new uint[padded.Length / 4];
        for (int i = 0; i < padded.Length; i++)
        {
            packed[i / 4] |= (padded[i] & Lower) << (i % 4 * 4);
        }

        return packed;
    }

    /// <summary>Bytes of working memory that so many words take when they are unpacked.</summary>
    public static long UnpackedBytes(long words) => (words + 3) / 4 * 16;

    private static uint[] Padded(ReadOnlySpan<uint> words)
    {
        uint[] padded = new uint[(words.Length + 3) / 4 * 4];
        words.CopyTo(padded);
        return padded;
    }

    /// <summary>Weights of <see cref="VectorLayout"/>, as they are (edgeai_vectors_s4.h): of each two channels sixteen bytes.</summary>
    public static byte[] Vectors(ReadOnlySpan<sbyte> weights)
    {
        byte[] packed = new byte[weights.Length / 2];
        for (int i = 0; i < packed.Length; i++)
        {
            int first = (i / VectorLayout.Lanes * 2 * VectorLayout.Lanes) + (i % VectorLayout.Lanes);
            packed[i] = (byte)((weights[first] & 15) | (weights[first + VectorLayout.Lanes] << 4));
        }

        return packed;
    }

    // A lane holds 256 · B + A.
    private static uint Positive(uint lanes)
    {
        const uint Both = (Offset << 8) + Offset;
        return ((lanes + Both) & 0xFFFF) | (((lanes >> 16) + Both) << 16);
    }
}
