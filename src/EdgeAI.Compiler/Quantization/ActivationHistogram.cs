using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// The distribution of one tensor's values over all calibration inputs, gathered in one pass.
/// <list type="bullet">
/// <item>Equal bins over [−limit, limit]; limit is a power of two that doubles, pairs of bins merging, when a larger value comes.</item>
/// <item>The exact smallest and largest value are kept beside the bins.</item>
/// </list>
/// A value's bin tells it to within limit / 2048.
/// </summary>
public sealed class ActivationHistogram
{
    private const int BinCount = 4096;
    private const int Levels = 255;
    private const double Momentum = 0.1;

    /// <summary>Of an exponential tail, the mean excess over the deviation of its largest values: √6 / π (Gumbel).</summary>
    private const double ExcessOfDeviation = 0.7797;

    private readonly long[] _counts = new long[BinCount];
    private double _limit;
    private (double Low, double High) _sums;
    private (double Low, double High) _squares;
    private (int Low, int High) _casesAtEnd;

    /// <summary>The smallest value seen; +∞ before the first.</summary>
    public float Minimum { get; private set; } = float.PositiveInfinity;

    /// <summary>The largest value seen; −∞ before the first.</summary>
    public float Maximum { get; private set; } = float.NegativeInfinity;

    /// <summary>The moving average of each addition's smallest value; of each addition, which is a case, a tenth counts.</summary>
    public double AverageMinimum { get; private set; } = double.NaN;

    /// <summary>The moving average of each addition's largest value.</summary>
    public double AverageMaximum { get; private set; } = double.NaN;

    /// <summary>How many additions were made, each of a case's values.</summary>
    public int Cases { get; private set; }

    /// <summary>
    /// By how much a case to come that passes <see cref="Minimum"/> passes it in the mean, judged by how the cases' smallest values differ; 0 where two
    /// cases end at the same value, which then is a bound.
    /// </summary>
    public double ExcessBelow => Excess(_sums.Low, _squares.Low, _casesAtEnd.Low);

    /// <summary>The same of <see cref="Maximum"/>.</summary>
    public double ExcessAbove => Excess(_sums.High, _squares.High, _casesAtEnd.High);

    /// <summary>How many values were seen.</summary>
    public long Count { get; private set; }

    /// <summary>How many values were exactly 0, which every range holds exactly.</summary>
    public long ZeroCount { get; private set; }

    /// <summary>Whether a value was NaN or infinite; such values are not counted.</summary>
    public bool SawNonFinite { get; private set; }

    /// <summary>Adds those of the values that are finite.</summary>
    public void AddFinite(ReadOnlySpan<float> values)
    {
        float[] finite = new float[values.Length];
        int count = 0;
        foreach (float value in values)
        {
            if (float.IsFinite(value))
            {
                finite[count++] = value;
            }
        }

        SawNonFinite |= count < values.Length;
        Add(finite.AsSpan(0, count));
    }

