using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Signal;

/// <summary>
/// SignalWindow: samples int16 [...], a window int16 [w] repeated over them; (sample · window) &gt;&gt; Shift, saturated. Source: the signal library of
/// TensorFlow Lite Micro.
/// </summary>
internal sealed class SignalWindowOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "SignalWindow";

    /// <inheritdoc/>
    public override bool TakesReals => false;

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "int16";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(SignalWindowAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 2);
        Tensor x = node.Operand(0, "samples");
        Tensor window = node.Operand(1, "window");
        OperandRules.OfType(x, "samples", ElementType.Int16);
        OperandRules.OfType(window, "window", ElementType.Int16);
        OperandRules.InRange(node.AttributesAs<SignalWindowAttributes>().Shift, 0, 31, "the shift");
        return window.Shape is { Rank: 1, ElementCount: > 0 } shape && x.Shape.ElementCount % shape.ElementCount == 0
            ? [new(ElementType.Int16, x.Shape)]
            : throw new OperatorException($"the window '{window}' [w] cannot be repeated over '{x}'");
    }

    /// <inheritdoc/>
    public override IEnumerable<int> InPlaceInputs(Node node) => [0];

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        int shift = call.Node.AttributesAs<SignalWindowAttributes>().Shift;
        ReadOnlySpan<short> window = call.Input<short>(1);
        for (int i = 0; i < call.Output<short>().Length; i++)
        {
            int product = (call.Input<short>(0)[i] * window[i % window.Length]) >> shift;
            call.Output<short>()[i] = (short)Math.Clamp(product, short.MinValue, short.MaxValue);
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context) => new("edgeai_signal_window", "edgeai_signal_window",
        [
            KernelField.Of("count", node.Output.Shape.ElementCount), KernelField.Of("window_length", node.Input(1).Shape.ElementCount),
            KernelField.Of("shift", node.AttributesAs<SignalWindowAttributes>().Shift),
        ],
        [context.Read(node.Input(0)), context.Read(node.Input(1)), context.Write(node.Output)]);
}

/// <summary>
/// SignalScaleBits: by how many bits int16 samples can be shifted left, int32 [] of 0 to 14. Source: the signal library of TensorFlow Lite Micro, whose
/// maximum begins anew behind a sample of −32768.
/// </summary>
internal sealed class SignalScaleBitsOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "SignalScaleBits";

    /// <inheritdoc/>
    public override bool TakesReals => false;

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "int16";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(NoAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 1);
        OperandRules.OfType(node.Operand(0, "samples"), "samples", ElementType.Int16);
        return [new(ElementType.Int32, Shape.Scalar)];
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        short most = 0;
        foreach (short sample in call.Input<short>(0))
        {
            most = sample > most ? sample : -sample > most ? (short)-sample : most;
        }

        int bits = 0;
        while (most > 0 && most << (bits + 1) <= short.MaxValue)
        {
            bits++;
        }

        call.Output<int>()[0] = bits;
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context) => new("edgeai_signal_scale_bits", "edgeai_signal_scale",
        [KernelField.Of("count", node.Input(0).Shape.ElementCount)], [context.Read(node.Input(0)), context.Write(node.Output)]);
}

/// <summary>SignalScale: int16 samples shifted left by bits, int32 []; what does not fit is lost.</summary>
internal sealed class SignalScaleOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "SignalScale";

    /// <inheritdoc/>
    public override bool TakesReals => false;

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "int16";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(NoAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 2);
        Tensor x = node.Operand(0, "samples");
        Tensor bits = node.Operand(1, "bits");
        OperandRules.OfType(x, "samples", ElementType.Int16);
        OperandRules.OfType(bits, "bits", ElementType.Int32);
        OperandRules.HasShape(bits, Shape.Scalar, "bits");
        return [new(ElementType.Int16, x.Shape)];
    }

    /// <inheritdoc/>
    public override IEnumerable<int> InPlaceInputs(Node node) => [0];

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        int factor = 1 << (call.Input<int>(1)[0] & 15);
        for (int i = 0; i < call.Output<short>().Length; i++)
        {
            call.Output<short>()[i] = (short)(call.Input<short>(0)[i] * factor);
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context) => new("edgeai_signal_scale", "edgeai_signal_scale",
        [KernelField.Of("count", node.Output.Shape.ElementCount)],
        [context.Read(node.Input(0)), context.Read(node.Input(1)), context.Write(node.Output)]);
}
