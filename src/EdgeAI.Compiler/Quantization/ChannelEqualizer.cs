using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Rescales channels between layers so that int8 serves each of them well (cross-layer equalization, Nagel et al. 2019, with the
/// trade between activations and weights of Xiao et al. 2023).
/// <list type="bullet">
/// <item>Factors of a <see cref="ChannelGroup"/> are R^−a · V^b, with R the range of a channel judged by the calibration data, V the largest
/// weight that reads it, and a, b from a grid of eighths and quarters.</item>
/// <item>Each choice is judged by the rounding noise it leaves in the reading layers: that of activations with one scale for all channels
/// and that of weights with a scale for each result channel, relative to the power of each result channel.</item>
/// <item>Two sweeps over the groups in execution order, because a layer stands between two groups.</item>
/// </list>
/// The function of the graph is unchanged but for float rounding.
/// </summary>
internal static class ChannelEqualizer
{
    private const int Sweeps = 2;
    private const double LeastGain = 0.95;
    private const double WidestSpread = 1 << 16;
    private const double Deviations = 12;

    /// <summary>Changes the graph's weights: a <see cref="FloatChange"/>.</summary>
    public static ChangedLayers Run(Graph graph, IReadOnlyList<TestCase> cases, ChannelMaps maps, CancellationToken cancellation)
    {
        IReadOnlyList<ChannelGroup> groups = ChannelGroup.Find(graph);
        if (groups.Count == 0)
        {
            return ChangedLayers.None;
        }

        IEnumerable<(Tensor, int)> wanted = groups.SelectMany(group => group.Tensors.Select(tensor => (tensor, group.ChannelCount)))
            .Concat(groups.SelectMany(group => group.Readers).Select(reader => (reader.Output, reader.Output.Shape[-1])));
        Dictionary<Tensor, ChannelStatistics> statistics = ChannelStatistics.Collect(graph, wanted, cases, cancellation);
        var makers = new HashSet<Node>(ReferenceEqualityComparer.Instance);
        var readers = new HashSet<Node>(ReferenceEqualityComparer.Instance);
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            foreach (ChannelGroup group in groups)
            {
                cancellation.ThrowIfCancellationRequested();
                if (new FactorSearch(group, statistics).Best() is not { } factors)
                {
                    continue;
                }

                Apply(group, factors);
                maps.Multiply(group.Tensors, factors);
                makers.UnionWith(group.Makers);
                readers.UnionWith(group.Readers);
                foreach (Tensor tensor in group.Tensors)
                {
                    statistics[tensor].Scale(factors);
                }
            }
        }

        return new ChangedLayers([.. graph.Nodes.Where(makers.Contains)], [.. graph.Nodes.Where(readers.Contains)]);
    }

    /// <summary>Multiplies the result channels of makers and divides the input channels of readers.</summary>
    public static void Apply(ChannelGroup group, ReadOnlySpan<double> factors)
    {
        foreach (Node maker in group.Makers)
        {
            Func<int, int> channelOf = LayerChannels.ResultOf(maker);
            ReplaceWeights(maker, 1, factors, channelOf, divide: false);
            if (maker.OptionalInput(2) is not null)
            {
                ReplaceWeights(maker, 2, factors, i => i, divide: false);
            }
        }

        foreach (Node reader in group.Readers)
        {
            ReplaceWeights(reader, 1, factors, LayerChannels.InputOf(reader), divide: true);
        }
    }

    private static void ReplaceWeights(Node layer, int index, ReadOnlySpan<double> factors, Func<int, int> channelOf, bool divide)
    {
        Tensor old = layer.Input(index);
        float[] values = old.Values<float>().ToArray();
        for (int i = 0; i < values.Length; i++)
        {
            double factor = factors[channelOf(i) % factors.Length];
            values[i] = (float)(divide ? values[i] / factor : values[i] * factor);
        }

        layer.Inputs[index] = Tensor.FromValues<float>(old.Name, ElementType.Float32, old.Shape, values);
    }

    /// <summary>The factors of one group.</summary>
    private sealed class FactorSearch
    {
        private readonly ChannelGroup _group;
        private readonly Dictionary<Tensor, ChannelStatistics> _statistics;
        private readonly List<ReadingLayer> _layers = [];

        public FactorSearch(ChannelGroup group, Dictionary<Tensor, ChannelStatistics> statistics)
        {
            _group = group;
            _statistics = statistics;
            foreach (Node reader in group.Readers)
            {
                _layers.Add(new ReadingLayer(reader, group.ChannelCount, statistics[reader.Input(0)], statistics[reader.Output]));
            }
        }

        /// <summary>
        /// The largest magnitude of a channel: what was seen, and no less than lies <see cref="Deviations"/> beyond the mean, for the extremes of a channel in few
        /// cases tell less of the values to come than its spread.
        /// </summary>
        private static double RangeOf(ChannelStatistics of, int channel) => Math.Max(
            Math.Max(of.High[channel], -of.Low[channel]), Math.Abs(of.Mean(channel)) + (Deviations * of.Deviation(channel)));

        /// <summary>The factors of least noise, or null when none is worth the change.</summary>
        public double[]? Best()
        {
            int count = _group.ChannelCount;
            double[] ranges = new double[count];
            double[] weights = new double[count];
            for (int channel = 0; channel < count; channel++)
            {
                ranges[channel] = _group.Tensors.Max(tensor => RangeOf(_statistics[tensor], channel));
                weights[channel] = _layers.Max(layer => layer.LargestWeight(channel));
            }

            Normalize(ranges);
            Normalize(weights);
            double[] factors = new double[count];
            Array.Fill(factors, 1);
            double before = Noise(factors);
            double least = before * LeastGain;
            double[]? best = null;
            for (int eighths = 0; eighths <= 8; eighths++)
            {
                for (int quarters = 0; quarters <= 4; quarters++)
                {
                    for (int channel = 0; channel < count; channel++)
                    {
                        factors[channel] = EighthPower(weights[channel], 2 * quarters) / EighthPower(ranges[channel], eighths);
                    }

                    double noise = Noise(factors);
                    if (noise < least)
                    {
                        least = noise;
                        best = [.. factors];
                    }
                }
            }

            return best;
        }

        private double Noise(double[] factors)
        {
            double sum = 0;
            foreach (ReadingLayer layer in _layers)
            {
                sum += layer.Noise(factors);
            }

            return sum;
        }

        /// <summary>Divides by the largest; what is far below it counts as that far, and 0 (a dead channel) as the largest.</summary>
        private static void Normalize(double[] values)
        {
            double largest = values.Max();
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = values[i] > 0 ? Math.Max(values[i] / largest, 1 / WidestSpread) : 1;
            }
        }

        private static double EighthPower(double value, int eighths)
        {
            double root = Math.Sqrt(Math.Sqrt(Math.Sqrt(value)));
            double power = 1;
            for (int i = 0; i < eighths; i++)
            {
                power *= root;
            }

            return power;
        }
    }

    /// <summary>A layer that reads the group: its weights gathered by result channel and factor.</summary>
    private sealed class ReadingLayer
    {
        private readonly int _channels;
        private readonly double[] _squares;
        private readonly double[] _largest;
        private readonly double[] _counts;
        private readonly ChannelStatistics _input;
        private readonly ChannelStatistics _output;
        private readonly int _results;

        public ReadingLayer(Node node, int channels, ChannelStatistics input, ChannelStatistics output)
        {
            _channels = channels;
            _input = input;
            _output = output;
            _results = node.Output.Shape[-1];
            _squares = new double[_results * channels];
            _largest = new double[_results * channels];
            _counts = new double[_results * channels];
            Func<int, int> resultOf = LayerChannels.ResultOf(node);
            Func<int, int> inputOf = LayerChannels.InputOf(node);
            ReadOnlySpan<float> weights = node.Input(1).Values<float>();
            for (int i = 0; i < weights.Length; i++)
            {
                int cell = (resultOf(i) * channels) + (inputOf(i) % channels);
                double weight = weights[i];
                _squares[cell] += weight * weight;
                _largest[cell] = Math.Max(_largest[cell], Math.Abs(weight));
                _counts[cell]++;
            }
        }

        public double LargestWeight(int channel)
        {
            double largest = 0;
            for (int result = 0; result < _results; result++)
            {
                largest = Math.Max(largest, _largest[(result * _channels) + channel]);
            }

            return largest;
        }

        /// <summary>The sum over result channels of noise / (noise + power).</summary>
        public double Noise(ReadOnlySpan<double> factors)
        {
            double low = 0;
            double high = 0;
            for (int channel = 0; channel < _channels; channel++)
            {
                low = Math.Min(low, _input.Low[channel] * factors[channel]);
                high = Math.Max(high, _input.High[channel] * factors[channel]);
            }

            double inputStep = (high - low) / 255;
            double sum = 0;
            for (int result = 0; result < _results; result++)
            {
                double activations = 0;
                double power = 0;
                double largest = 0;
                for (int channel = 0; channel < _channels; channel++)
                {
                    int cell = (result * _channels) + channel;
                    double square = factors[channel] * factors[channel];
                    activations += _squares[cell] / square;
                    power += _counts[cell] * _input.MeanSquare(channel) * square;
                    largest = Math.Max(largest, _largest[cell] / factors[channel]);
                }

                double weightStep = largest / 127;
                double noise = ((inputStep * inputStep * activations) + (weightStep * weightStep * power)) / 12;
                double whole = noise + _output.MeanSquare(result);
                sum += whole > 0 ? noise / whole : 0;
            }

            return sum;
        }
    }
}
