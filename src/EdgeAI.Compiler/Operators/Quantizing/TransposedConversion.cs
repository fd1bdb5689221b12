using System.Buffers.Binary;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>
/// A conversion between float32 and int8 or int16 and a Transpose in one: result axis i is operand axis Permutation[i]. Each element is converted as Quantize
/// and Dequantize do.
/// </summary>
internal abstract class TransposedConversion : Operator
{
    /// <inheritdoc/>
    public sealed override Type AttributesType => typeof(TransposeAttributes);

    /// <inheritdoc/>
    public sealed override QuantizationRule Quantization => QuantizationRule.Untouched;

    /// <inheritdoc/>
    public sealed override OperandRole RoleOf(Node node, int inputIndex) => OperandRole.Untouched;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<TensorType> Infer(Node node)
    {
        Tensor x = node.OptionalInput(0) ?? throw new OperatorException($"{Name} takes an operand; none is given");
        IReadOnlyList<int> permutation = node.AttributesAs<TransposeAttributes>().Permutation;
        if (!permutation.Order().SequenceEqual(Enumerable.Range(0, x.Shape.Rank)))
        {
            throw new OperatorException($"{Name} takes each axis of '{x.Name}' {x.Shape} once, not [{string.Join(',', permutation)}]");
        }

        int axes = Plan(node).Axes;
        return axes <= CopyPlan.MostAxes
            ? [new(ResultType(node, x), new Shape([.. permutation.Select(axis => x.Shape[axis])]))]
            : throw new OperatorException($"{Name} moves over {axes} axes; {CopyPlan.MostAxes} are the most");
    }

    /// <inheritdoc/>
    public sealed override KernelCall Emit(Node node, EmissionContext context)
    {
        Tensor integers = IntegersOf(node);
        string function = $"edgeai_{KernelName}_transposed_{(integers.Type == ElementType.Int8 ? "s8" : "s16")}";
        return new(
            function, $"edgeai_{KernelName}_transposed",
            [.. Plan(node).WalkFields(), KernelField.Of("scale", integers.Quantization!.Scale), KernelField.Of("zero_point", integers.Quantization.ZeroPoint)],
            [context.Read(node.Input(0)), context.Write(node.Output)])
        {
            ParameterType = $"edgeai_{KernelName}_transposed_params",
        };
    }

    /// <summary>The operand or the result, whichever holds integers.</summary>
    protected abstract Tensor IntegersOf(Node node);

    /// <summary>What the kernel's functions are named by.</summary>
    protected abstract string KernelName { get; }

    /// <summary>The result's type; throws for operands of other types.</summary>
    protected abstract ElementType ResultType(Node node, Tensor x);

    /// <summary>The walk over the operand.</summary>
    protected static CopyPlan Plan(Node node) => CopyPlan.OfTranspose(node.Input(0).Shape, node.AttributesAs<TransposeAttributes>().Permutation);

    /// <summary>Throws unless a tensor is int8 or int16 with one scale.</summary>
    protected ElementType Verified(Tensor integers) =>
        integers.Type is ElementType.Int8 or ElementType.Int16 && integers.Quantization is { IsPerChannel: false }
            ? integers.Type
            : throw new OperatorException($"{Name} takes '{integers.Name}' as int8 or int16 with one scale; it is {integers}");
}

/// <summary>float32 to int8 or int16, rounded half to even, transposed.</summary>
internal sealed class QuantizeEvenTransposed : QuantizeTransposed
{
    /// <inheritdoc/>
    public override string Name => "QuantizeEvenTransposed";

    /// <inheritdoc/>
    protected override string KernelName => "quantize_even";

    /// <inheritdoc/>
    protected override bool ToEven => true;
}

/// <summary>float32 to int8 or int16, transposed.</summary>
internal class QuantizeTransposed : TransposedConversion
{
    /// <inheritdoc/>
    public override string Name => "QuantizeTransposed";

    /// <inheritdoc/>
    protected override string KernelName => "quantize";

    /// <summary>Whether the nearest integer of the exact quotient is taken, of two equally near ones the even.</summary>
    protected virtual bool ToEven => false;

    /// <inheritdoc/>
    public sealed override void Execute(OperatorCall call)
    {
        CopyPlan plan = call.Prepare(Plan);
        QuantizationParameters quantization = call.Node.Output.Quantization!;
        IntegerRange range = IntegerRange.Of(call.Node.Output.Type);
        ReadOnlySpan<float> x = call.Input<float>(0);
        if (call.Node.Output.Type == ElementType.Int8)
        {
            sbyte[] integers = new sbyte[x.Length];
            for (int i = 0; i < x.Length; i++)
            {
                integers[i] = (sbyte)AffineQuantization.Quantize(x[i], quantization.Scale, quantization.ZeroPoint, range, ToEven);
            }

            plan.Run(MemoryMarshal.AsBytes<sbyte>(integers), call.OutputBytes(), sizeof(sbyte));
            return;
        }

        short[] wide = new short[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            wide[i] = (short)AffineQuantization.Quantize(x[i], quantization.Scale, quantization.ZeroPoint, range, ToEven);
        }

        plan.Run(MemoryMarshal.AsBytes<short>(wide), call.OutputBytes(), sizeof(short));
    }

    /// <inheritdoc/>
    protected sealed override Tensor IntegersOf(Node node) => node.Output;

    /// <inheritdoc/>
    protected sealed override ElementType ResultType(Node node, Tensor x) =>
        x.Type != ElementType.Float32 ? throw new OperatorException($"{Name} takes float32; '{x.Name}' is {x.Type.DisplayName()}")
        : node.Outputs.Count == 0 ? throw new OperatorException($"{Name} takes its result's type and quantization from its result; none is there")
        : Verified(node.Output);
}

/// <summary>int8 or int16 to float32, transposed.</summary>
internal sealed class DequantizeTransposed : TransposedConversion
{
    /// <inheritdoc/>
    public override string Name => "DequantizeTransposed";

    /// <inheritdoc/>
    protected override string KernelName => "dequantize";

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        QuantizationParameters quantization = call.Node.Input(0).Quantization!;
        bool isByte = call.Node.Input(0).Type == ElementType.Int8;
        Span<float> result = call.Output<float>();
        byte[] moved = new byte[result.Length * (isByte ? sizeof(sbyte) : sizeof(short))];
        call.Prepare(Plan).Run(call.InputBytes(0), moved, isByte ? sizeof(sbyte) : sizeof(short));
        for (int i = 0; i < result.Length; i++)
        {
            int value = isByte ? (sbyte)moved[i] : BinaryPrimitives.ReadInt16LittleEndian(moved.AsSpan(i * sizeof(short)));
            result[i] = (float)((double)quantization.Scale * ((double)value - quantization.ZeroPoint));
        }
    }

    /// <inheritdoc/>
    protected override Tensor IntegersOf(Node node) => node.Input(0);

    /// <inheritdoc/>
    protected override ElementType ResultType(Node node, Tensor x)
    {
        Verified(x);
        return ElementType.Float32;
    }
}
