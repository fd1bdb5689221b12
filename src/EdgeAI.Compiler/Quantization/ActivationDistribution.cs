using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// What was gathered of a tensor's values, to be read: the occupied bins of its <see cref="ActivationHistogram"/>, zeros apart. Each figure takes time in
/// proportion to the occupied bins that it looks at.
/// </summary>
public sealed class ActivationDistribution
{
    private const int Levels = 255;
    private readonly int _middle;
    private readonly double _limit;
    private readonly int[] _bins;
    private readonly long[] _counts;
    private readonly double[] _centers;
    private readonly long _count;
    private readonly long _zeroCount;
    private readonly double _maximum;

    internal ActivationDistribution(ActivationHistogram histogram, BinCounts counts, int binCount, double limit)
    {
        _middle = binCount / 2;
        _limit = limit;
        (_bins, _counts) = counts.Occupied();
        _count = histogram.Count;
        _zeroCount = histogram.ZeroCount;
        _maximum = histogram.Maximum;
        _centers = [.. _bins.Select(CenterOf)];
        ZeroCenter = CenterOf(_middle);

        double CenterOf(int bin) => _count == 0 ? 0 : Math.Clamp((bin + 0.5 - _middle) * limit / _middle, histogram.Minimum, histogram.Maximum);
    }

    /// <summary>The middle of the bin in which zeros lie.</summary>
    private double ZeroCenter { get; }

    /// <summary>The value below which the fraction of all values lies, to within a bin.</summary>
    public double Percentile(double fraction)
    {
        long wanted = Math.Max(1, (long)Math.Ceiling(fraction * _count));
        long seen = 0;
        long zeros = _zeroCount;
        for (int i = 0; i < _bins.Length; i++)
        {
            if (_bins[i] >= _middle)
            {
                seen += zeros;
                zeros = 0;
                if (seen >= wanted)
                {
                    return ZeroCenter;
                }
            }

            seen += _counts[i];
            if (seen >= wanted)
            {
                return _centers[i];
            }
        }

        return seen + zeros >= wanted ? ZeroCenter : _maximum;
    }

    /// <summary>
    /// The mean squared error of rounding to 255 steps over [low, high] and clipping outside: step² / 12 inside, the squared distance to the
    /// limit outside, which counts <paramref name="clipWeight"/> times. Zeros are exact.
    /// </summary>
    public double MeanSquaredError(double low, double high, double clipWeight = 1)
    {
        double step = (high - low) / Levels;
        double inside = step * step / 12;
        double clipped = 0;
        int i = 0;
        for (; i < _centers.Length && _centers[i] < low; i++)
        {
            double beyond = low - _centers[i];
            clipped += _counts[i] * beyond * beyond;
        }

        for (i = Math.Max(i, FirstAbove(high)); i < _centers.Length; i++)
        {
            double beyond = _centers[i] - high;
            clipped += _counts[i] * beyond * beyond;
        }

        return _count == 0 ? 0 : (((_count - _zeroCount) * inside) + (clipWeight * clipped)) / _count;
    }

    /// <summary>
    /// The relative entropy of the distribution, clipped to [low, high], and what 255 equal levels leave of it, in natural units. Zeros are left out.
    /// </summary>
    public double Entropy(double low, double high)
    {
        if (_bins.Length == 0)
        {
            return 0;
        }

        int from = BinOf(low);
        int to = BinOf(high);
        double total = _count - _zeroCount;
        (int[] bins, double[] kept, double[] clipped) = Clipped(from, to);
        int length = to - from + 1;
        double entropy = 0;
        int first = 0;
        for (int level = 0; level < Levels && first < bins.Length; level++)
        {
            // No level before this one holds what comes next.
            level = Math.Max(level, Levels * (bins[first] - from) / length);
            int begin = from + (length * level / Levels);
            int end = Math.Min(to + 1, Math.Max(begin + 1, from + (length * (level + 1) / Levels)));
            while (first < bins.Length && bins[first] < begin)
            {
                first++;
            }

            double inLevel = 0;
            int last = first;
            for (; last < bins.Length && bins[last] < end; last++)
            {
                inLevel += kept[last];
            }

            double mean = Math.Max(inLevel / Math.Max(1, last - first), 1e-4);
            for (int i = first; i < last; i++)
            {
                entropy += clipped[i] == mean ? 0 : clipped[i] / total * PortableMath.Log(clipped[i] / mean);
            }
        }

        return entropy;
    }

    /// <summary>The occupied bins from one to another with what they hold, and with what lies outside added to the ends.</summary>
    private (int[] Bins, double[] Kept, double[] Clipped) Clipped(int from, int to)
    {
        int[] bins = new int[_bins.Length];
        double[] kept = new double[_bins.Length];
        double[] clipped = new double[_bins.Length];
        int count = 0;
        for (int i = 0; i < _bins.Length; i++)
        {
            int bin = Math.Clamp(_bins[i], from, to);
            count += count == 0 || bins[count - 1] != bin ? 1 : 0;
            bins[count - 1] = bin;
            kept[count - 1] += bin == _bins[i] ? _counts[i] : 0;
            clipped[count - 1] += _counts[i];
        }

        return (bins[..count], kept, clipped);
    }

    private int BinOf(double value) => Math.Clamp((int)((value / _limit * _middle) + _middle), _bins[0], _bins[^1]);

    private int FirstAbove(double value)
    {
        int at = Array.BinarySearch(_centers, value);
        if (at < 0)
        {
            return ~at;
        }

        while (at < _centers.Length && _centers[at] <= value)
        {
            at++;
        }

        return at;
    }
}
