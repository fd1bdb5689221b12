using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Quantization;

namespace EdgeAI.Compiler.Tests.Quantization;

[TestClass]
public sealed class RangeTests
{
    [TestMethod]
    public void Candidates_lie_within_the_extremes_and_the_first_is_min_max()
    {
        var histogram = new ActivationHistogram();
        histogram.Add([.. Enumerable.Range(0, 5000).Select(i => (float)Math.Sin(i) * (i % 500 == 0 ? 20 : 1))]);
        ActivationRange[] candidates = ActivationRange.Candidates(histogram);
        Assert.HasCount(ActivationRange.Methods.Count, candidates);
        Assert.AreEqual(histogram.Minimum, candidates[0].Low);
        Assert.AreEqual(histogram.Maximum, candidates[0].High);
        foreach (ActivationRange candidate in candidates.Where((range, method) => method != ActivationRange.Tail && !range.Method.EndsWith("beyond", StringComparison.Ordinal)))
        {
            Assert.IsGreaterThanOrEqualTo(histogram.Minimum, candidate.Low, candidate.Method);
            Assert.IsLessThanOrEqualTo(histogram.Maximum, candidate.High, candidate.Method);
        }
    }

    [TestMethod]
    public void A_lone_outlier_is_clipped_by_squared_error()
    {
        var histogram = new ActivationHistogram();
        histogram.Add([.. Enumerable.Range(0, 200_000).Select(i => (i % 1000) / 1000f), 30f]);
        ActivationRange chosen = ActivationRange.Candidates(histogram).Single(range => range.Method == "squared error, clipping ×1");
        Assert.IsLessThan(26f, chosen.High);
        Assert.IsLessThan(histogram.Distribution().MeanSquaredError(0, 30), histogram.Distribution().MeanSquaredError(chosen.Low, chosen.High));
    }

    [TestMethod]
    public void An_unused_tensor_has_parameters_that_are_sound()
    {
        QuantizationParameters parameters = ActivationRange.Candidates(new ActivationHistogram())[0].ToInt8();
        Assert.IsGreaterThan(0f, parameters.Scale);
    }

    [TestMethod]
    [DataRow(0f, 6f, -128)]
    [DataRow(-6f, 0f, 127)]
    [DataRow(1f, 2f, -128)]
    [DataRow(-1f, 1f, -1)]
    public void Zero_is_an_integer(float low, float high, int zeroPoint)
    {
        QuantizationParameters parameters = new ActivationRange(low, high, "min-max").ToInt8();
        Assert.AreEqual(zeroPoint, parameters.ZeroPoint);
        Assert.AreEqual((Math.Max(0, high) - Math.Min(0, low)) / 255f, parameters.Scale, 1e-7f);
    }
}
