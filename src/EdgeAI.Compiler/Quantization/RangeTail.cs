using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// How far a tensor's int8 range should pass the extremes of the calibration data, which few cases do not show.
/// <list type="bullet">
/// <item>A case to come passes the extremes of n cases with the chance 1 / (n + 1), by an excess that is distributed exponentially.</item>
/// <item>The least expected squared error of a case is sought: every element that is not 0 is rounded to steps of the range, and one is clipped where
/// the range is passed. Tensors of few elements (pooled features, logits) gain by room, images do not.</item>
/// </list>
/// </summary>
internal sealed class RangeTail
{
    private const int Rounds = 3;
    private const int Candidates = 64;
    private const double CandidatesPerExcess = 8;
    private readonly double _elements;
    private readonly double _chance;
    private readonly (double Low, double High) _excess;

    /// <summary>From the values of at least one case.</summary>
    public RangeTail(ActivationHistogram histogram)
    {
        _elements = (double)(histogram.Count - histogram.ZeroCount) / histogram.Cases;
        _chance = 1.0 / (histogram.Cases + 1);
        _excess = (histogram.Minimum < 0 ? histogram.ExcessBelow : 0, histogram.Maximum > 0 ? histogram.ExcessAbove : 0);
    }

    /// <summary>The range of least expected error that holds [low, high].</summary>
    public (double Low, double High) Extend(double low, double high)
    {
        double from = low;
        double to = high;
        for (int round = 0; round < Rounds; round++)
        {
            to = Best(high, _excess.High, end => Error(from, end));
            from = Best(low, -_excess.Low, end => Error(end, to));
        }

        return (from, to);

        double Error(double first, double last)
        {
            double step = (last - first) / 255;
            return (_elements * step * step / 12) + Clipped(low - first, _excess.Low) + Clipped(last - high, _excess.High);
        }
    }

    private static double Best(double end, double excess, Func<double, double> error)
    {
        double best = end;
        double least = error(end);
        for (int i = 1; i <= Candidates && excess != 0; i++)
        {
            double candidate = end + (excess * i / CandidatesPerExcess);
            double value = error(candidate);
            if (value < least)
            {
                least = value;
                best = candidate;
            }
        }

        return best;
    }

    /// <summary>The expected square of an exponential excess beyond a margin.</summary>
    private double Clipped(double margin, double excess) => excess > 0 ? _chance * 2 * excess * excess * PortableMath.Exp(-margin / excess) : 0;
}
