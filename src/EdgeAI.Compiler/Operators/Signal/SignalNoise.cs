using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Signal;

/// <summary>
/// SignalNoiseEstimate: values uint32 [n] and the estimate before them, uint32 [n], give the estimate with them: (value · weight + estimate · rest)
/// &gt;&gt; FractionBits, the value taken with SmoothingBits more. Source: the spectral subtraction of TensorFlow Lite Micro's signal library.
/// </summary>
internal sealed class SignalNoiseEstimateOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "SignalNoiseEstimate";

    /// <inheritdoc/>
    public override bool TakesReals => false;

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "uint32";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(SignalNoiseEstimateAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        SignalNoiseEstimateAttributes attributes = node.AttributesAs<SignalNoiseEstimateAttributes>();
        return [SignalSubtractNoiseOperator.Infer(node, attributes.FractionBits, attributes.SmoothingBits)];
    }

    /// <inheritdoc/>
    public override IEnumerable<int> InPlaceInputs(Node node) => [0, 1];

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        SignalNoiseEstimateAttributes attributes = call.Node.AttributesAs<SignalNoiseEstimateAttributes>();
        for (int i = 0; i < call.Output<uint>().Length; i++)
        {
            uint value = call.Input<uint>(0)[i] << attributes.SmoothingBits;
            ulong weight = (uint)(i % 2 == 0 ? attributes.EvenWeight : attributes.OddWeight);
            ulong rest = (uint)(i % 2 == 0 ? attributes.EvenRest : attributes.OddRest);
            uint estimate = (uint)(((value * weight) + (call.Input<uint>(1)[i] * rest)) >> attributes.FractionBits);
            call.Output<uint>()[i] = attributes.IsClamped ? Math.Min(estimate, value) : estimate;
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        SignalNoiseEstimateAttributes attributes = node.AttributesAs<SignalNoiseEstimateAttributes>();
        return new("edgeai_signal_noise_estimate", "edgeai_signal_noise",
            [
                KernelField.Of("count", node.Output.Shape.ElementCount),
                KernelField.Of("even_weight", attributes.EvenWeight), KernelField.Of("even_rest", attributes.EvenRest),
                KernelField.Of("odd_weight", attributes.OddWeight), KernelField.Of("odd_rest", attributes.OddRest),
                KernelField.Of("fraction_bits", attributes.FractionBits), KernelField.Of("smoothing_bits", attributes.SmoothingBits),
                KernelField.Of("clamped", attributes.IsClamped ? 1 : 0),
            ],
            [context.Read(node.Input(0)), context.Read(node.Input(1)), context.Write(node.Output)]);
    }
}

/// <summary>
/// SignalSubtractNoise: values uint32 [n] less an estimate of their noise, uint32 [n] with SmoothingBits more; never below the share of a value that
/// remains. Source: the spectral subtraction of TensorFlow Lite Micro's signal library.
/// </summary>
internal sealed class SignalSubtractNoiseOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "SignalSubtractNoise";

    /// <inheritdoc/>
    public override bool TakesReals => false;

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "uint32";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(SignalSubtractNoiseAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        SignalSubtractNoiseAttributes attributes = node.AttributesAs<SignalSubtractNoiseAttributes>();
        return [Infer(node, attributes.FractionBits, attributes.SmoothingBits)];
    }

    /// <summary>The result of values and an estimate, both uint32 of one shape.</summary>
    public static TensorType Infer(Node node, int fractionBits, int smoothingBits)
    {
        OperandRules.AtMost(node, 2);
        Tensor x = node.Operand(0, "values");
        Tensor estimate = node.Operand(1, "estimate");
        OperandRules.OfType(x, "values", ElementType.UInt32);
        OperandRules.OfType(estimate, "estimate", ElementType.UInt32);
        OperandRules.HasShape(estimate, x.Shape, "estimate");
        OperandRules.InRange(fractionBits, 0, 63, "the number of fraction bits");
        OperandRules.InRange(smoothingBits, 0, 31, "the number of smoothing bits");
        return new(ElementType.UInt32, x.Shape);
    }

    /// <inheritdoc/>
    public override IEnumerable<int> InPlaceInputs(Node node) => [0, 1];

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        SignalSubtractNoiseAttributes attributes = call.Node.AttributesAs<SignalSubtractNoiseAttributes>();
        for (int i = 0; i < call.Output<uint>().Length; i++)
        {
            uint given = call.Input<uint>(0)[i];
            uint value = given << attributes.SmoothingBits;
            uint least = (uint)(((ulong)given * (uint)attributes.RemainingShare) >> attributes.FractionBits);
            uint rest = (value - Math.Min(call.Input<uint>(1)[i], value)) >> attributes.SmoothingBits;
            call.Output<uint>()[i] = Math.Max(rest, least);
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        SignalSubtractNoiseAttributes attributes = node.AttributesAs<SignalSubtractNoiseAttributes>();
        return new("edgeai_signal_subtract_noise", "edgeai_signal_noise",
            [
                KernelField.Of("count", node.Output.Shape.ElementCount), KernelField.Of("remaining_share", attributes.RemainingShare),
                KernelField.Of("fraction_bits", attributes.FractionBits), KernelField.Of("smoothing_bits", attributes.SmoothingBits),
            ],
            [context.Read(node.Input(0)), context.Read(node.Input(1)), context.Write(node.Output)]);
    }
}
