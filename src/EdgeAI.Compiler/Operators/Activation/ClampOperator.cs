using System.Numerics;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Quantizing;

namespace EdgeAI.Compiler.Operators.Activation;

/// <summary>
/// Clamp: the operand limited. float32; int8 and int16 as TensorFlow Lite's RELU, rescaled when operand and result differ in scale or zero point;
/// integers that stand for themselves in managed code.
/// </summary>
internal sealed class ClampOperator : Operator, ILayoutAgnostic
{
    /// <inheritdoc/>
    public override string Name => "Clamp";

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "integers";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(ClampAttributes);

    /// <inheritdoc/>
    public override QuantizationRule Quantization => QuantizationRule.Calibrated;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        Tensor x = node.OptionalInput(0) ?? throw new OperatorException("Clamp takes an operand; none is given");
        if (x.Type is ElementType.Bool or ElementType.Float16 or ElementType.Unknown)
        {
            throw new OperatorException($"Clamp takes numbers of float32, float64 or an integer type; '{x.Name}' is {x.Type.DisplayName()}");
        }

        if (x.Quantization is not null && (x.Type is not (ElementType.Int8 or ElementType.Int16) || x.Quantization.IsPerChannel))
        {
            throw new OperatorException($"Clamp takes quantized int8 or int16 with one scale; '{x.Name}' is quantized {x.Type.DisplayName()}");
        }

        return [new(x.Type, x.Shape)];
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        Node node = call.Node;
        Clamp clamp = node.AttributesAs<ClampAttributes>().Clamp;
        switch (node.Input(0).Type)
        {
            case ElementType.Float32:
                ReadOnlySpan<float> x = call.Input<float>(0);
                Span<float> result = call.Output<float>();
                for (int i = 0; i < result.Length; i++)
                {
                    result[i] = clamp.Apply(x[i]);
                }

                break;
            case ElementType.Int8 when node.Input(0).Quantization is not null:
                LookupTable.Run(call, call.Prepare(Table));
                break;
            case ElementType.Int16 when node.Input(0).Quantization is not null:
                RunInt16(call);
                break;
            case ElementType.Float64: RunPlain<double>(call, clamp); break;
            case ElementType.Int8: RunPlain<sbyte>(call, clamp); break;
            case ElementType.UInt8: RunPlain<byte>(call, clamp); break;
            case ElementType.Int16: RunPlain<short>(call, clamp); break;
            case ElementType.UInt16: RunPlain<ushort>(call, clamp); break;
            case ElementType.Int32: RunPlain<int>(call, clamp); break;
            case ElementType.UInt32: RunPlain<uint>(call, clamp); break;
            case ElementType.Int64: RunPlain<long>(call, clamp); break;
            case ElementType.UInt64: RunPlain<ulong>(call, clamp); break;
            default: throw new OperatorException($"Clamp does not take {node.Input(0).Type.DisplayName()}");
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<int> InPlaceInputs(Node node) => [0];

    /// <inheritdoc/>
    public override RowWindow? RowsRead(Node node, int inputIndex) => RowWindow.ElementWise(node, inputIndex);

    /// <inheritdoc/>
    public OperatorAttributes? Permuted(Node node, IReadOnlyList<int> permutation) => node.Attributes;

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        Tensor x = node.Input(0);
        KernelField count = KernelField.Of("count", x.Shape.ElementCount);
        Clamp clamp = node.AttributesAs<ClampAttributes>().Clamp;
        KernelField[] fields;
        string function;
        if (x.Type == ElementType.Float32)
        {
            function = "edgeai_clamp_f32";
            fields = [count, KernelField.Of("minimum", clamp.Minimum), KernelField.Of("maximum", clamp.Maximum)];
        }
        else if (x.Type is ElementType.Int8 or ElementType.Int16 && x.Quantization is not null)
        {
            (int minimum, int maximum) = Limits(node);
            (int multiplierQ31, int shift) = Multiplier(node);
            KernelField[] limits = [KernelField.Of("minimum", minimum), KernelField.Of("maximum", maximum)];
            bool rescaled = !x.Quantization.Equals(node.Output.Quantization);
            function = (rescaled ? "edgeai_clamp_rescaled_" : "edgeai_clamp_") + (x.Type == ElementType.Int8 ? "s8" : "s16");
            fields = !rescaled
                ? [count, .. limits]
                :
                [
                    count, KernelField.Of("zero_point_x", x.Quantization.ZeroPoint), KernelField.Of("zero_point", node.Output.Quantization!.ZeroPoint),
                    KernelField.Of("multiplier", multiplierQ31), KernelField.Of("shift", shift), .. limits,
                ];
        }
        else if (PlainElements.Integers.Contains(x.Type))
        {
            (string minimum, string maximum) = x.Type switch
            {
                ElementType.Int8 => Signed<sbyte>(clamp),
                ElementType.Int16 => Signed<short>(clamp),
                ElementType.Int32 => Signed<int>(clamp),
                ElementType.Int64 => Signed<long>(clamp),
                ElementType.UInt8 => Unsigned<byte>(clamp),
                ElementType.UInt16 => Unsigned<ushort>(clamp),
                ElementType.UInt32 => Unsigned<uint>(clamp),
                _ => Unsigned<ulong>(clamp),
            };
            return new($"edgeai_plain_clamp_{PlainElements.Suffix(x.Type)}", "edgeai_plain_unary",
                [count, new KernelField("minimum", minimum), new KernelField("maximum", maximum)], [context.Read(x), context.Write(node.Output)]);
        }
        else
        {
            throw new OperatorException($"Clamp has no C kernel for {x.Type.DisplayName()}");
        }

        return new(function, function, [.. fields], [context.Read(x), context.Write(node.Output)]);
    }

