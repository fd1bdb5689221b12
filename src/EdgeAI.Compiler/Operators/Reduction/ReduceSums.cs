using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Reduction;

/// <summary>ReduceSum and ReduceMean: float32 in ascending order in one accumulator; int8 as TensorFlow Lite's SUM and MEAN, in 32 bits that wrap.</summary>
internal abstract class SummingOperator : ReduceOperator<SumFunction>
{
    /// <inheritdoc/>
    public sealed override QuantizationRule Quantization => QuantizationRule.Calibrated;

    /// <inheritdoc/>
    protected sealed override string KernelName => "reduce_sum";

    /// <inheritdoc/>
    protected sealed override void RunInt8(OperatorCall call, ReducePlan plan)
    {
        var visitor = new Int8SumVisitor(call.Input<sbyte>(0), call.Output<sbyte>(), Rescaling(call.Node, plan));
        plan.Run(ref visitor);
    }

    /// <inheritdoc/>
    protected sealed override IEnumerable<KernelField> FloatFields(ReducePlan plan) =>
        [KernelField.Of("divisor", IsMean ? (float)plan.ReducedCount : 1f)];

    /// <inheritdoc/>
    protected sealed override IEnumerable<KernelField> Int8Fields(Node node, ReducePlan plan)
    {
        Int8Sum sum = Rescaling(node, plan);
        return
        [
            KernelField.Of("offset", sum.Offset),
            KernelField.Of("zero_point", sum.ZeroPoint),
            KernelField.Of("multiplier", sum.MultiplierQ31),
            KernelField.Of("shift", sum.Shift),
        ];
    }

    // A mean divides the multiplier by the count, shifted left as far as the final right shift of at most 31 bits allows.
    private Int8Sum Rescaling(Node node, ReducePlan plan)
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
