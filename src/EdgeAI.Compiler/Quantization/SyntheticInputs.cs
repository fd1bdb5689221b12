using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Inputs made up from a fixed generator (SplitMix64), for want of real ones: floats near a standard normal distribution (sum of twelve uniforms),
/// integers over their whole range, indexes and booleans 0 or 1. The same on every machine.
/// </summary>
public static class SyntheticInputs
{
    /// <summary>Cases for the inputs of a graph.</summary>
    public static IReadOnlyList<TestCase> Make(Graph graph, int count)
    {
        var cases = new List<TestCase>(count);
        ulong state = 0x9E3779B97F4A7C15;
        for (int i = 0; i < count; i++)
        {
            var inputs = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
            foreach (Tensor input in graph.Inputs)
            {
                inputs.Add(Fill(input, ref state));
            }

            cases.Add(new TestCase(inputs.ToImmutable(), [], null));
        }

        return cases;
    }

    private static byte[] Fill(Tensor tensor, ref ulong state)
    {
        byte[] bytes = new byte[tensor.ByteSize];
        if (tensor.Type == ElementType.Float32)
        {
            Span<float> values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
            for (int i = 0; i < values.Length; i++)
            {
                double sum = -6;
                for (int n = 0; n < 12; n++)
                {
                    sum += (Next(ref state) >> 11) * (1.0 / (1L << 53));
                }

                values[i] = (float)sum;
            }
        }
        else if (tensor.Quantization is not null || tensor.Type is ElementType.Int8 or ElementType.UInt8 or ElementType.Int16)
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = (byte)(Next(ref state) >> 32);
            }
        }
        else
        {
            int size = tensor.Type.ByteSize();
            for (int i = 0; i < bytes.Length; i += size)
            {
                bytes[i] = tensor.Type.IsFloat() ? (byte)0 : (byte)(Next(ref state) >> 63);
            }
        }

        return bytes;
    }

    private static ulong Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
