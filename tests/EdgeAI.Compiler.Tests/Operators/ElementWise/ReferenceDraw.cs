using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Tests.Operators.ElementWise;

/// <summary>
/// The parameters and the FNV-1a hash with which TensorFlow Lite Micro's reference kernels (double rounding) were run once to obtain the
/// hashes in these tests: a 64-bit linear congruential generator, its upper 31 bits.
/// </summary>
internal sealed class ReferenceDraw(ulong seed)
{
    private ulong _state = seed;
    private ulong _hash = 1469598103934665603;

    /// <summary>The hash of all bytes mixed in.</summary>
    public ulong Hash => _hash;

    /// <summary>The next 31 bits.</summary>
    public uint Next()
    {
        _state = unchecked((_state * 6364136223846793005) + 1442695040888963407);
        return (uint)(_state >> 33);
    }

    /// <summary>A scale between two limits.</summary>
    public float Scale(float low, float high) => low + ((high - low) * (Next() % 10001 / 10000.0f));

    /// <summary>Any int8.</summary>
    public int ZeroPoint() => (int)(Next() % 256) - 128;

    /// <summary>Any bytes of int8.</summary>
    public byte[] Values(int count)
    {
        byte[] values = new byte[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = unchecked((byte)ZeroPoint());
        }

        return values;
    }

    /// <summary>Adds bytes to the hash.</summary>
    public void Mix(byte[] bytes)
    {
        foreach (byte part in bytes)
        {
            _hash = unchecked((_hash ^ part) * 1099511628211);
        }
    }

    /// <summary>A quantized int8 value.</summary>
    public static Tensor Int8(string name, Shape shape, float scale, int zeroPoint) =>
        new(name, ElementType.Int8, shape) { Quantization = QuantizationParameters.PerTensor(scale, zeroPoint) };
}
