using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators;

/// <summary>How int32 sums of products become the int8 elements of a result: bias, factor of the channel, zero point, limits.</summary>
internal sealed class ChannelResult
{
    private readonly int[] _bias;
    private readonly Requantization _factors;
    private readonly int _zeroPoint;
    private readonly IntegerRange _range;

    /// <summary>Factors are one for each channel, or one for all.</summary>
    public ChannelResult(int[] bias, Requantization factors, Tensor result, Clamp clamp)
    {
        _bias = bias;
        _factors = factors.Shifts.Length == 1 && bias.Length != 1 ? factors.Repeated(bias.Length) : factors;
        _zeroPoint = result.Quantization!.ZeroPoint;
        _range = IntegerRange.Clamped(clamp, result);
    }

    /// <summary>Writes the elements of the channels from <paramref name="firstChannel"/> on.</summary>
    public void Store(ReadOnlySpan<int> sums, int firstChannel, Span<sbyte> result)
    {
        ReadOnlySpan<int> bias = _bias.AsSpan(firstChannel, result.Length);
        ReadOnlySpan<int> multipliers = _factors.MultipliersQ31.Slice(firstChannel, result.Length);
        ReadOnlySpan<int> shifts = _factors.Shifts.Slice(firstChannel, result.Length);
        sums = sums[..result.Length];
        for (int i = 0; i < result.Length; i++)
        {
            int scaled = FixedPoint.MultiplyByQuantizedMultiplier(unchecked(sums[i] + bias[i]), multipliers[i], shifts[i]);
            result[i] = (sbyte)_range.Saturate(unchecked(scaled + _zeroPoint));
        }
    }
}
