using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Reduction;

/// <summary>ReduceMax and ReduceMin: quantized operand and result share scale and zero point, so that integers are compared.</summary>
internal abstract class ReduceExtreme<TFunction> : ReduceOperator<TFunction>
    where TFunction : struct, IReduceFunction
{
    /// <inheritdoc/>
    public sealed override QuantizationRule Quantization => QuantizationRule.SameAsInput;

    /// <inheritdoc/>
    protected sealed override void RunInt8(OperatorCall call, ReducePlan plan) => Run<sbyte>(call, plan);

    /// <inheritdoc/>
    protected sealed override void RunInt16(OperatorCall call, ReducePlan plan) => Run<short>(call, plan);

    /// <inheritdoc/>
    protected sealed override void VerifyQuantization(Node node, Tensor x)
    {
        if (x.Quantization is not null && node.Outputs.Count > 0 && node.Output.Quantization is { } result && !result.Equals(x.Quantization))
        {
            throw new OperatorException($"{Name} compares integers; '{x.Name}' and the result must have the same scale and zero point");
        }
    }
}

/// <summary>ReduceMax.</summary>
internal sealed class ReduceMaxOperator : ReduceExtreme<LargestFunction>
{
    /// <inheritdoc/>
    public override string Name => "ReduceMax";

    /// <inheritdoc/>
    protected override string KernelName => "reduce_max";
}

/// <summary>ReduceMin.</summary>
internal sealed class ReduceMinOperator : ReduceExtreme<SmallestFunction>
{
    /// <inheritdoc/>
    public override string Name => "ReduceMin";

    /// <inheritdoc/>
    protected override string KernelName => "reduce_min";
}

/// <summary>ReduceProduct: float32 only, but for integers that stand for themselves.</summary>
internal sealed class ReduceProductOperator : ReduceOperator<ProductFunction>
{
    /// <inheritdoc/>
    public override string Name => "ReduceProduct";

    /// <inheritdoc/>
    protected override string KernelName => "reduce_product";

    /// <inheritdoc/>
    protected override void VerifyQuantization(Node node, Tensor x)
    {
        if (x.Quantization is not null)
        {
            throw new OperatorException($"ReduceProduct has no integer form; '{x.Name}' is quantized");
        }
    }

    /// <inheritdoc/>
    protected override void RunInt8(OperatorCall call, ReducePlan plan) => throw new NotSupportedException(Name);

    /// <inheritdoc/>
    protected override void RunInt16(OperatorCall call, ReducePlan plan) => throw new NotSupportedException(Name);
}
