using EdgeAI.Compiler.Operators;

namespace EdgeAI.Reporting.Figures;

/// <summary>Noise relative to a signal, as decibels of the signal over the noise.</summary>
internal static class LayerNoiseRatio
{
    /// <summary>With three decimals; null for no noise at all.</summary>
    public static double? Decibels(double? noise) =>
        noise is > 0 and var value ? Math.Round(-10 * PortableMath.Log(value) / PortableMath.Log(10), 3) : null;
}
