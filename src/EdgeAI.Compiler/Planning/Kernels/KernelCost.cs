using System.Collections.Immutable;

namespace EdgeAI.Compiler.Planning.Kernels;

/// <summary>What one kernel costs on one core: instructions as a sum over <see cref="LayerWork"/>, fitted to measured layers.</summary>
/// <param name="Coefficients">For a call, a pixel, a tap, an operand, an output and a product; none is negative.</param>
/// <param name="Layers">How many measured layers stand behind it.</param>
/// <param name="LargestError">The largest difference from a measured layer, as a share of that.</param>
public sealed record KernelCost(ImmutableArray<double> Coefficients, int Layers, double LargestError)
{
    /// <summary>Instructions of one run of a layer.</summary>
    public long Instructions(LayerWork work)
    {
        double[] factors = work.Factors();
        double sum = 0;
        for (int i = 0; i < factors.Length; i++)
        {
            sum += Coefficients[i] * factors[i];
        }

        return (long)Math.Round(sum);
    }
}
