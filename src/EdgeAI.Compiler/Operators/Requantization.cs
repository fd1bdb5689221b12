using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators;

/// <summary>
/// Real factors as TensorFlow Lite's fixed-point pairs, one for each channel of a result: value · multiplierQ31 · 2^(shift − 31).
/// </summary>
public sealed class Requantization
{
    private readonly int[] _multipliersQ31;
    private readonly int[] _shifts;

    private Requantization(int[] multipliersQ31, int[] shifts)
    {
        _multipliersQ31 = multipliersQ31;
        _shifts = shifts;
    }

    /// <summary>Significands in [2^30, 2^31), or 0.</summary>
    public ReadOnlySpan<int> MultipliersQ31 => _multipliersQ31;

    /// <summary>Exponents; positive ones shift to the left.</summary>
    public ReadOnlySpan<int> Shifts => _shifts;

    /// <summary>The pairs of the given factors, none negative.</summary>
    public static Requantization Of(params ReadOnlySpan<double> factors)
    {
        int[] multipliers = new int[factors.Length];
        int[] shifts = new int[factors.Length];
        for (int i = 0; i < factors.Length; i++)
        {
            (multipliers[i], shifts[i]) = FixedPoint.QuantizeMultiplier(factors[i]);
        }

        return new(multipliers, shifts);
    }

    /// <summary>
    /// scale of x · scale of a weight channel / scale of the result, in double, for each of the result's channels. Weights with one scale give
    /// every channel the same factor.
    /// </summary>
    public static Requantization PerChannel(Tensor x, Tensor weights, Tensor result, int channelCount)
    {
        double[] factors = new double[channelCount];
        double scaleX = Parameters(x).Scale;
        double scaleResult = Parameters(result).Scale;
        QuantizationParameters scales = Parameters(weights);
        for (int channel = 0; channel < channelCount; channel++)
        {
            factors[channel] = scaleX * scales.ScaleOf(channel) / scaleResult;
        }

        return Of(factors);
    }

    /// <summary>
    /// scale of a · scale of b / scale of the result with the product rounded to float32 first, as TensorFlow Lite's
    /// fully connected and matrix multiplication kernels have it.
    /// </summary>
    public static Requantization OfProduct(Tensor a, Tensor b, Tensor result)
    {
        float product = Parameters(a).Scale * Parameters(b).Scale;
        return Of((double)product / Parameters(result).Scale);
    }

    /// <summary>The same pair for each of a number of channels; the only pair must be one.</summary>
    public Requantization Repeated(int channelCount)
    {
        int[] multipliers = new int[channelCount];
        int[] shifts = new int[channelCount];
        Array.Fill(multipliers, _multipliersQ31[0]);
        Array.Fill(shifts, _shifts[0]);
        return new(multipliers, shifts);
    }

    /// <summary>A value times the factor of a channel, rounded as <see cref="FixedPoint.MultiplyByQuantizedMultiplier"/> does.</summary>
    public int Apply(int value, int channel) =>
        FixedPoint.MultiplyByQuantizedMultiplier(value, _multipliersQ31[channel], _shifts[channel]);

    private static QuantizationParameters Parameters(Tensor tensor) =>
        tensor.Quantization ?? throw new OperatorException($"'{tensor.Name}' has no quantization");
}
