using System.Globalization;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Tests.Operators;

/// <summary>Compares a result of the C kernel with that of managed code.</summary>
internal static class ResultDifference
{
    /// <summary>What differs, or nothing: integers byte for byte, floats within 1e-5 of the range or, when asked for, bit for bit.</summary>
    public static string Find(Tensor tensor, byte[] expected, ReadOnlySpan<byte> actual, bool exactFloats = false)
    {
        if (tensor.Type != ElementType.Float32)
        {
            int at = expected.AsSpan().CommonPrefixLength(actual);
            return at == expected.Length ? "" : $"byte {at} of '{tensor}' is {actual[at]} in C and {expected[at]} in managed code";
        }

        ReadOnlySpan<float> wanted = MemoryMarshal.Cast<byte, float>(expected);
        ReadOnlySpan<float> found = MemoryMarshal.Cast<byte, float>(actual);
        float range = 1e-30f;
        foreach (float value in wanted)
        {
            range = float.IsFinite(value) ? Math.Max(range, Math.Abs(value)) : range;
        }

        for (int i = 0; i < wanted.Length; i++)
        {
            if (exactFloats && BitConverter.SingleToInt32Bits(wanted[i]) != BitConverter.SingleToInt32Bits(found[i]))
            {
                return string.Create(CultureInfo.InvariantCulture, $"element {i} of '{tensor}' is {found[i]:R} in C and {wanted[i]:R} in managed code, not bit for bit");
            }

            if (!wanted[i].Equals(found[i]) && !(Math.Abs(wanted[i] - found[i]) <= 1e-5f * range))
            {
                return string.Create(CultureInfo.InvariantCulture, $"element {i} of '{tensor}' is {found[i]} in C and {wanted[i]} in managed code");
            }
        }

        return "";
    }
}
