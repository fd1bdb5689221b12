using System.Collections.Immutable;
using System.Numerics;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Reduction;

/// <summary>
/// An operator that brings the elements along some axes together. float32, quantized int8 and int16 where there is an integer form, and integers that
/// stand for themselves in managed code.
/// </summary>
internal abstract class ReduceOperator<TFunction> : Operator, ILayoutAgnostic
    where TFunction : struct, IReduceFunction
{
    /// <inheritdoc/>
    public override string? IntegersAsWritten => "integers";

    /// <inheritdoc/>
    public sealed override Type AttributesType => typeof(ReduceAttributes);

    /// <summary>The operator's part of a C function's name: <c>reduce_sum</c>.</summary>
    protected abstract string KernelName { get; }

    /// <summary>Whether the sum is divided by the number of elements.</summary>
    protected virtual bool IsMean => false;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<TensorType> Infer(Node node)
    {
        Tensor x = node.OptionalInput(0) ?? throw new OperatorException($"{Name} takes an operand; none is given");
        ReduceAttributes attributes = node.AttributesAs<ReduceAttributes>();
        ImmutableArray<int> axes = attributes.Axes;
        if (axes.IsEmpty || axes[0] < 0 || axes[^1] >= x.Shape.Rank || axes.Zip(axes.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            throw new OperatorException(
                $"{Name} takes ascending axes from 0 to {x.Shape.Rank - 1} of '{x.Name}' {x.Shape}, not [{string.Join(',', axes)}]");
        }

        bool quantized = x.Quantization is not null;
        if (x.Type is ElementType.Bool or ElementType.Float16 or ElementType.Unknown
            || (quantized && (x.Type is not (ElementType.Int8 or ElementType.Int16) || x.Quantization!.IsPerChannel)))
        {
            throw new OperatorException(
                $"{Name} takes float32, float64, integers, or int8 or int16 with one scale; '{x.Name}' is {x.Type.DisplayName()}{(quantized ? " with quantization" : "")}");
        }

        try
        {
            _ = checked((int)x.Shape.ElementCount);
            if (new ReducePlan(x.Shape, axes).MostOfEither > ReducePlan.MostAxes)
            {
                throw new OperatorException($"{Name} of '{x.Name}' {x.Shape} is over more than {ReducePlan.MostAxes} axes");
            }
        }
        catch (OverflowException)
        {
            throw new OperatorException($"{Name} of '{x.Name}' {x.Shape} is over more than {int.MaxValue} elements");
        }

        if (IsMean && !x.Type.IsFloat() && axes.Any(axis => x.Shape[axis] == 0))
        {
            throw new OperatorException($"{Name} of no integers in '{x.Name}' {x.Shape} is not defined");
        }

        OperandRules.SymmetricInt16(node);
        VerifyQuantization(node, x);
        int[] extents =
        [
            .. Enumerable.Range(0, x.Shape.Rank)
                .Where(axis => attributes.KeepDimensions || !axes.Contains(axis))
                .Select(axis => axes.Contains(axis) ? 1 : x.Shape[axis]),
        ];
        return [new(x.Type, new Shape(extents))];
    }

    /// <inheritdoc/>
    public sealed override void Execute(OperatorCall call)
    {
        ReducePlan plan = call.Prepare(Plan);
        Tensor x = call.Node.Input(0);
        switch (x.Type)
        {
            case ElementType.Float32: Run<float>(call, plan); break;
            case ElementType.Int8 when x.Quantization is not null: RunInt8(call, plan); break;
            case ElementType.Int16 when x.Quantization is not null: RunInt16(call, plan); break;
            case ElementType.Float64: Run<double>(call, plan); break;
            case ElementType.Int8: RunInteger<sbyte>(call, plan); break;
            case ElementType.UInt8: RunInteger<byte>(call, plan); break;
            case ElementType.Int16: RunInteger<short>(call, plan); break;
            case ElementType.UInt16: RunInteger<ushort>(call, plan); break;
            case ElementType.Int32: RunInteger<int>(call, plan); break;
            case ElementType.UInt32: RunInteger<uint>(call, plan); break;
            case ElementType.Int64: RunInteger<long>(call, plan); break;
            default: RunInteger<ulong>(call, plan); break;
        }
    }

    /// <inheritdoc/>
    public OperatorAttributes? Permuted(Node node, IReadOnlyList<int> permutation)
    {
        var attributes = node.AttributesAs<ReduceAttributes>();
        return attributes.KeepDimensions ? attributes with { Axes = [.. attributes.Axes.Select(axis => permutation[axis]).Order()] } : null;
    }

    /// <inheritdoc/>
    public sealed override KernelCall Emit(Node node, EmissionContext context)
    {
        Tensor x = node.Input(0);
        ReducePlan plan = Plan(node);
        string function;
        IEnumerable<KernelField> fields = [plan.Field()];
        if (x.Type == ElementType.Float32)
        {
            function = $"edgeai_{KernelName}_f32";
            fields = fields.Concat(FloatFields(plan));
        }
        else if (x.Type is ElementType.Int8 or ElementType.Int16 && x.Quantization is not null)
        {
            function = $"edgeai_{KernelName}_{(x.Type == ElementType.Int8 ? "s8" : "s16")}";
            fields = fields.Concat(Int8Fields(node, plan));
        }
        else if (PlainElements.Integers.Contains(x.Type))
        {
            return new($"edgeai_plain_{KernelName}_{PlainElements.Suffix(x.Type)}", "edgeai_plain_reduce",
                [plan.Field(), KernelField.Of("divisor", IsMean ? plan.ReducedCount : 1)], [context.Read(x), context.Write(node.Output)]);
        }
        else
        {
            throw new OperatorException($"{Name} has no C kernel for {x.Type.DisplayName()}");
        }

        return new(function, function, [.. fields], [context.Read(x), context.Write(node.Output)]);
    }

    /// <summary>Throws when a quantized operand and its result do not fit the integer form.</summary>
    protected virtual void VerifyQuantization(Node node, Tensor x)
    {
    }

    /// <summary>The quantized int8 form.</summary>
    protected abstract void RunInt8(OperatorCall call, ReducePlan plan);

    /// <summary>The quantized int16 form.</summary>
    protected abstract void RunInt16(OperatorCall call, ReducePlan plan);

    /// <summary>The members of the float kernel's parameters behind <c>shape</c>.</summary>
    protected virtual IEnumerable<KernelField> FloatFields(ReducePlan plan) => [];

    /// <summary>The members of the int8 kernel's parameters behind <c>shape</c>.</summary>
    protected virtual IEnumerable<KernelField> Int8Fields(Node node, ReducePlan plan) => [];

    /// <summary>The elements as numbers of <typeparamref name="T"/>.</summary>
    protected void Run<T>(OperatorCall call, ReducePlan plan) where T : unmanaged, INumber<T>
    {
        T divisor = IsMean ? T.CreateTruncating(plan.ReducedCount) : T.One;
        var visitor = new ReduceVisitor<T, TFunction>(call.Input<T>(0), call.Output<T>(), divisor);
        plan.Run(ref visitor);
    }

    // A mean of integers is their sum in 64 bits, divided toward zero.
    private void RunInteger<T>(OperatorCall call, ReducePlan plan) where T : unmanaged, IBinaryInteger<T>
    {
        if (!IsMean)
        {
            Run<T>(call, plan);
            return;
        }

        var visitor = new IntegerMeanVisitor<T>(call.Input<T>(0), call.Output<T>(), plan.ReducedCount);
        plan.Run(ref visitor);
    }

    private static ReducePlan Plan(Node node) => new(node.Input(0).Shape, node.AttributesAs<ReduceAttributes>().Axes);
}
