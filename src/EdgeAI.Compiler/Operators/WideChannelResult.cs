using System.Globalization;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators;

/// <summary>
/// How sums of int16 values times int8 weights become the int16 elements of a result, by TensorFlow Lite's arithmetic: with an int32 bias a sum has 32 bits
/// and is rounded twice, with an int64 bias or none 64 bits and is rounded once by a multiplier of 16 bits. Zero points are 0.
/// </summary>
internal sealed class WideChannelResult
{
    private readonly long[] _bias;
    private readonly bool _isWide;
    private readonly Requantization _factors;
    private readonly IntegerRange _range;

    /// <summary>Of a node whose operand 2 is the bias; factors are one for each channel, or one for all.</summary>
    public WideChannelResult(Node node, int channels, Requantization factors, Clamp clamp)
    {
        _isWide = IsWide(node);
        _bias = node.OptionalInput(2) switch
        {
            null => new long[channels],
            { Type: ElementType.Int64 } wide => wide.Values<long>().ToArray(),
            var bias => [.. bias.Values<int>().ToArray().Select(value => (long)value)],
        };
        _factors = factors;
        _range = IntegerRange.Clamped(clamp, node.Output);
    }

    /// <summary>Whether a layer's sums have 64 bits.</summary>
    public static bool IsWide(Node layer) => layer.OptionalInput(2)?.Type != ElementType.Int32;

    /// <summary>Writes the elements of the channels from <paramref name="firstChannel"/> on.</summary>
    public void Store(ReadOnlySpan<long> sums, int firstChannel, Span<short> result)
    {
        int step = _factors.Shifts.Length > 1 ? 1 : 0;
        for (int i = 0; i < result.Length; i++)
        {
            long sum = sums[i] + _bias[firstChannel + i];
            int factor = (firstChannel + i) * step;
            int scaled = _isWide
                ? FixedPoint.MultiplyWideByQuantizedMultiplier(sum, _factors.MultipliersQ31[factor], _factors.Shifts[factor])
                : _factors.Apply(unchecked((int)sum), factor);
            result[i] = (short)_range.Saturate(scaled);
        }
    }

    /// <summary>The member <c>edgeai_result_s16 result</c> of a kernel's parameters.</summary>
    public static KernelField Field(Node node, EmissionContext context, Clamp clamp, Requantization factors)
    {
        var range = IntegerRange.Clamped(clamp, node.Output);
        string bias = node.OptionalInput(2) switch
        {
            null => "NULL, NULL",
            { Type: ElementType.Int64 } wide => $"NULL, {context.Constant(node, "bias", wide.Values<long>())}",
            var narrow => $"{context.Constant(node, "bias", narrow.Values<int>())}, NULL",
        };
        return new("result", string.Create(CultureInfo.InvariantCulture,
            $"{{{range.Minimum}, {range.Maximum}, {(factors.Shifts.Length > 1 ? 1 : 0)}, {bias}, {context.Constant(node, "multipliers", factors.MultipliersQ31)}, {context.Constant(node, "shifts", factors.Shifts)}}}"));
    }
}
