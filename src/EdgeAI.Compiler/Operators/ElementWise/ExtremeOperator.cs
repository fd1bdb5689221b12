using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Quantizing;

namespace EdgeAI.Compiler.Operators.ElementWise;

/// <summary>Maximum and Minimum: quantized operands and result share one scale and zero point.</summary>
internal abstract class ExtremeOperator<TFunction> : BinaryOperator<TFunction>
    where TFunction : struct, IPlainFunction
{
    /// <inheritdoc/>
    public sealed override QuantizationRule Quantization => QuantizationRule.SameAsInput;

    /// <inheritdoc/>
    protected sealed override void RunInt8(OperatorCall call, BroadcastPlan plan) =>
        plan.Run(call.Input<sbyte>(0), call.Input<sbyte>(1), call.Output<sbyte>(), new LimitedExtreme(Limits(call.Node)));

    /// <inheritdoc/>
    protected sealed override bool HasInt16Form => true;

    /// <inheritdoc/>
    protected sealed override void RunInt16(OperatorCall call, BroadcastPlan plan) =>
        plan.Run(call.Input<short>(0), call.Input<short>(1), call.Output<short>(), new LimitedExtreme(Limits(call.Node)));

    /// <inheritdoc/>
    protected sealed override IEnumerable<KernelField> Int8Fields(Node node)
    {
        (int minimum, int maximum) = Limits(node);
        return [KernelField.Of("minimum", minimum), KernelField.Of("maximum", maximum)];
    }

    /// <inheritdoc/>
    protected sealed override void VerifyQuantization(Node node, Tensor a, Tensor b)
    {
        base.VerifyQuantization(node, a, b);
        QuantizationParameters? result = node.Outputs.Count > 0 ? node.Output.Quantization : null;
        if (!Equals(a.Quantization, b.Quantization) || (result is not null && !result.Equals(a.Quantization)))
        {
            throw new OperatorException(
                $"{Name} compares integers; '{a.Name}', '{b.Name}' and the result must have the same scale and zero point");
        }
    }

    private static IntegerRange Limits(Node node) =>
        IntegerRange.Clamped(node.AttributesAs<BinaryAttributes>().Clamp, node.Output);

    private readonly struct LimitedExtreme(IntegerRange limits) : IBinaryFunction<sbyte, sbyte, sbyte>, IBinaryFunction<short, short, short>
    {
        public sbyte Apply(sbyte a, sbyte b) => (sbyte)Math.Clamp(TFunction.Apply<int>(a, b), limits.Minimum, limits.Maximum);

        public short Apply(short a, short b) => (short)Math.Clamp(TFunction.Apply<int>(a, b), limits.Minimum, limits.Maximum);
    }
}
