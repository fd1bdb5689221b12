using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Reduction;

/// <summary>ReduceSum and ReduceMean: float32 in ascending order in one accumulator; int8 as TensorFlow Lite's SUM and MEAN, in 32 bits that wrap;
/// int16 the same over so many elements that 32 bits hold any sum.</summary>
internal abstract class SummingOperator : ReduceOperator<SumFunction>
{
    private const long MostInt16Elements = 65535;

    /// <inheritdoc/>
    public sealed override QuantizationRule Quantization => QuantizationRule.Calibrated;

    /// <inheritdoc/>
    protected sealed override string KernelName => "reduce_sum";

    /// <inheritdoc/>
    protected sealed override void RunInt8(OperatorCall call, ReducePlan plan)
    {
        var visitor = new RescaledSumVisitor<sbyte>(call.Input<sbyte>(0), call.Output<sbyte>(), Rescaling(call.Node, plan));
        plan.Run(ref visitor);
    }

    /// <inheritdoc/>
    protected sealed override void RunInt16(OperatorCall call, ReducePlan plan)
    {
        var visitor = new RescaledSumVisitor<short>(call.Input<short>(0), call.Output<short>(), Rescaling(call.Node, plan));
        plan.Run(ref visitor);
    }

    /// <inheritdoc/>
    protected sealed override void VerifyQuantization(Node node, Tensor x)
    {
        if (x is not { Type: ElementType.Int16, Quantization: not null })
        {
            return;
        }

        var plan = new ReducePlan(x.Shape, node.AttributesAs<ReduceAttributes>().Axes);
        int shift = node.Outputs.Count > 0 && node.Output.Quantization is not null ? Math.Max(0, Rescaling(node, plan).Shift) : 0;
        if (plan.ReducedCount << shift > MostInt16Elements)
        {
            throw new OperatorException($"sums of {plan.ReducedCount} int16 elements of '{x}'{(shift > 0 ? $", shifted left by {shift} bits," : "")} do not fit 32 bits");
        }
    }

    /// <inheritdoc/>
    protected sealed override IEnumerable<KernelField> FloatFields(ReducePlan plan) =>
        [KernelField.Of("divisor", IsMean ? (float)plan.ReducedCount : 1f)];

    /// <inheritdoc/>
    protected sealed override IEnumerable<KernelField> Int8Fields(Node node, ReducePlan plan)
    {
        RescaledSum sum = Rescaling(node, plan);
        return
        [
            KernelField.Of("offset", sum.Offset),
            KernelField.Of("zero_point", sum.ZeroPoint),
            KernelField.Of("multiplier", sum.MultiplierQ31),
            KernelField.Of("shift", sum.Shift),
        ];
    }

    // A mean divides the multiplier by the count, shifted left as far as the final right shift of at most 31 bits allows.
    private RescaledSum Rescaling(Node node, ReducePlan plan)
    {
        QuantizationParameters x = node.Input(0).Quantization!;
        QuantizationParameters result = node.Output.Quantization!;
        (int multiplierQ31, int shift) = FixedPoint.QuantizeMultiplier((double)x.Scale / result.Scale);
        long count = plan.ReducedCount;
        if (IsMean && count > 0)
        {
            int gained = Math.Min(Math.Min(63 - System.Numerics.BitOperations.LeadingZeroCount((ulong)count), 32), 31 + shift);
            multiplierQ31 = (int)(((long)multiplierQ31 << gained) / count);
            shift -= gained;
        }

        return new(unchecked((int)(x.ZeroPoint * count)), multiplierQ31, shift, result.ZeroPoint);
    }
}

/// <summary>ReduceSum.</summary>
internal sealed class ReduceSumOperator : SummingOperator
{
    /// <inheritdoc/>
    public override string Name => "ReduceSum";
}

/// <summary>ReduceMean.</summary>
internal sealed class ReduceMeanOperator : SummingOperator
{
    /// <inheritdoc/>
    public override string Name => "ReduceMean";

    /// <inheritdoc/>
    protected override bool IsMean => true;
}
