using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators;

/// <summary>The constants of an int8 layer's channels as edgeai_channel_s8.h reads them, proven for each channel to round as TensorFlow Lite does.</summary>
internal sealed class ChannelWords
{
    /// <summary>Words of a channel: bias, factor, addend, shift.</summary>
    public const int Count = 4;

    private const long SumLimit = 1L << 29;

    private readonly int[] _bias;
    private readonly int?[] _constants;
    private readonly FusedScaling _scaling;
    private readonly IntegerRange _range;
    private readonly int _zeroPoint;

    private ChannelWords(int[] bias, int?[] constants, FusedScaling scaling, IntegerRange range, int zeroPoint)
    {
        _zeroPoint = zeroPoint;
        _bias = bias;
        _constants = constants;
        _scaling = scaling;
        _range = range;
    }

    /// <summary>The constants; null where a channel cannot be proven.</summary>
    /// <param name="bias">Of each channel, with the operand's zero point folded in.</param>
    /// <param name="weights">The weights of a channel.</param>
    /// <param name="factors">Of each channel, or one for all.</param>
    /// <param name="result">Its zero point counts.</param>
    /// <param name="clamp">Fused limits.</param>
    public static ChannelWords? TryMake(int[] bias, Func<int, sbyte[]> weights, Requantization factors, Tensor result, Clamp clamp)
    {
        long[] largest = new long[bias.Length];
        int?[] constants = new int?[bias.Length];
        for (int channel = 0; channel < bias.Length; channel++)
        {
            sbyte[] row = weights(channel);
            largest[channel] = FusedScaling.LargestSum(row, bias[channel]);
            constants[channel] = row.AsSpan().ContainsAnyExcept((sbyte)0) ? null : bias[channel];
            if (constants[channel] is null && largest[channel] >= SumLimit)
            {
                return null;
            }
        }

        return bias.Length > 0 && FusedScaling.TryMake(largest, constants, factors, result, mayRectify: false) is { } scaling
            ? new(bias, constants, scaling, IntegerRange.Clamped(clamp, result), result.Quantization!.ZeroPoint)
            : null;
    }

    /// <summary>The members of parameter structs behind the extents; channels are repeated up to a multiple of <paramref name="group"/>.</summary>
    public IEnumerable<KernelField> Fields(Node node, EmissionContext context, int group)
    {
        int[] words = new int[(_bias.Length + group - 1) / group * group * Count];
        for (int i = 0; i < words.Length / Count; i++)
        {
            int channel = Math.Min(i, _bias.Length - 1);

            // A constant result is all in the addend; its sum is positive, for others may go straight to the lowest result.
            words[i * Count] = _constants[channel] is null ? _bias[channel] : 1;
            _scaling.Write(channel, isSecondOfPair: false, words.AsSpan((i * Count) + 1, Count - 1));
        }

        bool limited = _range.Minimum != sbyte.MinValue || _range.Maximum != sbyte.MaxValue;
        return
        [
            KernelField.Of("linear", _zeroPoint == sbyte.MinValue ? 0 : 1),
            KernelField.Of("limited", limited ? 1 : 0),
            KernelField.Of("minimum", _range.Minimum),
            KernelField.Of("maximum", _range.Maximum),
            KernelField.Pointer("channels", context.Constant<int>(node, "channels", words)),
        ];
    }
}
