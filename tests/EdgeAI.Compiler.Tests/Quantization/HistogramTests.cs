using EdgeAI.Compiler.Quantization;

namespace EdgeAI.Compiler.Tests.Quantization;

[TestClass]
public sealed class HistogramTests
{
    private static float[] Ramp(int count, float scale) => [.. Enumerable.Range(0, count).Select(i => (i + 0.5f - (count / 2)) * scale / count)];

    [TestMethod]
    public void Extremes_are_exact_and_percentiles_within_a_bin()
    {
        var histogram = new ActivationHistogram();
        histogram.Add(Ramp(1000, 2));
        histogram.Add(Ramp(1000, 20));
        Assert.AreEqual(2000, histogram.Count);
        Assert.AreEqual(-9.99f, histogram.Minimum);
        Assert.AreEqual(9.99f, histogram.Maximum);
        Assert.AreEqual(0, histogram.Distribution().Percentile(0.5), 0.02);
        Assert.AreEqual(9.8, histogram.Distribution().Percentile(0.995), 0.05);
    }

    [TestMethod]
    public void A_larger_value_merges_bins_and_loses_none()
    {
        var histogram = new ActivationHistogram();
        histogram.Add([0.25f, -0.25f, 0.5f]);
        histogram.Add([1000f]);
        Assert.AreEqual(4, histogram.Count);
        Assert.AreEqual(0, histogram.Distribution().Percentile(0.75), 1.0);
        Assert.AreEqual(1000, histogram.Distribution().Percentile(1), 0.5);
    }

    [TestMethod]
    public void A_value_that_is_not_finite_is_told()
    {
        var histogram = new ActivationHistogram();
        histogram.Add([1, float.NaN]);
        Assert.IsTrue(histogram.SawNonFinite);
        Assert.AreEqual(0, histogram.Count);
    }

    [TestMethod]
    public void Squared_error_counts_rounding_inside_and_distance_outside()
    {
        var histogram = new ActivationHistogram();
        histogram.Add([.. Enumerable.Repeat(1f, 99), 11f]);
        double step = 1 / 255.0;
        Assert.AreEqual((step * step / 12) + 1, histogram.Distribution().MeanSquaredError(0, 1), 0.05);
        Assert.AreEqual((step * step / 12) + 4, histogram.Distribution().MeanSquaredError(0, 1, 4), 0.2);
    }

    [TestMethod]
    public void Zeros_cost_nothing()
    {
        var histogram = new ActivationHistogram();
        histogram.Add(new float[100]);
        histogram.Add([1f]);
        double step = 1 / 255.0;
        Assert.AreEqual(step * step / 12 / 101, histogram.Distribution().MeanSquaredError(0, 1), 1e-9);
    }

    /// <summary>Against the definitions, bin by bin over all bins: few occupied ones and many, ends inside and at the extremes.</summary>
    [TestMethod]
    [DataRow(5)]
    [DataRow(300)]
    [DataRow(50_000)]
    public void Figures_are_those_of_all_bins(int count)
    {
        const int bins = 4096;
        var random = new Random(count);
        float[] values = [.. Enumerable.Range(0, count).Select(i => i % 9 == 0 ? 0 : (float)((random.NextDouble() * random.NextDouble() * 3) - 0.7))];
        var histogram = new ActivationHistogram();
        histogram.Add(values);
        ActivationDistribution distribution = histogram.Distribution();
        double limit = Math.Pow(2, Math.Ceiling(Math.Log2(Math.Max(histogram.Maximum, -histogram.Minimum))));
        double[] counts = new double[bins];
        foreach (float value in values.Where(value => value != 0))
        {
            counts[(int)((value / limit * (bins / 2)) + (bins / 2))]++;
        }

        int first = Array.FindIndex(counts, one => one > 0);
        int last = Array.FindLastIndex(counts, one => one > 0);
        foreach ((double low, double high) in new[] { (-0.7, 2.3), (-0.2, 0.4), (0, 0.9), (-0.6, 0) })
        {
            double clipped = 0;
            for (int bin = 0; bin < bins; bin++)
            {
                double center = Math.Clamp((bin + 0.5 - (bins / 2)) * limit / (bins / 2), histogram.Minimum, histogram.Maximum);
                double beyond = center - Math.Clamp(center, low, high);
                clipped += counts[bin] * beyond * beyond;
            }

            double step = (high - low) / 255;
            double expected = ((counts.Sum() * step * step / 12) + (4 * clipped)) / count;
            Assert.AreEqual(expected, distribution.MeanSquaredError(low, high, 4), 1e-12);
            Assert.AreEqual(Entropy(counts, Bin(low), Bin(high)), distribution.Entropy(low, high), 1e-9);
        }

        int Bin(double value) => Math.Clamp((int)((value / limit * (bins / 2)) + (bins / 2)), first, last);
    }

    private static double Entropy(double[] counts, int from, int to)
    {
        double[] clipped = new double[to - from + 1];
        for (int bin = 0; bin < counts.Length; bin++)
        {
            clipped[Math.Clamp(bin, from, to) - from] += counts[bin];
        }

        double entropy = 0;
        for (int level = 0; level < 255; level++)
        {
            int begin = clipped.Length * level / 255;
            int end = Math.Min(clipped.Length, Math.Max(begin + 1, clipped.Length * (level + 1) / 255));
            double kept = Math.Max(1e-4, counts[(from + begin)..(from + end)].Sum() / Math.Max(1, clipped[begin..end].Count(one => one > 0)));
            entropy += clipped[begin..end].Where(one => one > 0).Sum(one => one / counts.Sum() * Math.Log(one / kept));
        }

        return entropy;
    }
}
