using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// Inputs for checking a graph against itself: the same on every machine and run. Floats about N(0, 1) (twelve uniform numbers summed), 8- and
/// 16-bit integers over their full range, wider ones within ±1000, booleans 0 and 1. The generator is <see cref="SplitMix64"/>.
/// </summary>
public sealed class TestInputs(ulong seed)
{
    private readonly SplitMix64 _numbers = new(seed);

    /// <summary>Row-major bytes of one value.</summary>
    public byte[] Next(Tensor tensor)
    {
        byte[] bytes = new byte[tensor.ByteSize];
        switch (tensor.Type)
        {
            case ElementType.Float32: Fill(bytes, () => (float)_numbers.NextNormal()); break;
            case ElementType.Float64: Fill(bytes, _numbers.NextNormal); break;
            case ElementType.Float16: Fill(bytes, () => (Half)_numbers.NextNormal()); break;
            case ElementType.Bool: Fill(bytes, () => (byte)(_numbers.NextBits() & 1)); break;
            case ElementType.Int32: Fill(bytes, () => NextWhole(isSigned: true)); break;
            case ElementType.UInt32: Fill(bytes, () => NextWhole(isSigned: false)); break;
            case ElementType.Int64: Fill(bytes, () => (long)NextWhole(isSigned: true)); break;
            case ElementType.UInt64: Fill(bytes, () => (long)NextWhole(isSigned: false)); break;
            default: Fill(bytes, () => (byte)_numbers.NextBits()); break;
        }

        return bytes;
    }

    private static void Fill<T>(byte[] bytes, Func<T> next) where T : unmanaged
    {
        Span<T> values = MemoryMarshal.Cast<byte, T>(bytes.AsSpan());
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = next();
        }
    }

    private int NextWhole(bool isSigned) => (int)(_numbers.NextBits() % 2001) - (isSigned ? 1000 : 0);
}
