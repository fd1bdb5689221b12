using System.Numerics;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.ElementWise;

/// <summary>
/// An operator of two operands of one type that broadcast by NumPy's rule. float32, int8 with quantization where the operator has an
/// integer form, and integers that stand for themselves; those wrap.
/// </summary>
internal abstract class BinaryOperator<TFunction> : Operator, ILayoutAgnostic
    where TFunction : struct, IPlainFunction
{
    /// <inheritdoc/>
    public sealed override Type AttributesType => typeof(BinaryAttributes);

    /// <summary>The operator's part of a C function's name: <c>squared_difference</c>.</summary>
    protected abstract string KernelName { get; }

    /// <summary>Whether quantized int8 operands are computed as integers.</summary>
    protected virtual bool HasIntegerForm => true;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<TensorType> Infer(Node node)
    {
        if (node.Inputs.Count != 2 || node.Inputs[0] is not { } a || node.Inputs[1] is not { } b)
        {
            throw new OperatorException($"{Name} takes 2 operands, not {node.Inputs.Count}");
        }

        if (a.Type != b.Type)
        {
            throw new OperatorException(
                $"{Name} takes two operands of one type; '{a.Name}' is {a.Type.DisplayName()}, '{b.Name}' is {b.Type.DisplayName()}");
        }

        if (a.Type is ElementType.Bool or ElementType.Float16 or ElementType.Unknown)
        {
            throw new OperatorException($"{Name} takes numbers of float32, float64 or an integer type; '{a.Name}' is {a.Type.DisplayName()}");
        }

        if (BroadcastPlan.Combine(a.Shape, b.Shape) is not { } shape)
        {
            throw new OperatorException(
                $"{Name} cannot broadcast '{a.Name}' {a.Shape} with '{b.Name}' {b.Shape}: extents counted from the last must be equal or 1");
        }

        BroadcastPlan.Verify(Name, a.Shape, b.Shape, shape);
        VerifyQuantization(node, a, b);
        return [new(a.Type, shape)];
    }

    /// <inheritdoc/>
    public sealed override void Execute(OperatorCall call)
    {
        Node node = call.Node;
        BroadcastPlan plan = call.Prepare(Prepare).Plan;
        switch (node.Input(0).Type)
        {
            case ElementType.Float32:
                plan.Run(
                    call.Input<float>(0), call.Input<float>(1), call.Output<float>(),
                    new LimitedFloat<TFunction>(node.AttributesAs<BinaryAttributes>().Clamp));
                break;
            case ElementType.Int8 when IsQuantized(node):
                RunInt8(call, plan);
                break;
            case ElementType.Int16 when IsQuantized(node):
                RunInt16(call, plan);
                break;
            case ElementType.Float64: RunPlain<double>(call, plan); break;
            case ElementType.Int8: RunPlain<sbyte>(call, plan); break;
            case ElementType.UInt8: RunPlain<byte>(call, plan); break;
            case ElementType.Int16: RunPlain<short>(call, plan); break;
            case ElementType.UInt16: RunPlain<ushort>(call, plan); break;
            case ElementType.Int32: RunPlain<int>(call, plan); break;
            case ElementType.UInt32: RunPlain<uint>(call, plan); break;
            case ElementType.Int64: RunPlain<long>(call, plan); break;
            case ElementType.UInt64: RunPlain<ulong>(call, plan); break;
            default: throw new OperatorException($"{Name} does not take {node.Input(0).Type.DisplayName()}");
        }
    }

    /// <inheritdoc/>
    public override string? IntegersAsWritten => HasInt16Form ? "integers, quantized int16" : "integers";

    /// <inheritdoc/>
    public override QuantizationRule Quantization => HasIntegerForm ? QuantizationRule.Calibrated : QuantizationRule.FloatOnly;

    /// <inheritdoc/>
    public sealed override IEnumerable<int> InPlaceInputs(Node node) =>
        Enumerable.Range(0, 2).Where(i => node.Input(i).Shape == node.Output.Shape && node.Input(i).Type == node.Output.Type);

    /// <inheritdoc/>
    public sealed override RowWindow? RowsRead(Node node, int inputIndex) => RowWindow.ElementWise(node, inputIndex);

    /// <inheritdoc/>
    public OperatorAttributes? Permuted(Node node, IReadOnlyList<int> permutation) => node.Attributes;

    /// <inheritdoc/>
    public sealed override KernelCall Emit(Node node, EmissionContext context)
    {
        Tensor a = node.Input(0);
        Tensor b = node.Input(1);
        KernelField shape = BroadcastPlan.Of(a.Shape, b.Shape, node.Output.Shape).Field();
        string suffix;
        KernelField[] fields;
        if (a.Type == ElementType.Float32)
        {
            Clamp clamp = node.AttributesAs<BinaryAttributes>().Clamp;
            suffix = "f32";
            fields = [KernelField.Of("minimum", clamp.Minimum), KernelField.Of("maximum", clamp.Maximum)];
        }
        else if (a.Type == ElementType.Int8 && IsQuantized(node) && HasIntegerForm)
        {
            suffix = "s8";
            fields = [.. Int8Fields(node)];
        }
        else if (a.Type == ElementType.Int16 && IsQuantized(node) && HasInt16Form)
        {
            suffix = "s16";
            fields = [.. Int8Fields(node)];
        }
        else if (PlainElements.Integers.Contains(a.Type) && !IsQuantized(node) && node.AttributesAs<BinaryAttributes>().Clamp.IsNone)
        {
            return new($"edgeai_plain_{KernelName}_{PlainElements.Suffix(a.Type)}", "edgeai_plain_binary", [shape],
                [context.Read(a), context.Read(b), context.Write(node.Output)]);
        }
        else
        {
            throw new OperatorException($"{Name} has no C kernel for {a.Type.DisplayName()}{(IsQuantized(node) ? " with quantization" : "")}");
        }

        string function = $"edgeai_{KernelName}_{suffix}";
        return new(function, function, [shape, .. fields], [context.Read(a), context.Read(b), context.Write(node.Output)]);
    }

    /// <summary>The quantized int8 form.</summary>
    protected virtual void RunInt8(OperatorCall call, BroadcastPlan plan) => throw new NotSupportedException(Name);

    /// <summary>Whether quantized int16 operands are computed as integers.</summary>
    protected virtual bool HasInt16Form => false;

    /// <summary>Whether zero points of quantized int16 operands must be 0, so that products fit 32 bits.</summary>
    protected virtual bool TakesSymmetricInt16 => false;

    /// <summary>The quantized int16 form.</summary>
    protected virtual void RunInt16(OperatorCall call, BroadcastPlan plan) => throw new NotSupportedException(Name);

    /// <summary>The members of the int8 and int16 kernels' parameters behind <c>shape</c>.</summary>
    protected virtual IEnumerable<KernelField> Int8Fields(Node node) => throw new NotSupportedException(Name);

    /// <summary>What the int8 form computes from the node alone, or null.</summary>
    protected virtual object? PrepareInt8(Node node) => null;

    /// <summary>Throws when quantized operands do not fit the integer form.</summary>
    protected virtual void VerifyQuantization(Node node, Tensor a, Tensor b)
    {
        if (a.Quantization is null != b.Quantization is null)
        {
            throw new OperatorException($"{Name} takes operands that are both quantized or neither ('{a.Name}', '{b.Name}')");
        }

        if (a.Quantization is not null && !HasIntegerForm)
        {
            throw new OperatorException($"{Name} has no integer form; '{a.Name}' is quantized {a.Type.DisplayName()}");
        }

        if (a.Quantization is not null && a.Type != ElementType.Int8 && !(a.Type == ElementType.Int16 && HasInt16Form))
        {
            throw new OperatorException($"{Name} takes quantized operands of int8{(HasInt16Form ? " or int16" : "")}; '{a.Name}' is {a.Type.DisplayName()}");
        }

        if (a.Type == ElementType.Int16 && a.Quantization is not null && TakesSymmetricInt16)
        {
            OperandRules.SymmetricInt16(node);
        }

        if (a.Quantization is { IsPerChannel: true } || b.Quantization is { IsPerChannel: true })
        {
            throw new OperatorException($"{Name} takes operands with one scale for the tensor ('{a.Name}', '{b.Name}')");
        }
    }

    protected static bool IsQuantized(Node node) => node.Input(0).Quantization is not null;

    protected Prepared PreparedOf(OperatorCall call) => call.Prepare(Prepare);

    private static void RunPlain<T>(OperatorCall call, BroadcastPlan plan) where T : unmanaged, INumber<T> =>
        plan.Run(
            call.Input<T>(0), call.Input<T>(1), call.Output<T>(),
            new LimitedNumber<T, TFunction>(call.Node.AttributesAs<BinaryAttributes>().Clamp));

    private Prepared Prepare(Node node) => new(
        BroadcastPlan.Of(node.Input(0).Shape, node.Input(1).Shape, node.Output.Shape),
        node.Input(0).Type == ElementType.Int8 && IsQuantized(node) && HasIntegerForm ? PrepareInt8(node) : null);

    protected sealed record Prepared(BroadcastPlan Plan, object? Int8);
}
