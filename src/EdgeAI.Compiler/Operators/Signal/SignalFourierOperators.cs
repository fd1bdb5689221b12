using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Signal;

/// <summary>
/// The Fourier transforms of real samples in rows, int16, int32 or float32; a spectrum is Length/2 + 1 pairs on the last axis. Fixed-point spectra are
/// Length times lower than the definition's, and so are the samples of the inverse that belong to a spectrum. See <see cref="FixedFourier{T, TArithmetic}"/>.
/// </summary>
internal abstract class SignalFourierOperator : Operator
{
    private const int Shortest = 4;
    private const int Longest = 1 << 16;

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "int16, int32";

    /// <inheritdoc/>
    public sealed override Type AttributesType => typeof(SignalFourierAttributes);

    /// <summary>From a spectrum to samples.</summary>
    protected abstract bool IsInverse { get; }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 1);
        string role = IsInverse ? "spectrum" : "samples";
        Tensor x = node.Operand(0, role);
        OperandRules.OfType(x, role, ElementType.Int16, ElementType.Int32, ElementType.Float32);
        int length = LengthOf(node);
        if (length is < Shortest or > Longest || !System.Numerics.BitOperations.IsPow2(length))
        {
            throw new OperatorException($"the transform's length is {length}; a power of two from {Shortest} to {Longest} is allowed");
        }

        if (x.Shape.Rank == 0 || (IsInverse ? x.Shape[-1] != length + 2 : x.Shape[-1] > length))
        {
            throw new OperatorException($"the {role} '{x}' should have {(IsInverse ? length + 2 : $"up to {length}")} numbers on the last axis");
        }

        return [new(x.Type, new Shape([.. x.Shape.Extents.AsSpan()[..^1], IsInverse ? length : length + 2]))];
    }

    /// <inheritdoc/>
    public sealed override long ScratchBytes(Node node) => (long)LengthOf(node) * node.Output.Type.ByteSize();

    /// <inheritdoc/>
    public sealed override void Execute(OperatorCall call)
    {
        switch (call.Node.Output.Type)
        {
            case ElementType.Int16:
                Execute<short, FourierInt16>(call);
                break;
            case ElementType.Int32:
                Execute<int, FourierInt32>(call);
                break;
            default:
                Execute<float, FourierFloat32>(call);
                break;
        }
    }

    /// <inheritdoc/>
    public sealed override KernelCall Emit(Node node, EmissionContext context) => node.Output.Type switch
    {
        ElementType.Int16 => Emit<short, FourierInt16>(node, context, "s16"),
        ElementType.Int32 => Emit<int, FourierInt32>(node, context, "s32"),
        _ => Emit<float, FourierFloat32>(node, context, "f32"),
    };

    private static int LengthOf(Node node) => node.AttributesAs<SignalFourierAttributes>().Length;

    private void Execute<T, TArithmetic>(OperatorCall call)
        where T : unmanaged
        where TArithmetic : IFourierArithmetic<T>
    {
        FixedFourier<T, TArithmetic> transform = call.Prepare(node => new FixedFourier<T, TArithmetic>(LengthOf(node), IsInverse));
        int taken = call.Node.Input(0).Shape[-1];
        int made = call.Node.Output.Shape[-1];
        for (int row = 0; row < call.Output<T>().Length / made; row++)
        {
            ReadOnlySpan<T> from = call.Input<T>(0).Slice(row * taken, taken);
            Span<T> to = call.Output<T>().Slice(row * made, made);
            if (IsInverse)
            {
                transform.Backward(from, to);
            }
            else
            {
                transform.Forward(from, to);
            }
        }
    }

    private KernelCall Emit<T, TArithmetic>(Node node, EmissionContext context, string type)
        where T : unmanaged
        where TArithmetic : IFourierArithmetic<T>
    {
        string factors = context.Constant<T>(node, "factors", new FixedFourier<T, TArithmetic>(LengthOf(node), IsInverse).Factors);
        return new($"edgeai_signal_{(IsInverse ? "irfft" : "rfft")}_{type}", $"edgeai_signal_fourier_{type}",
            [
                KernelField.Of("rows", node.Output.Shape.ElementCount / node.Output.Shape[-1]), KernelField.Of("taken", node.Input(0).Shape[-1]),
                KernelField.Of("length", LengthOf(node)),
            ],
            [context.Read(node.Input(0)), factors, context.Scratch, context.Write(node.Output)]);
    }
}

/// <summary>SignalRfft: samples, zeros behind them up to the length, give their spectrum.</summary>
internal sealed class SignalRfftOperator : SignalFourierOperator
{
    /// <inheritdoc/>
    public override string Name => "SignalRfft";

    /// <inheritdoc/>
    protected override bool IsInverse => false;
}

/// <summary>SignalIrfft: a spectrum gives its samples.</summary>
internal sealed class SignalIrfftOperator : SignalFourierOperator
{
    /// <inheritdoc/>
    public override string Name => "SignalIrfft";

    /// <inheritdoc/>
    protected override bool IsInverse => true;
}
