using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators;

/// <summary>
/// How sums become int8 results in one product with an addend, for edgeai_packed_pairs.h, proven for each channel to round as TensorFlow Lite's two
/// roundings do:
/// <list type="bullet">
/// <item>rectified, where the result's zero point is −128: negative values all end there, so that half away from zero and half up agree, and
/// ⌊(⌊(x·m + 2^30) / 2^31⌋ + 2^(n−1)) / 2^n⌋ = ⌊(x·m + 2^30 + 2^(n+30)) / 2^(n+31)⌋;</item>
/// <item>linear: the inner rounding is that of a rounding high multiply, the outer one half up of a value less one where the sum is
/// negative; a negative sum whose inner value is 0 stays 0 either way.</item>
/// </list>
/// </summary>
internal sealed class FusedScaling
{
    /// <summary>Sums of second channels of a pair are exact below it.</summary>
    public const long SecondSumLimit = 1L << 23;

    private const long LinearSumLimit = 1L << 30;
    private const int MostShift = 22;
    private const int RectifiedShift = 13;
    private const int PairShift = 8;

    private readonly int[] _factors;
    private readonly int[] _shifts;
    private readonly int?[] _constants;
    private readonly int _zeroPoint;

    private FusedScaling(int[] factors, int[] shifts, int?[] constants, int zeroPoint, bool isLinear)
    {
        _constants = constants;
        _factors = factors;
        _shifts = shifts;
        _zeroPoint = zeroPoint;
        IsLinear = isLinear;
    }

    /// <summary>Whether results need all of the rounding, not that above the zero point alone.</summary>
    public bool IsLinear { get; }

    /// <summary>
    /// The scaling of channels whose sums have at most these magnitudes; null where one cannot be proven. A channel without weights has
    /// its result as its addend, and its sum does not count.
    /// </summary>
    public static FusedScaling? TryMake(
        ReadOnlySpan<long> largestSums, ReadOnlySpan<int?> constantSums, Requantization scales, Tensor result, bool mayRectify = true)
    {
        int[] factors = new int[largestSums.Length];
        int[] shifts = new int[largestSums.Length];
        int?[] constants = new int?[largestSums.Length];
        int zeroPoint = result.Quantization!.ZeroPoint;
        bool rectified = mayRectify && zeroPoint == sbyte.MinValue;
        for (int channel = 0; channel < factors.Length; channel++)
        {
            int index = scales.Shifts.Length == 1 ? 0 : channel;
            int right = -scales.Shifts[index];
            bool vanishes = scales.MultipliersQ31[index] == 0 || (right > 1 && largestSums[channel] < 1L << (right - 2));
            if (constantSums[channel] is not null || vanishes)
            {
                int value = unchecked(scales.Apply(constantSums[channel] ?? 0, index) + zeroPoint);
                constants[channel] = IntegerRange.Of(ElementType.Int8).Saturate(value);
                continue;
            }

            factors[channel] = scales.MultipliersQ31[index];
            shifts[channel] = right;
            if (right is < 1 or > MostShift || largestSums[channel] >= LinearSumLimit)
            {
                return null;
            }

            int left = RectifiedShift + 1 - right;
            rectified &= left is >= 2 and <= PairShift && largestSums[channel] << left < 1L << 31;
        }

        return new(factors, shifts, constants, zeroPoint, !rectified);
    }

    /// <summary>Factor, addend and shift of a channel; of one that follows behind the last, where those of the last serve.</summary>
    public void Write(int channel, bool isSecondOfPair, Span<int> words)
    {
        channel = Math.Min(channel, _factors.Length - 1);
        int right = _shifts[channel];
        words[0] = _factors[channel];
        if (_constants[channel] is { } constant)
        {
            // Half of the last place, so that the sign of the sum does not count.
            words[1] = (constant * (1 << RectifiedShift)) + (1 << (RectifiedShift - 1));
            words[2] = IsLinear ? RectifiedShift : 0;
            return;
        }

        if (IsLinear)
        {
            words[1] = (1 << (right - 1)) + (_zeroPoint * (1 << right));
            words[2] = right;
            return;
        }

        int left = RectifiedShift + 1 - right;
        words[1] = (1 << (left - 2)) + (1 << (right + left - 2)) + (_zeroPoint * (1 << (right + left - 1)));
        words[2] = isSecondOfPair ? PairShift - left : left;
    }

    /// <summary>The largest magnitude of a sum for any int8 operand.</summary>
    public static long LargestSum(ReadOnlySpan<sbyte> weights, int bias)
    {
        long lowest = bias;
        long highest = bias;
        foreach (sbyte weight in weights)
        {
            lowest += weight > 0 ? weight * sbyte.MinValue : weight * sbyte.MaxValue;
            highest += weight > 0 ? weight * sbyte.MaxValue : weight * sbyte.MinValue;
        }

        return Math.Max(Math.Abs(lowest), Math.Abs(highest));
    }
}
