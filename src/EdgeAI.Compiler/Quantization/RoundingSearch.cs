namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Rounds a channel's weights up or down so that the channel's sums err least on the data, and not each weight by itself: AdaRound's objective
/// (Nagel et al. 2020), (ŵ − w)ᵀ A (ŵ − w) − 2 (ŵ − w)ᵀ r with A the covariance of the layer's operands and r their covariance with the error that
/// arrives from the layers before.
/// <list type="bullet">
/// <item>Starts at the nearest integers and moves one weight at a time to its other neighbour while that lowers the objective, in the order of
/// the weights, for at most <see cref="Sweeps"/> sweeps: a local minimum, the same on every machine.</item>
/// </list>
/// </summary>
internal static class RoundingSearch
{
    private const int Sweeps = 16;

    /// <summary>Integers within ±<paramref name="largest"/> for weights in units of their scale.</summary>
    /// <param name="weights">Real weights divided by the scale.</param>
    /// <param name="covariance">A, row-major, symmetric.</param>
    /// <param name="towards">r divided by the scale.</param>
    /// <param name="largest">The largest magnitude of an integer.</param>
    public static sbyte[] Run(ReadOnlySpan<double> weights, double[] covariance, ReadOnlySpan<double> towards, int largest = WeightQuantizer.LargestWeight)
    {
        int count = weights.Length;
        sbyte[] integers = new sbyte[count];
        double[] gradient = new double[count];
        for (int i = 0; i < count; i++)
        {
            integers[i] = (sbyte)Math.Clamp(Math.Round(weights[i]), -largest, largest);
            gradient[i] = -towards[i];
        }

        for (int i = 0; i < count; i++)
        {
            Add(gradient, covariance, i, integers[i] - weights[i]);
        }

        bool moved = true;
        for (int sweep = 0; sweep < Sweeps && moved; sweep++)
        {
            moved = false;
            for (int i = 0; i < count; i++)
            {
                double error = integers[i] - weights[i];
                int step = error > 0 ? -1 : 1;
                double change = (2 * step * gradient[i]) + covariance[(i * count) + i];
                if (change < 0 && Math.Abs(error + step) < 1 && Math.Abs(integers[i] + step) <= largest)
                {
                    integers[i] += (sbyte)step;
                    Add(gradient, covariance, i, step);
                    moved = true;
                }
            }
        }

        return integers;
    }

    private static void Add(double[] gradient, double[] covariance, int row, double factor)
    {
        ReadOnlySpan<double> from = covariance.AsSpan(row * gradient.Length, gradient.Length);
        for (int i = 0; i < gradient.Length; i++)
        {
            gradient[i] += factor * from[i];
        }
    }
}
