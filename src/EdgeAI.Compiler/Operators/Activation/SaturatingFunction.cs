using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Activation;

/// <summary>
/// Sigmoid and Tanh: functions between two limits, whose int8 result has a fixed scale. With that scale the table is TensorFlow Lite's integer
/// reference (operand as a number with 4 integer bits); with another, the table of the real function.
/// </summary>
internal abstract class SaturatingFunction : UnaryOperator
{
    private const int IntegerBits = 4;

    /// <inheritdoc/>
    public sealed override QuantizationRule Quantization => QuantizationRule.Fixed;

    /// <summary>The fixed-point function: 4 integer bits in, none out.</summary>
    protected abstract int EvaluateFixedPoint(int x);

    /// <inheritdoc/>
    protected abstract override double? Int16Reach { get; }

    /// <summary>Bits behind the point that the int8 result keeps.</summary>
    protected abstract int ResultBits { get; }

    /// <inheritdoc/>
    protected sealed override sbyte[] Table(Node node)
    {
        QuantizationParameters result = FixedQuantization(ElementType.Int8);
        if (!result.Equals(node.Output.Quantization))
        {
            return RealTable(node);
        }

        QuantizationParameters x = node.Input(0).Quantization!;
        (int multiplierQ31, int shift) = FixedPoint.QuantizeMultiplier(x.Scale * (double)(1 << (31 - IntegerBits)));
        int radius = InputRadius(shift);
        return LookupTable.Of(q =>
        {
            int steps = q - x.ZeroPoint;
            if (steps <= -radius || steps >= radius)
            {
                return steps < 0 ? sbyte.MinValue : sbyte.MaxValue;
            }

            int value = EvaluateFixedPoint(FixedPoint.MultiplyByQuantizedMultiplier(steps, multiplierQ31, shift));
            int rounded = FixedPoint.RoundingDivideByPowerOfTwo(value, 31 - ResultBits) + result.ZeroPoint;
            return Math.Clamp(rounded, sbyte.MinValue, sbyte.MaxValue);
        });
    }

    /// <summary>Steps at and beyond which the operand no longer fits 4 integer bits: ⌊15 · 2^27 / 2^shift⌋.</summary>
    private static int InputRadius(int shift)
    {
        double radius = ((1 << IntegerBits) - 1) * (double)(1L << (31 - IntegerBits));
        for (; shift > 0; shift--)
        {
            radius /= 2;
        }

        for (; shift < 0; shift++)
        {
            radius *= 2;
        }

        return (int)Math.Min(Math.Floor(radius), int.MaxValue);
    }
}

/// <summary>Sigmoid: 1 / (1 + e^−x). int8 results have the scale 1/256 and the zero point −128, int16 ones 1/32768 and 0.</summary>
internal sealed class SigmoidOperator : SaturatingFunction
{
    /// <inheritdoc/>
    public override string Name => "Sigmoid";

    /// <inheritdoc/>
    protected override string KernelName => "sigmoid";

    /// <inheritdoc/>
    protected override int ResultBits => 8;

    /// <summary>Where 1 − sigmoid is below a 128th of a step.</summary>
    protected override double? Int16Reach => 16;

    /// <inheritdoc/>
    public override QuantizationParameters FixedQuantization(ElementType type) => type switch
    {
        ElementType.Int8 => QuantizationParameters.PerTensor(1f / 256, -128),
        ElementType.Int16 => QuantizationParameters.PerTensor(1f / 32768, 0),
        _ => throw new OperatorException($"Sigmoid has no fixed quantization for {type.DisplayName()}"),
    };

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => PortableMath.Sigmoid(x);

    /// <inheritdoc/>
    protected override void Evaluate(ReadOnlySpan<float> values, Span<float> result, UnaryAttributes attributes) => SigmoidLanes.Run(values, result);

    /// <inheritdoc/>
    protected override int EvaluateFixedPoint(int x) => FixedPointFunctions.Logistic(x);
}

/// <summary>Tanh: the hyperbolic tangent. int8 results have the scale 1/128 and the zero point 0, int16 ones 1/32768.</summary>
internal sealed class TanhOperator : SaturatingFunction
{
    /// <inheritdoc/>
    public override string Name => "Tanh";

    /// <inheritdoc/>
    protected override string KernelName => "tanh";

    /// <inheritdoc/>
    protected override int ResultBits => 7;

    /// <summary>Where 1 − tanh is below a 128th of a step.</summary>
    protected override double? Int16Reach => 8;

    /// <inheritdoc/>
    public override QuantizationParameters FixedQuantization(ElementType type) => type switch
    {
        ElementType.Int8 => QuantizationParameters.PerTensor(1f / 128, 0),
        ElementType.Int16 => QuantizationParameters.PerTensor(1f / 32768, 0),
        _ => throw new OperatorException($"Tanh has no fixed quantization for {type.DisplayName()}"),
    };

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => PortableMath.Tanh(x);

    /// <inheritdoc/>
    protected override int EvaluateFixedPoint(int x) => FixedPointFunctions.Tanh(x);
}
