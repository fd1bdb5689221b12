using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization;

/// <summary>Values of either integer type as 16-bit integers.</summary>
internal static class IntegerElements
{
    /// <summary>The elements of an int8 or int16 value, zero points not taken off.</summary>
    public static short[] Integers(this ElementType type, ReadOnlySpan<byte> bytes)
    {
        if (type == ElementType.Int16)
        {
            return MemoryMarshal.Cast<byte, short>(bytes).ToArray();
        }

        short[] integers = new short[bytes.Length];
        for (int i = 0; i < integers.Length; i++)
        {
            integers[i] = (sbyte)bytes[i];
        }

        return integers;
    }
}
