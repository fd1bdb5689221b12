using System.Numerics;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>
/// Requantize: integers of one scale as integers of another, as TensorFlow Lite's integer QUANTIZE: (q − zero point) times the fixed-point quotient of
/// the scales (taken in double), plus the result's zero point, saturated.
/// </summary>
internal sealed class RequantizeOperator : ConversionOperator
{
    /// <inheritdoc/>
    public override string Name => "Requantize";

    /// <summary>Elements are read and written one after another; beside 8-bit elements a compiler keeps that order.</summary>
    public override long? OverlapDistance(Node node, int inputIndex, InstructionSet instructionSet)
    {
        int from = node.Input(0).Type.ByteSize();
        int to = node.Output.Type.ByteSize();
        return inputIndex != 0 || Math.Min(from, to) > 1 ? null : to > from ? (node.Output.Shape.ElementCount - 1) * (to - from) : to - from;
    }

    /// <inheritdoc/>
    public override bool TakesReals => false;

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "uint8, int16, int32";

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        switch (call.Node.Input(0).Type)
        {
            case ElementType.Int8: RunFrom<sbyte>(call); break;
            case ElementType.UInt8: RunFrom<byte>(call); break;
            case ElementType.Int16: RunFrom<short>(call); break;
            default: RunFrom<int>(call); break;
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        Tensor x = node.Input(0);
        Tensor result = node.Output;
        (int multiplierQ31, int shift) = Multiplier(node);
        (int minimum, int maximum) = IntegerRange.Of(result.Type);
        return new(
            "edgeai_rescale", "edgeai_rescale",
            [
                KernelField.Of("count", x.Shape.ElementCount),
                new("type_x", Code(x.Type)),
                new("type", Code(result.Type)),
                KernelField.Of("zero_point_x", x.Quantization!.ZeroPoint),
                KernelField.Of("zero_point", result.Quantization!.ZeroPoint),
                KernelField.Of("multiplier", multiplierQ31),
                KernelField.Of("shift", shift),
                KernelField.Of("minimum", minimum),
                KernelField.Of("maximum", maximum),
            ],
            [context.Read(x), context.Write(result)]);
    }

    /// <inheritdoc/>
    protected override ElementType ResultType(Node node, Tensor x)
    {
        VerifyInteger(x, ElementType.Int8, ElementType.UInt8, ElementType.Int16, ElementType.Int32);
        if (x.Quantization!.IsPerChannel)
        {
            throw new OperatorException($"Requantize takes an operand with one scale; '{x.Name}' has {x.Quantization.Scales.Length}");
        }

        return GivenResult(node, ElementType.Int8, ElementType.UInt8, ElementType.Int16, ElementType.Int32);
    }

    private static string Code(ElementType type) => type switch
    {
        ElementType.Int8 => "EDGEAI_RESCALE_S8",
        ElementType.UInt8 => "EDGEAI_RESCALE_U8",
        ElementType.Int16 => "EDGEAI_RESCALE_S16",
        _ => "EDGEAI_RESCALE_S32",
    };

    private static (int MultiplierQ31, int Shift) Multiplier(Node node) =>
        FixedPoint.QuantizeMultiplier((double)node.Input(0).Quantization!.Scale / node.Output.Quantization!.Scale);

    private static void RunFrom<TFrom>(OperatorCall call) where TFrom : unmanaged, IBinaryInteger<TFrom>
    {
        switch (call.Node.Output.Type)
        {
            case ElementType.Int8: Run<TFrom, sbyte>(call); break;
            case ElementType.UInt8: Run<TFrom, byte>(call); break;
            case ElementType.Int16: Run<TFrom, short>(call); break;
            default: Run<TFrom, int>(call); break;
        }
    }

    private static void Run<TFrom, TTo>(OperatorCall call)
        where TFrom : unmanaged, IBinaryInteger<TFrom>
        where TTo : unmanaged, IBinaryInteger<TTo>
    {
        (int multiplierQ31, int shift) = Multiplier(call.Node);
        (int minimum, int maximum) = IntegerRange.Of(call.Node.Output.Type);
        int zeroPointX = call.Node.Input(0).Quantization!.ZeroPoint;
        int zeroPoint = call.Node.Output.Quantization!.ZeroPoint;
        ReadOnlySpan<TFrom> x = call.Input<TFrom>(0);
        Span<TTo> result = call.Output<TTo>();
        for (int i = 0; i < result.Length; i++)
        {
            int steps = unchecked(int.CreateTruncating(x[i]) - zeroPointX);
            int value = unchecked(FixedPoint.MultiplyByQuantizedMultiplier(steps, multiplierQ31, shift) + zeroPoint);
            result[i] = TTo.CreateTruncating(Math.Clamp(value, minimum, maximum));
        }
    }
}
