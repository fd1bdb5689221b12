using EdgeAI.Compiler.Quantization;

namespace EdgeAI.Compiler.Tests.Quantization;

/// <summary>Room for values that the calibration data do not hold.</summary>
[TestClass]
public sealed class RangeTailTests
{
    /// <summary>Ten logits a case, from few cases: new cases err less with the room than without, in the mean over many draws.</summary>
    [TestMethod]
    [DataRow(8)]
    [DataRow(16)]
    [DataRow(64)]
    public void Room_lowers_the_error_of_new_cases(int cases)
    {
        const int Elements = 10;
        var random = new Random(5);
        double with = 0;
        double without = 0;
        for (int draw = 0; draw < 200; draw++)
        {
            var histogram = new ActivationHistogram();
            for (int i = 0; i < cases; i++)
            {
                histogram.Add(Case());
            }

            (double low, double high) = new RangeTail(histogram).Extend(histogram.Minimum, histogram.Maximum);
            Assert.IsLessThanOrEqualTo(histogram.Minimum, low);
            Assert.IsGreaterThanOrEqualTo(histogram.Maximum, high);
            for (int i = 0; i < 20; i++)
            {
                float[] values = Case();
                with += Error(values, low, high);
                without += Error(values, histogram.Minimum, histogram.Maximum);
            }
        }

        Console.WriteLine($"{cases} cases: {with / without:0.00} of the error");
        Assert.IsLessThan(without, with);

        float[] Case() => [.. Enumerable.Range(0, Elements).Select(_ => (float)(4 * (random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2)))];
    }

    /// <summary>Rounding an image's many elements finely is worth more than one that is clipped.</summary>
    [TestMethod]
    public void An_image_gets_no_room()
    {
        var random = new Random(1);
        var histogram = new ActivationHistogram();
        for (int i = 0; i < 16; i++)
        {
            float scale = 1 + random.NextSingle();
            histogram.Add([.. Enumerable.Range(0, 50_000).Select(_ => scale * random.NextSingle())]);
        }

        Assert.AreEqual((0, (double)histogram.Maximum), new RangeTail(histogram).Extend(0, histogram.Maximum));
    }

    [TestMethod]
    public void A_bound_that_several_cases_reach_is_not_passed()
    {
        var histogram = new ActivationHistogram();
        foreach (float largest in (float[])[6, 2, 6, 5, 3, 4, 6, 1])
        {
            histogram.Add([0.5f, largest, 0.25f]);
        }

        Assert.AreEqual((0, 6), new RangeTail(histogram).Extend(0, 6));
    }

    [TestMethod]
    public void More_cases_leave_less_to_come()
    {
        double[] room = [.. new[] { 8, 64, 512 }.Select(cases =>
        {
            var histogram = new ActivationHistogram();
            for (int i = 0; i < cases; i++)
            {
                histogram.Add([-1, 3 + (((i * 37) % cases) / (float)cases)]);
            }

            return new RangeTail(histogram).Extend(-1, histogram.Maximum).High - histogram.Maximum;
        })];
        Assert.IsGreaterThan(0, room[2]);
        Assert.IsGreaterThan(room[2], room[1]);
        Assert.IsGreaterThan(room[1], room[0]);
    }

    private static double Error(float[] values, double low, double high)
    {
        double step = (high - low) / 255;
        return values.Sum(value =>
        {
            double error = value - Math.Clamp(low + (Math.Round((value - low) / step) * step), low, high);
            return error * error;
        });
    }
}
