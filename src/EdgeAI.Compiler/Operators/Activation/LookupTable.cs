using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Quantizing;

namespace EdgeAI.Compiler.Operators.Activation;

/// <summary>An int8 function of one operand as 256 results; the index is the operand's byte, unsigned.</summary>
internal static class LookupTable
{
    /// <summary>The table of a function whose values are in the range of int8.</summary>
    public static sbyte[] Of(Func<int, int> function)
    {
        sbyte[] table = new sbyte[256];
        for (int q = sbyte.MinValue; q <= sbyte.MaxValue; q++)
        {
            table[(byte)q] = checked((sbyte)function(q));
        }

        return table;
    }

    /// <summary>
    /// The table of a real function by TFLite's rule: scale · (q − zero point) in float, the function rounded to float, times 1 / scale of the result,
    /// rounded half away from zero, plus zero point, saturated. NaN becomes the zero point.
    /// </summary>
    public static sbyte[] Of(QuantizationParameters x, QuantizationParameters result, Func<float, float> function)
    {
        float inverseScale = 1 / result.Scale;
        return Of(q =>
        {
            float value = function(x.Scale * (q - x.ZeroPoint)) * inverseScale;
            return AffineQuantization.Quantize(value, 1, result.ZeroPoint, IntegerRange.Of(ElementType.Int8));
        });
    }

    /// <summary>Replaces each element of the operand.</summary>
    public static void Run(OperatorCall call, sbyte[] table)
    {
        ReadOnlySpan<sbyte> x = call.Input<sbyte>(0);
        Span<sbyte> result = call.Output<sbyte>();
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = table[(byte)x[i]];
        }
    }
}
