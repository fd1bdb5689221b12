using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Activation;

/// <summary>HardSwish: x · min(6, max(0, x + 3)) / 6. int8 as TensorFlow Lite's HARD_SWISH in 16-bit fixed point.</summary>
internal sealed class HardSwishOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "HardSwish";

    /// <inheritdoc/>
    protected override string KernelName => "hard_swish";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => x * (x < -3 ? 0 : x > 3 ? 6 : x + 3) / 6;

    /// <summary>The integer form needs a result scale of at least 1/128 of the operand's; others take the real function.</summary>
    protected override sbyte[] Table(Node node)
    {
        QuantizationParameters x = node.Input(0).Quantization!;
        QuantizationParameters result = node.Output.Quantization!;
        float fineScale = 1.0f / 128.0f * x.Scale;
        (int resultQ31, int resultShift) = FixedPoint.QuantizeMultiplier(fineScale / result.Scale);
        (int rampQ31, int rampShift) = FixedPoint.QuantizeMultiplier(fineScale / (3.0f / 32768.0f));
        if (resultShift > 0)
        {
            return RealTable(node);
        }

        short resultQ15 = Narrow(resultQ31);
        short rampQ15 = Narrow(rampQ31);
        return LookupTable.Of(q =>
        {
            short fine = (short)((q - x.ZeroPoint) * 128);
            short scaled = Multiply(fine, resultQ15, 1 << 14);

            // x / 3 with 15 bits behind the point, limited to [−1, 1), then moved to [0, 1).
            short ramp = fine;
            if (rampShift > 0)
            {
                ramp = ShiftLeftSaturating(ramp, rampShift - 1);
            }

            ramp = Multiply(ramp, rampQ15, 1 << 14);
            if (rampShift > 0)
            {
                ramp = ShiftLeftSaturating(ramp, 1);
            }
            else if (rampShift < 0)
            {
                ramp = RoundingShiftRight(ramp, -rampShift);
            }

            ramp = (short)((ramp + (1 << 15)) >> 1);
            short value = RoundingShiftRight(Multiply(ramp, scaled, 0), -resultShift);
            return Math.Clamp(unchecked((short)(value + result.ZeroPoint)), (short)sbyte.MinValue, (short)sbyte.MaxValue);
        });
    }

    private static short Narrow(int multiplierQ31) =>
        multiplierQ31 >= int.MaxValue - (1 << 15) ? short.MaxValue : (short)((multiplierQ31 + (1 << 15)) >> 16);

    // a · b / 2^15: rounded with a nudge of 2^14, towards zero with none; saturates the one overflow.
    private static short Multiply(short a, short b, int nudge)
    {
        if (a == b && a == short.MinValue)
        {
            return short.MaxValue;
        }

        int product = a * b;
        int signedNudge = nudge == 0 || product >= 0 ? nudge : 1 - nudge;
        return (short)((product + signedNudge) / (1 << 15));
    }

    private static short ShiftLeftSaturating(short value, int amount) =>
        (short)Math.Clamp((long)value << Math.Min(amount, 31), short.MinValue, short.MaxValue);

    // As gemmlowp does for 16 bits: the mask is cut to 16 bits before it is compared.
    private static short RoundingShiftRight(short x, int exponent)
    {
        short mask = unchecked((short)((1L << exponent) - 1));
        int threshold = (mask >> 1) + (x < 0 ? 1 : 0);
        return (short)((x >> exponent) + ((x & mask) > threshold ? 1 : 0));
    }
}

