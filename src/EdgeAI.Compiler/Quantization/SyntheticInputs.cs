using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Passes;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Inputs made up for want of real ones, from the generator of <see cref="TestInputs"/>: floats near a standard normal distribution, 8- and 16-bit
/// integers over their whole range; wider integers, which are mostly indexes, 0 or 1. The same on every machine.
/// </summary>
public static class SyntheticInputs
{
    private const ulong Seed = 0x9E3779B97F4A7C15;

    /// <summary>Cases for the inputs of a graph.</summary>
    public static IReadOnlyList<TestCase> Make(Graph graph, int count, ulong seed = Seed)
    {
        var generator = new TestInputs(seed);
        var cases = new List<TestCase>(count);
        for (int i = 0; i < count; i++)
        {
            cases.Add(new TestCase([.. graph.Inputs.Select(input => Fill(input, generator))], [], null));
        }

        return cases;
    }

    private static ReadOnlyMemory<byte> Fill(Tensor tensor, TestInputs generator)
    {
        byte[] bytes = generator.Next(tensor);
        int size = tensor.Type.ByteSize();
        if (size >= sizeof(int) && !tensor.Type.IsFloat() && tensor.Quantization is null)
        {
            for (int i = 0; i < bytes.Length; i += size)
            {
                byte bit = (byte)(bytes[i] & 1);
                bytes.AsSpan(i, size).Clear();
                bytes[i] = bit;
            }
        }

        return bytes;
    }
}
