using System.Globalization;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization;

/// <summary>The interval of reals that a tensor's integers shall cover.</summary>
/// <param name="Low">Smallest real.</param>
/// <param name="High">Largest real.</param>
/// <param name="Method">How it was found: <c>min-max</c>, <c>percentile 99.99</c>, …</param>
/// <param name="IsPartial">Whether some values were NaN or infinite, which no range holds.</param>
public readonly record struct ActivationRange(float Low, float High, string Method, bool IsPartial = false)
{
    private const int Shrinks = 64;
    private static readonly double[] Percentiles = [0.99999, 0.9999, 0.999];
    private static readonly double[] ClipWeights = [1, 4, 16];
    private static readonly double[] Rooms = [0.25, 0.5, 1];

    /// <summary>The ways to find a range, in the order of <see cref="Candidates"/>.</summary>
    public static IReadOnlyList<string> Methods { get; } =
    [
        "min-max",
        .. Percentiles.Select(fraction => string.Create(CultureInfo.InvariantCulture, $"percentile {fraction * 100:0.###}")),
        .. ClipWeights.Select(weight => string.Create(CultureInfo.InvariantCulture, $"squared error, clipping ×{weight:0}")),
        "entropy",
        "moving average",
        .. Rooms.Select(part => string.Create(CultureInfo.InvariantCulture, $"min-max and {part * 100:0} % beyond")),
        "min-max and tail",
    ];

    /// <summary>Of <see cref="Methods"/>, the least squared error with clipping counted a few times: a compromise where only one method is tried.</summary>
    public static int Compromise => 1 + Percentiles.Length + 1;

    /// <summary>Of <see cref="Methods"/>, the one that leaves room for values to come (<see cref="RangeTail"/>).</summary>
    public static int Tail => Methods.Count - 1;

    /// <summary>One range for each of <see cref="Methods"/>. All but those with room beyond lie within the extremes.</summary>
    public static ActivationRange[] Candidates(ActivationHistogram histogram)
    {
        var distribution = new Lazy<ActivationDistribution>(histogram.Distribution);
        return [.. Methods.Select((_, method) => Of(histogram, distribution, method))];
    }

    /// <summary>The range that one of <see cref="Methods"/> finds.</summary>
    public static ActivationRange Of(ActivationHistogram histogram, int method) =>
        Of(histogram, new Lazy<ActivationDistribution>(histogram.Distribution), method);

    private static ActivationRange Of(ActivationHistogram histogram, Lazy<ActivationDistribution> distribution, int method)
    {
        if (histogram.Count == 0)
        {
            return new(0, 0, "unused", histogram.SawNonFinite);
        }

        (double low, double high) = Find(histogram, distribution, Math.Min(0, histogram.Minimum), Math.Max(0, histogram.Maximum), method);
        return new((float)low, (float)high, Methods[method], histogram.SawNonFinite);
    }

    private static (double Low, double High) Find(
        ActivationHistogram histogram, Lazy<ActivationDistribution> distribution, double low, double high, int method)
    {
        int afterPercentiles = 1 + Percentiles.Length;
        int afterErrors = afterPercentiles + ClipWeights.Length;
        if (method == 0)
        {
            return (low, high);
        }

        if (method < afterPercentiles)
        {
            double fraction = Percentiles[method - 1];
            return (distribution.Value.Percentile(1 - fraction), distribution.Value.Percentile(fraction));
        }

        if (method < afterErrors)
        {
            double weight = ClipWeights[method - afterPercentiles];
            return LeastError(low, high, (from, to) => distribution.Value.MeanSquaredError(from, to, weight));
        }

        if (method == afterErrors)
        {
            return LeastTogether(low, high, distribution.Value.Entropy);
        }

        if (method == afterErrors + 1)
        {
            return (Math.Min(0, histogram.AverageMinimum), Math.Max(0, histogram.AverageMaximum));
        }

        double part = method == Tail ? 0 : Rooms[method - afterErrors - 2];
        return method == Tail ? new RangeTail(histogram).Extend(low, high) : (low * (1 + part), high * (1 + part));
    }

    /// <summary>Shrinks the upper end, then the lower one, in steps of a 64th of the extremes.</summary>
    private static (double Low, double High) LeastError(double low, double high, Func<double, double, double> error)
    {
        double bestHigh = Least(high, to => error(low, to));
        return (Least(low, from => error(from, bestHigh)), bestHigh);
    }

    private static (double Low, double High) LeastTogether(double low, double high, Func<double, double, double> error)
    {
        double part = Least(1, scale => error(low * scale, high * scale));
        return (low * part, high * part);
    }

    private static double Least(double end, Func<double, double> error)
    {
        double best = end;
        double least = error(end);
        for (int step = Shrinks - 1; step >= Shrinks / 8 && end != 0; step--)
        {
            double candidate = end * step / Shrinks;
            double value = error(candidate);
            if (value < least)
            {
                least = value;
                best = candidate;
            }
        }

        return best;
    }

    /// <summary>The smallest range that holds both.</summary>
    public ActivationRange Union(ActivationRange other) =>
        new(Math.Min(Low, other.Low), Math.Max(High, other.High), Method == other.Method ? Method : "shared", IsPartial || other.IsPartial);

    /// <summary>The parameters of an integer type: asymmetric for int8, symmetric for int16.</summary>
    public QuantizationParameters To(ElementType type) => type == ElementType.Int16 ? ToInt16() : ToInt8();

    /// <summary>A range as many times as wide.</summary>
    public ActivationRange Widened(float factor) => this with { Low = Low * factor, High = High * factor };

    /// <summary>Symmetric int16 parameters, as TensorFlow Lite's 16-bit kernels want them: the scale is the larger magnitude / 32767, the zero point 0.</summary>
    public QuantizationParameters ToInt16()
    {
        double magnitude = Math.Max(-(double)Low, High);
        double scale = magnitude / short.MaxValue;
        return QuantizationParameters.PerTensor(scale > 1e-30 ? (float)scale : 1f / short.MaxValue, 0);
    }

    /// <summary>
    /// Asymmetric int8 parameters: the range is widened to hold 0, the scale is range / 255, and the zero point is the nearest integer, so that 0 is exact.
    /// </summary>
    public QuantizationParameters ToInt8()
    {
        double low = Math.Min(0.0, Low);
        double high = Math.Max(0.0, High);
        double scale = (high - low) / 255;
        if (!(scale > 1e-30))
        {
            return QuantizationParameters.PerTensor(1f / 255, -128);
        }

        double zeroPoint = Math.Clamp(Math.Round(-128 - (low / scale), MidpointRounding.AwayFromZero), -128, 127);
        return QuantizationParameters.PerTensor((float)scale, (int)zeroPoint);
    }
}
