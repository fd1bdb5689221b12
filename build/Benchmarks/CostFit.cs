namespace Benchmarks;

/// <summary>
/// Fits measured figures by a sum of factors with coefficients of at least 0, so that relative errors are small.
/// <list type="bullet">
/// <item>Each row is divided by its figure; the sum of squared differences from 1 is made smallest by going over the coefficients one by one, each set to
/// its best value or 0 (coordinate descent; the problem is convex).</item>
/// <item>Factors are scaled to equal length first. A fixed number of rounds: the same input gives the same result.</item>
/// </list>
/// </summary>
internal static class CostFit
{
    private const int Rounds = 200_000;

    /// <summary>One coefficient for each factor.</summary>
    public static double[] Solve(IReadOnlyList<double[]> factors, IReadOnlyList<double> figures)
    {
        int count = factors[0].Length;
        double[][] rows = [.. factors.Select((row, i) => row.Select(factor => factor / figures[i]).ToArray())];
        double[] lengths = [.. Enumerable.Range(0, count).Select(j => Math.Sqrt(rows.Sum(row => row[j] * row[j])))];
        double[,] products = new double[count, count];
        double[] sums = new double[count];
        for (int j = 0; j < count; j++)
        {
            sums[j] = lengths[j] == 0 ? 0 : rows.Sum(row => row[j]) / lengths[j];
            for (int k = 0; k < count; k++)
            {
                products[j, k] = lengths[j] == 0 || lengths[k] == 0 ? 0 : rows.Sum(row => row[j] * row[k]) / lengths[j] / lengths[k];
            }
        }

        double[] solution = new double[count];
        for (int round = 0; round < Rounds; round++)
        {
            for (int j = 0; j < count; j++)
            {
                double rest = sums[j];
                for (int k = 0; k < count; k++)
                {
                    rest -= k == j ? 0 : products[j, k] * solution[k];
                }

                solution[j] = products[j, j] == 0 ? 0 : Math.Max(0, rest / products[j, j]);
            }
        }

        return [.. solution.Select((value, j) => lengths[j] == 0 ? 0 : value / lengths[j])];
    }
}
