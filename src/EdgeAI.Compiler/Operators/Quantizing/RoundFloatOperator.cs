using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>RoundFloat: float32 values rounded to the numbers of a <see cref="FloatFormat"/>, half to even.</summary>
internal sealed class RoundFloatOperator : FloatRoundingOperator
{
    /// <inheritdoc/>
    public override string Name => "RoundFloat";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(FloatFormat);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        FloatFormat format = node.AttributesAs<FloatFormat>();
        OperandRules.InRange(format.MantissaBits, 0, 22, "the bits of the mantissa");
        OperandRules.InRange(format.LowestExponent, -100, 100, "the lowest exponent");
        return base.Infer(node);
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        FloatFormat format = node.AttributesAs<FloatFormat>();
        return new("edgeai_round_float", "edgeai_round_float",
            [
                KernelField.Of("count", node.Output.Shape.ElementCount), KernelField.Of("mantissa_bits", format.MantissaBits),
                KernelField.Of("lowest_exponent", format.LowestExponent), KernelField.Of("largest", format.Largest),
                KernelField.Of("overflow", (int)format.Overflow), KernelField.Of("has_negative_zero", format.HasNegativeZero ? 1 : 0),
                KernelField.Of("has_nan", format.HasNotANumber ? 1 : 0),
            ],
            [context.Read(node.Input(0)), context.Write(node.Output)]);
    }

    /// <inheritdoc/>
    protected override Func<float, float> RoundingOf(Node node) => node.AttributesAs<FloatFormat>().Round;
}