    private static (string Minimum, string Maximum) Signed<T>(Clamp clamp) where T : INumber<T> => (
        CLiteral.Integer(long.CreateChecked(T.CreateSaturating(clamp.Minimum))), CLiteral.Integer(long.CreateChecked(T.CreateSaturating(clamp.Maximum))));

    private static (string Minimum, string Maximum) Unsigned<T>(Clamp clamp) where T : INumber<T> => (
        FormattableString.Invariant($"{T.CreateSaturating(clamp.Minimum)}ULL"), FormattableString.Invariant($"{T.CreateSaturating(clamp.Maximum)}ULL"));

    private static IntegerRange Limits(Node node) =>
        IntegerRange.Clamped(node.AttributesAs<ClampAttributes>().Clamp, node.Output);

    // The quotient is taken in float32, as TensorFlow Lite Micro's RELU does.
    private static (int MultiplierQ31, int Shift) Multiplier(Node node) =>
        FixedPoint.QuantizeMultiplier(node.Input(0).Quantization!.Scale / node.Output.Quantization!.Scale);

    private static sbyte[] Table(Node node) => LookupTable.Of(Rescaled(node));

    private static void RunInt16(OperatorCall call)
    {
        Func<int, int> rescaled = call.Prepare(Rescaled);
        ReadOnlySpan<short> x = call.Input<short>(0);
        Span<short> result = call.Output<short>();
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = (short)rescaled(x[i]);
        }
    }

    /// <summary>The integer function of the operand's integers; a factor of exactly 1 rounds nothing.</summary>
    private static Func<int, int> Rescaled(Node node)
    {
        (int multiplierQ31, int shift) = Multiplier(node);
        (int minimum, int maximum) = Limits(node);
        int zeroPointX = node.Input(0).Quantization!.ZeroPoint;
        int zeroPoint = node.Output.Quantization!.ZeroPoint;
        return q => Math.Clamp(
            unchecked(FixedPoint.MultiplyByQuantizedMultiplier(q - zeroPointX, multiplierQ31, shift) + zeroPoint), minimum, maximum);
    }

    private static void RunPlain<T>(OperatorCall call, Clamp clamp) where T : unmanaged, INumber<T>
    {
        T minimum = T.CreateSaturating(clamp.Minimum);
        T maximum = T.CreateSaturating(clamp.Maximum);
        ReadOnlySpan<T> x = call.Input<T>(0);
        Span<T> result = call.Output<T>();
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = x[i] < minimum ? minimum : x[i] > maximum ? maximum : x[i];
        }
    }
}
