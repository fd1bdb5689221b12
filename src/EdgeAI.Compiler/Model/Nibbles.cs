namespace EdgeAI.Compiler.Model;

/// <summary>Signed integers of 4 bits, two a byte: the one of even index in the lower half, as TensorFlow Lite stores them. A last upper half without an element is 0.</summary>
public static class Nibbles
{
    /// <summary>The least integer.</summary>
    public const int Minimum = -8;

    /// <summary>The largest integer.</summary>
    public const int Maximum = 7;

    /// <summary>Whether every integer fits.</summary>
    public static bool Hold(ReadOnlySpan<sbyte> integers) => !integers.ContainsAnyExceptInRange((sbyte)Minimum, (sbyte)Maximum);

    /// <summary>The packed integers. Throws <see cref="ArgumentException"/> where one does not fit.</summary>
    public static byte[] Pack(ReadOnlySpan<sbyte> integers)
    {
        if (!Hold(integers))
        {
            throw new ArgumentException($"an integer lies outside of {Minimum} to {Maximum}", nameof(integers));
        }

        byte[] packed = new byte[(integers.Length + 1) / 2];
        for (int i = 0; i < integers.Length; i++)
        {
            packed[i / 2] |= (byte)((integers[i] & 15) << (4 * (i % 2)));
        }

        return packed;
    }

    /// <summary>The integers, sign-extended.</summary>
    public static sbyte[] Unpack(ReadOnlySpan<byte> packed, int count)
    {
        sbyte[] integers = new sbyte[count];
        for (int i = 0; i < count; i++)
        {
            integers[i] = (sbyte)((sbyte)(packed[i / 2] << (4 * (1 - (i % 2)))) >> 4);
        }

        return integers;
    }
}