    /// <summary>Adds values; none where one is NaN or infinite.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        float minimum = float.PositiveInfinity;
        float maximum = float.NegativeInfinity;
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                SawNonFinite = true;
                return;
            }

            minimum = value < minimum ? value : minimum;
            maximum = value > maximum ? value : maximum;
        }

        if (values.IsEmpty)
        {
            return;
        }

        AverageMinimum = Average(AverageMinimum, minimum);
        AverageMaximum = Average(AverageMaximum, maximum);
        AddExtremes(minimum, maximum);
        Count += values.Length;
        Widen(Math.Max(Math.Abs((double)minimum), Math.Abs((double)maximum)));
        double binsPerUnit = BinCount / 2 / _limit;
        foreach (float value in values)
        {
            if (value == 0)
            {
                ZeroCount++;
                continue;
            }

            int bin = (int)((value * binsPerUnit) + (BinCount / 2));
            _counts[bin >= BinCount ? BinCount - 1 : bin]++;
        }
    }

    /// <summary>The value below which the fraction of all values lies, to within a bin.</summary>
    public double Percentile(double fraction)
    {
        long wanted = (long)Math.Ceiling(fraction * Count);
        long seen = 0;
        for (int bin = 0; bin < BinCount; bin++)
        {
            seen += _counts[bin];
            if (bin == BinCount / 2)
            {
                seen += ZeroCount;
            }

            if (seen >= wanted)
            {
                return CenterOf(bin);
            }
        }

        return Maximum;
    }

    /// <summary>
    /// The mean squared error of rounding to 255 steps over [low, high] and clipping outside: step² / 12 inside, the squared distance to the
    /// limit outside, which counts <paramref name="clipWeight"/> times. Zeros are exact.
    /// </summary>
    public double MeanSquaredError(double low, double high, double clipWeight = 1)
    {
        double step = (high - low) / 255;
        double inside = step * step / 12;
        double clipped = 0;
        (int first, int last) = Occupied();
        for (int bin = first; bin <= last; bin++)
        {
            double center = CenterOf(bin);
            double beyond = center < low ? low - center : center > high ? center - high : 0;
            clipped += _counts[bin] * beyond * beyond;
        }

        return Count == 0 ? 0 : (((Count - ZeroCount) * inside) + (clipWeight * clipped)) / Count;
    }

    /// <summary>
    /// The relative entropy of the distribution, clipped to [low, high], and what 255 equal levels leave of it, in natural units. Zeros are left out.
    /// </summary>
    public double Entropy(double low, double high)
    {
        (int first, int last) = Occupied();
        int from = Math.Clamp((int)((low / _limit * (BinCount / 2)) + (BinCount / 2)), first, last);
        int to = Math.Clamp((int)((high / _limit * (BinCount / 2)) + (BinCount / 2)), first, last);
        double[] clipped = new double[to - from + 1];
        double total = 0;
        for (int bin = first; bin <= last; bin++)
        {
            clipped[Math.Clamp(bin, from, to) - from] += _counts[bin];
            total += _counts[bin];
        }

        double entropy = 0;
        for (int level = 0; level < Levels; level++)
        {
            int begin = (int)((long)clipped.Length * level / Levels);
            int end = Math.Min(clipped.Length, Math.Max(begin + 1, (int)((long)clipped.Length * (level + 1) / Levels)));
            double inLevel = 0;
            int filled = 0;
            for (int i = begin; i < end; i++)
            {
                inLevel += _counts[from + i];
                filled += clipped[i] > 0 ? 1 : 0;
            }

            for (int i = begin; i < end; i++)
            {
                if (clipped[i] > 0)
                {
                    double kept = Math.Max(inLevel / filled, 1e-4);
                    entropy += clipped[i] / total * PortableMath.Log(clipped[i] / kept);
                }
            }
        }

        return entropy;
    }

    private static double Average(double average, double value) => double.IsNaN(average) ? value : average + (Momentum * (value - average));

    private void AddExtremes(float minimum, float maximum)
    {
        Cases++;
        _casesAtEnd.Low = minimum == Minimum ? _casesAtEnd.Low + 1 : minimum < Minimum ? 1 : _casesAtEnd.Low;
        _casesAtEnd.High = maximum == Maximum ? _casesAtEnd.High + 1 : maximum > Maximum ? 1 : _casesAtEnd.High;
        Minimum = Math.Min(Minimum, minimum);
        Maximum = Math.Max(Maximum, maximum);
        _sums = (_sums.Low + minimum, _sums.High + maximum);
        _squares = (_squares.Low + ((double)minimum * minimum), _squares.High + ((double)maximum * maximum));
    }

    private double Excess(double sum, double squares, int casesAtEnd) => Cases < 2 || casesAtEnd > 1
        ? 0
        : ExcessOfDeviation * Math.Sqrt(Math.Max(0, (squares - (sum * sum / Cases)) / (Cases - 1)));

    private (int First, int Last) Occupied()
    {
        int first = 0;
        int last = BinCount - 1;
        while (first < last && _counts[first] == 0)
        {
            first++;
        }

        while (last > first && _counts[last] == 0)
        {
            last--;
        }

        return (first, last);
    }

    private double CenterOf(int bin) => Math.Clamp((bin + 0.5 - (BinCount / 2)) * _limit / (BinCount / 2), Minimum, Maximum);

    private void Widen(double magnitude)
    {
        if (_limit == 0)
        {
            _limit = 1.0 / (1 << 20);
        }

        while (_limit < magnitude)
        {
            _limit *= 2;
            MergePairs();
        }
    }

    /// <summary>Old bins [0, BinCount) cover the middle half of the new ones.</summary>
    private void MergePairs()
    {
        long[] old = [.. _counts];
        Array.Clear(_counts);
        for (int bin = 0; bin < BinCount; bin++)
        {
            _counts[(BinCount / 4) + (bin / 2)] += old[bin];
        }
    }
}
