using System.Collections.Immutable;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization;

/// <summary>The <see cref="ChannelMap"/>s of a graph while its channels are changed.</summary>
internal sealed class ChannelMaps
{
    private readonly SortedDictionary<string, ChannelMap> _maps = new(StringComparer.Ordinal);

    /// <summary>No channel is changed.</summary>
    public ChannelMaps()
    {
    }

    /// <summary>A copy that changes by itself.</summary>
    public ChannelMaps(ChannelMaps other)
    {
        foreach (ChannelMap map in other._maps.Values)
        {
            _maps[map.Tensor] = map;
        }
    }

    /// <summary>All, in ordinal order of names.</summary>
    public ImmutableArray<ChannelMap> All => [.. _maps.Values];

    /// <summary>Tensors whose channels are multiplied.</summary>
    public void Multiply(IEnumerable<Tensor> tensors, double[] factors) => Then(tensors, factors.Length, channel => (factors[channel], 0));

    /// <summary>Tensors whose channels lose constants.</summary>
    public void Subtract(IEnumerable<Tensor> tensors, float[] constants) => Then(tensors, constants.Length, channel => (1, -constants[channel]));

    /// <summary>
    /// Squares of a tensor's values and of the errors of others, both in the model's units.
    /// </summary>
    /// <param name="tensor">The name in the float graph.</param>
    /// <param name="exact">What the running graph would have without noise.</param>
    /// <param name="values">What it has.</param>
    public (double Signal, double Noise) Compare(string tensor, ReadOnlySpan<float> exact, ReadOnlySpan<float> values)
    {
        ChannelMap? map = _maps.GetValueOrDefault(tensor);
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < exact.Length; i++)
        {
            double reference = map?.ToModel(exact[i], i) ?? exact[i];
            double error = reference - (map?.ToModel(values[i], i) ?? values[i]);
            signal += reference * reference;
            noise += error * error;
        }

        return (signal, noise);
    }

    private void Then(IEnumerable<Tensor> tensors, int channelCount, Func<int, (double Factor, double Offset)> changeOf)
    {
        foreach (string name in tensors.Select(tensor => tensor.Name))
        {
            ChannelMap old = _maps.GetValueOrDefault(name) ?? new ChannelMap(name, [1], [0]);
            int count = Math.Max(channelCount, old.Factors.Length);
            if (count % channelCount != 0 || count % old.Factors.Length != 0)
            {
                throw new InvalidOperationException($"'{name}' has {old.Factors.Length} channels and {channelCount}");
            }

            (double Factor, double Offset)[] both = [.. Enumerable.Range(0, count).Select(i =>
            {
                (double factor, double offset) = changeOf(i % channelCount);
                int before = i % old.Factors.Length;
                return (old.Factors[before] * factor, (old.Offsets[before] * factor) + offset);
            })];
            _maps[name] = new ChannelMap(name, [.. both.Select(one => one.Factor)], [.. both.Select(one => one.Offset)]);
        }
    }
}
