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
        Assert.AreEqual(0, histogram.Percentile(0.5), 0.02);
        Assert.AreEqual(9.8, histogram.Percentile(0.995), 0.05);
    }

    [TestMethod]
    public void A_larger_value_merges_bins_and_loses_none()
    {
        var histogram = new ActivationHistogram();
        histogram.Add([0.25f, -0.25f, 0.5f]);
        histogram.Add([1000f]);
        Assert.AreEqual(4, histogram.Count);
        Assert.AreEqual(0, histogram.Percentile(0.75), 1.0);
        Assert.AreEqual(1000, histogram.Percentile(1), 0.5);
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
        Assert.AreEqual((step * step / 12) + 1, histogram.MeanSquaredError(0, 1), 0.05);
        Assert.AreEqual((step * step / 12) + 4, histogram.MeanSquaredError(0, 1, 4), 0.2);
    }

    [TestMethod]
    public void Zeros_cost_nothing()
    {
        var histogram = new ActivationHistogram();
        histogram.Add(new float[100]);
        histogram.Add([1f]);
        double step = 1 / 255.0;
        Assert.AreEqual(step * step / 12 / 101, histogram.MeanSquaredError(0, 1), 1e-9);
    }
}
