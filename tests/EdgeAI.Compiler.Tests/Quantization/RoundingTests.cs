using EdgeAI.Compiler.Quantization;

namespace EdgeAI.Compiler.Tests.Quantization;

/// <summary>Rounding for sums instead of for single weights.</summary>
[TestClass]
public sealed class RoundingTests
{
    /// <summary>Operands that rise together: two weights of 0.4 make 0.8, which one 1 and one 0 meet better than two zeros.</summary>
    [TestMethod]
    public void Correlated_operands_share_the_error()
    {
        sbyte[] integers = RoundingSearch.Run([0.4, 0.4], [1, 0.9, 0.9, 1], [0, 0]);
        Assert.AreEqual(1, integers[0] + integers[1]);
    }

    /// <summary>Operands that vary apart: each weight goes to its nearest integer.</summary>
    [TestMethod]
    public void Independent_operands_round_to_nearest() =>
        CollectionAssert.AreEqual(new sbyte[] { 0, 1, -3, 127 }, RoundingSearch.Run([0.4, 0.6, -2.7, 130], Diagonal(4), [0, 0, 0, 0]));

    /// <summary>An error that arrives is met by the weights as far as floor and ceiling reach.</summary>
    [TestMethod]
    public void Arriving_error_is_compensated() =>
        CollectionAssert.AreEqual(new sbyte[] { 3, 2 }, RoundingSearch.Run([2.4, 2.4], Diagonal(2), [0.5, -0.5]));

    /// <summary>On random problems the objective never rises above that of the nearest integers.</summary>
    [TestMethod]
    public void Never_worse_than_nearest()
    {
        var random = new Random(7);
        for (int problem = 0; problem < 50; problem++)
        {
            const int count = 12;
            double[] root = [.. Enumerable.Range(0, count * count).Select(_ => random.NextDouble() - 0.5)];
            double[] covariance = new double[count * count];
            for (int i = 0; i < count; i++)
            {
                for (int j = 0; j < count; j++)
                {
                    for (int k = 0; k < count; k++)
                    {
                        covariance[(i * count) + j] += root[(i * count) + k] * root[(j * count) + k];
                    }
                }
            }

            double[] weights = [.. Enumerable.Range(0, count).Select(_ => (random.NextDouble() - 0.5) * 50)];
            sbyte[] chosen = RoundingSearch.Run(weights, covariance, new double[count]);
            double nearest = Objective(weights, [.. weights.Select(weight => (sbyte)Math.Round(weight))], covariance);
            Assert.IsLessThanOrEqualTo(nearest + 1e-12, Objective(weights, chosen, covariance), $"seed 7, problem {problem}");
        }
    }

    private static double Objective(double[] weights, sbyte[] integers, double[] covariance)
    {
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            for (int j = 0; j < weights.Length; j++)
            {
                sum += (integers[i] - weights[i]) * covariance[(i * weights.Length) + j] * (integers[j] - weights[j]);
            }
        }

        return sum;
    }

    private static double[] Diagonal(int count)
    {
        double[] matrix = new double[count * count];
        for (int i = 0; i < count; i++)
        {
            matrix[(i * count) + i] = 1;
        }

        return matrix;
    }
}
