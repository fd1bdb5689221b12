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
    private const double Momentum = 0.1;

    /// <summary>Of an exponential tail, the mean excess over the deviation of its largest values: √6 / π (Gumbel).</summary>
    private const double ExcessOfDeviation = 0.7797;

    private readonly BinCounts _counts = new(BinCount);
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
            _counts.Add(bin >= BinCount ? BinCount - 1 : bin);
        }
    }

    /// <summary>What was gathered so far, to be read.</summary>
    public ActivationDistribution Distribution() => new(this, _counts, BinCount, _limit);

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

    private void Widen(double magnitude)
    {
        if (_limit == 0)
        {
            _limit = 1.0 / (1 << 20);
        }

        while (_limit < magnitude)
        {
            _limit *= 2;
            _counts.MergePairs();
        }
    }
}