/// <summary>LeakyRelu: x above 0, Alpha · x below. int8 and int16 as TensorFlow Lite's LEAKY_RELU: one fixed-point multiplier for each side.</summary>
internal sealed class LeakyReluOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "LeakyRelu";

    /// <inheritdoc/>
    protected override string KernelName => "leaky_relu";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => x > 0 ? x : x * attributes.Alpha;

    /// <inheritdoc/>
    protected override sbyte[] Table(Node node)
    {
        Func<int, int> sides = Sides(node);
        return LookupTable.Of(sides);
    }

    /// <inheritdoc/>
    protected override bool TakesSymmetricInt16 => false;

    /// <inheritdoc/>
    protected override bool TablesInt16 => false;

    /// <inheritdoc/>
    protected override void RunInt16(OperatorCall call)
    {
        Func<int, int> sides = call.Prepare(Sides);
        ReadOnlySpan<short> x = call.Input<short>(0);
        Span<short> result = call.Output<short>();
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = (short)sides(x[i]);
        }
    }

    /// <inheritdoc/>
    protected override KernelCall EmitInt16(Node node, EmissionContext context)
    {
        (double below, (int MultiplierQ31, int Shift) belowFactor, (int MultiplierQ31, int Shift) aboveFactor) = Factors(node);
        return new("edgeai_leaky_relu_s16", "edgeai_leaky_relu_s16",
            [
                KernelField.Of("count", node.Output.Shape.ElementCount),
                KernelField.Of("zero_point_x", node.Input(0).Quantization!.ZeroPoint),
                KernelField.Of("zero_point", node.Output.Quantization!.ZeroPoint),
                KernelField.Of("multiplier_above", aboveFactor.MultiplierQ31),
                KernelField.Of("shift_above", aboveFactor.Shift),
                KernelField.Of("multiplier_below", belowFactor.MultiplierQ31),
                KernelField.Of("shift_below", belowFactor.Shift),
                KernelField.Of("sign_below", below < 0 ? -1 : 1),
            ],
            [context.Read(node.Input(0)), context.Write(node.Output)]);
    }

    private static (double Below, (int MultiplierQ31, int Shift) BelowFactor, (int MultiplierQ31, int Shift) AboveFactor) Factors(Node node)
    {
        QuantizationParameters x = node.Input(0).Quantization!;
        QuantizationParameters result = node.Output.Quantization!;
        float alpha = node.AttributesAs<UnaryAttributes>().Alpha;
        double below = x.Scale * alpha / result.Scale;
        return (below, FixedPoint.QuantizeMultiplier(Math.Abs(below)), FixedPoint.QuantizeMultiplier(x.Scale / result.Scale));
    }

    /// <summary>The integer function of the operand's integers.</summary>
    private static Func<int, int> Sides(Node node)
    {
        QuantizationParameters x = node.Input(0).Quantization!;
        QuantizationParameters result = node.Output.Quantization!;
        IntegerRange range = IntegerRange.Of(node.Output.Type);
        (double below, (int belowQ31, int belowShift), (int aboveQ31, int aboveShift)) = Factors(node);
        return q =>
        {
            int steps = q - x.ZeroPoint;
            int value = steps >= 0
                ? FixedPoint.MultiplyByQuantizedMultiplier(steps, aboveQ31, aboveShift)
                : FixedPoint.MultiplyByQuantizedMultiplier(steps, belowQ31, belowShift) * (below < 0 ? -1 : 1);
            return range.Saturate(unchecked(value + result.ZeroPoint));
        };
    }
}

/// <summary>Elu: x above 0, Alpha · (e^x − 1) below.</summary>
internal sealed class EluOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Elu";

    /// <inheritdoc/>
    protected override string KernelName => "elu";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) =>
        x < 0 ? attributes.Alpha * PortableMath.ExpMinusOne(x) : x;

    /// <summary>As TensorFlow Lite's ELU: e^x is rounded to float before 1 is subtracted.</summary>
    protected override sbyte[] Table(Node node)
    {
        float alpha = node.AttributesAs<UnaryAttributes>().Alpha;
        return LookupTable.Of(
            node.Input(0).Quantization!, node.Output.Quantization!, x => x < 0 ? alpha * ((float)PortableMath.Exp(x) - 1.0f) : x);
    }
}

/// <summary>Selu: Beta · x above 0, Beta · Alpha · (e^x − 1) below.</summary>
internal sealed class SeluOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Selu";

    /// <inheritdoc/>
    protected override string KernelName => "selu";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) =>
        attributes.Beta * (x < 0 ? attributes.Alpha * PortableMath.ExpMinusOne(x) : x);
}

/// <summary>HardSigmoid: max(0, min(1, Alpha · x + Beta)).</summary>
internal sealed class HardSigmoidOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "HardSigmoid";

    /// <inheritdoc/>
    protected override string KernelName => "hard_sigmoid";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes)
    {
        double value = (attributes.Alpha * x) + attributes.Beta;
        return value < 0 ? 0 : value > 1 ? 1 : value;
    }
}
