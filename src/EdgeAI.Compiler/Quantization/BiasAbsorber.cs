using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Quantization;

/// <summary>How much is taken from a channel that a ReLU leaves above 0.</summary>
internal enum AbsorbedPart
{
    /// <summary>The smallest value seen.</summary>
    Minimum,

    /// <summary>The mean less three standard deviations: a few values below are clipped there, and values to come have as much room as those seen.</summary>
    ThreeDeviations,
}

/// <summary>
/// Takes constants out of the channels of a layer and gives what the next layers make of them to their biases, so that less of an activation's range is
/// spent on what never changes (high-bias absorption, Nagel et al. 2019, from values instead of batch normalization).
/// <list type="bullet">
/// <item>Behind a ReLU a channel loses the <see cref="AbsorbedPart"/> that stays above 0: max(0, x − c) + c is max(0, x) where x is at least c.</item>
/// <item>Behind no limit it loses the middle between its extremes, which changes nothing at all.</item>
/// <item>Behind an upper limit, ReLU6's, all channels lose the same constant, and so does the limit, for there is one for all channels.</item>
/// <item>Only layers whose result then takes a smaller range are changed.</item>
/// </list>
/// </summary>
internal static class BiasAbsorber
{
    private const double MostOfRange = 0.95;
    private const double Deviations = 3;

    /// <summary>Changes biases and limits of the graph: a <see cref="FloatChange"/>.</summary>
    public static ChangedLayers Run(
        Graph graph, IReadOnlyList<TestCase> cases, AbsorbedPart part, ChannelMaps maps, CancellationToken cancellation)
    {
        IReadOnlyList<AbsorbingGroup> groups = AbsorbingGroup.Find(graph);
        if (groups.Count == 0)
        {
            return ChangedLayers.None;
        }

        Dictionary<Tensor, ChannelStatistics> statistics = ChannelStatistics.Collect(
            graph, groups.Select(group => (group.Maker.Output, group.ChannelCount)), cases, cancellation);
        var changed = new List<AbsorbingGroup>();
        foreach (AbsorbingGroup group in groups)
        {
            ChannelStatistics of = statistics[group.Maker.Output];
            float[] constants = Constants(group.Clamp, of, group.ChannelCount, part);
            if (RangeOf(of, constants) <= MostOfRange * RangeOf(of, new float[constants.Length]))
            {
                Apply(graph, group, constants);
                maps.Subtract(group.Tensors, constants);
                changed.Add(group);
            }
        }

        var readers = changed.SelectMany(group => group.Readers).ToHashSet<Node>(ReferenceEqualityComparer.Instance);
        return new ChangedLayers([.. changed.Select(group => group.Maker)], [.. graph.Nodes.Where(readers.Contains)]);
    }

    /// <summary>Takes a constant from each channel of the maker and adds what it makes in the readers to their biases.</summary>
    public static void Apply(Graph graph, AbsorbingGroup group, float[] constants)
    {
        AddToBias(graph, group.Maker, [.. constants.Select(constant => -(double)constant)]);
        if (!group.Clamp.IsNone && float.IsFinite(group.Clamp.Maximum))
        {
            group.Maker.Attributes = ((IClamped)group.Maker.Attributes).WithClamp(group.Clamp with { Maximum = group.Clamp.Maximum - constants[0] });
        }

        foreach (Node reader in group.Readers)
        {
            Func<int, int> resultOf = LayerChannels.ResultOf(reader);
            Func<int, int> inputOf = LayerChannels.InputOf(reader);
            ReadOnlySpan<float> weights = reader.Input(1).Values<float>();
            double[] sums = new double[reader.Output.Shape[-1]];
            for (int i = 0; i < weights.Length; i++)
            {
                sums[resultOf(i)] += (double)weights[i] * constants[inputOf(i) % constants.Length];
            }

            AddToBias(graph, reader, sums);
        }
    }

    private static float[] Constants(Clamp clamp, ChannelStatistics of, int channelCount, AbsorbedPart part)
    {
        float[] constants = new float[channelCount];
        for (int channel = 0; channel < channelCount; channel++)
        {
            double low = part == AbsorbedPart.Minimum ? of.Minimum[channel] : of.Mean(channel) - (Deviations * of.Deviation(channel));
            constants[channel] = (float)(clamp.IsNone ? (of.Minimum[channel] + of.Maximum[channel]) / 2 : Math.Max(0, low));
        }

        if (float.IsFinite(clamp.Maximum))
        {
            Array.Fill(constants, constants.Min());
        }

        return constants;
    }

    /// <summary>The range that holds all channels and 0.</summary>
    private static double RangeOf(ChannelStatistics of, float[] constants)
    {
        double low = 0;
        double high = 0;
        for (int channel = 0; channel < constants.Length; channel++)
        {
            low = Math.Min(low, of.Minimum[channel] - constants[channel]);
            high = Math.Max(high, of.Maximum[channel] - constants[channel]);
        }

        return high - low;
    }

    private static void AddToBias(Graph graph, Node layer, double[] shifts)
    {
        Tensor? old = layer.OptionalInput(2);
        float[] bias = old?.Values<float>().ToArray() ?? new float[shifts.Length];
        float[] changed = [.. shifts.Select((shift, channel) => (float)(bias[channel % bias.Length] + shift))];
        string name = graph.UniqueTensorName(old?.Name ?? $"{layer.Output.Name}:bias");
        while (layer.Inputs.Count < 3)
        {
            layer.Inputs.Add(null);
        }

        layer.Inputs[2] = Tensor.FromValues<float>(name, ElementType.Float32, new Shape(shifts.Length), changed);
    }
}
