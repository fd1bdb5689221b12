using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization;

/// <summary>The interval of reals that a tensor's integers shall cover.</summary>
/// <param name="Low">Smallest real.</param>
/// <param name="High">Largest real.</param>
/// <param name="Method">How it was found: <c>min-max</c>, <c>percentile 99.99</c>, …</param>
public readonly record struct ActivationRange(float Low, float High, string Method)
{
    private static readonly double[] Percentiles = [0.99999, 0.9999, 0.999];

    /// <summary>
    /// The range of least mean squared error among min-max and percentiles; min-max alone where <paramref name="keepExtremes"/> is set,
    /// as for a model's inputs and outputs.
    /// </summary>
    public static ActivationRange Choose(ActivationHistogram histogram, bool keepExtremes)
    {
        if (histogram.Count == 0)
        {
            return new(0, 0, "unused");
        }

        var best = new ActivationRange(histogram.Minimum, histogram.Maximum, "min-max");
        if (keepExtremes)
        {
            return best;
        }

        double bestError = Error(histogram, best);
        foreach (double fraction in Percentiles)
        {
            var candidate = new ActivationRange(
                (float)histogram.Percentile(1 - fraction), (float)histogram.Percentile(fraction),
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"percentile {fraction * 100:0.###}"));
            double error = Error(histogram, candidate);
            if (error < bestError)
            {
                best = candidate;
                bestError = error;
            }
        }

        return best;
    }

    /// <summary>The smallest range that holds both.</summary>
    public ActivationRange Union(ActivationRange other) =>
        new(Math.Min(Low, other.Low), Math.Max(High, other.High), Method == other.Method ? Method : "shared");

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

    private static double Error(ActivationHistogram histogram, ActivationRange range) =>
        histogram.MeanSquaredError(Math.Min(0, range.Low), Math.Max(0, range.High));
}
