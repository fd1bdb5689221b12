using System.Runtime.InteropServices;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Extremes, mean and mean square of each channel of one float tensor over the calibration inputs. The channel of an element is its row-major
/// index modulo the channel count, so that a flattened image keeps its channels.
/// </summary>
internal sealed class ChannelStatistics(int channelCount)
{
    private readonly double[] _sums = new double[channelCount];
    private readonly double[] _squares = new double[channelCount];
    private long _rows;

    /// <summary>The smallest value of each channel, at most 0.</summary>
    public double[] Low { get; } = new double[channelCount];

    /// <summary>The largest value of each channel, at least 0.</summary>
    public double[] High { get; } = new double[channelCount];

    /// <summary>The smallest value of each channel; infinite before the first.</summary>
    public double[] Minimum { get; } = [.. Enumerable.Repeat(double.PositiveInfinity, channelCount)];

    /// <summary>The largest value of each channel; minus infinite before the first.</summary>
    public double[] Maximum { get; } = [.. Enumerable.Repeat(double.NegativeInfinity, channelCount)];

    /// <summary>The mean of a channel.</summary>
    public double Mean(int channel) => _rows == 0 ? 0 : _sums[channel] / _rows;

    /// <summary>The standard deviation of a channel.</summary>
    public double Deviation(int channel) => Math.Sqrt(Math.Max(0, MeanSquare(channel) - (Mean(channel) * Mean(channel))));

    /// <summary>The mean of the squares of a channel.</summary>
    public double MeanSquare(int channel) => _rows == 0 ? 0 : _squares[channel] / _rows;

    /// <summary>Adds one value of the tensor.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        int channel = 0;
        foreach (float value in values)
        {
            Low[channel] = Math.Min(Low[channel], value);
            High[channel] = Math.Max(High[channel], value);
            Minimum[channel] = Math.Min(Minimum[channel], value);
            Maximum[channel] = Math.Max(Maximum[channel], value);
            _sums[channel] += value;
            _squares[channel] += (double)value * value;
            channel = channel + 1 == channelCount ? 0 : channel + 1;
        }

        _rows += values.Length / channelCount;
    }

    /// <summary>What the statistics become when each channel is multiplied by its factor.</summary>
    public void Scale(ReadOnlySpan<double> factors)
    {
        for (int channel = 0; channel < channelCount; channel++)
        {
            Low[channel] *= factors[channel];
            High[channel] *= factors[channel];
            Minimum[channel] *= factors[channel];
            Maximum[channel] *= factors[channel];
            _sums[channel] *= factors[channel];
            _squares[channel] *= factors[channel] * factors[channel];
        }
    }

    /// <summary>Statistics of the given tensors over the cases, run in order.</summary>
    public static Dictionary<Tensor, ChannelStatistics> Collect(
        Graph graph, IEnumerable<(Tensor Tensor, int ChannelCount)> tensors, IEnumerable<TestCase> cases, CancellationToken cancellation)
    {
        var statistics = new Dictionary<Tensor, ChannelStatistics>(ReferenceEqualityComparer.Instance);
        foreach ((Tensor tensor, int channelCount) in tensors)
        {
            statistics[tensor] = new ChannelStatistics(channelCount);
        }

        var executor = new GraphExecutor(graph)
        {
            Observer = (tensor, bytes) =>
            {
                if (statistics.TryGetValue(tensor, out ChannelStatistics? of))
                {
                    of.Add(MemoryMarshal.Cast<byte, float>(bytes.Span));
                }
            },
        };
        foreach (TestCase test in cases)
        {
            for (int i = 0; i < graph.Inputs.Count; i++)
            {
                executor.SetInput(i, test.Inputs[i].Span);
            }

            executor.Run(cancellation);
        }

        return statistics;
    }
}
