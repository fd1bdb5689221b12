using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.ElementWise;

namespace EdgeAI.Compiler.Operators.Logic;

/// <summary>
/// Comparison, logic, bits and remainders: two operands of one type that broadcast by NumPy's rule, in numbers that stand for themselves.
/// </summary>
internal abstract class LogicOperator : Operator, ILayoutAgnostic
{
    /// <inheritdoc/>
    public sealed override Type AttributesType => typeof(NoAttributes);

    /// <inheritdoc/>
    public sealed override bool TakesReals => Types.Contains(ElementType.Float32);

    /// <inheritdoc/>
    public sealed override string? IntegersAsWritten => Types == LogicTypes.Booleans ? "bool"
        : (Types == LogicTypes.Unsigned ? "unsigned integers" : "integers") + (Types.Contains(ElementType.Bool) ? ", bool" : "");

    /// <inheritdoc/>
    public sealed override QuantizationRule Quantization => QuantizationRule.FloatOnly;

    /// <inheritdoc/>
    public sealed override OperandRole RoleOf(Node node, int inputIndex) =>
        node.Input(inputIndex).Type.IsFloat() ? OperandRole.Activation : OperandRole.Untouched;

    /// <summary>The operator's part of a C function's name: <c>greater_or_equal</c>.</summary>
    protected abstract string KernelName { get; }

    /// <summary>The types of operands that are taken.</summary>
    protected abstract IReadOnlyCollection<ElementType> Types { get; }

    /// <summary>Whether the result is Boolean, whatever the operands.</summary>
    protected virtual bool IsPredicate => false;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 2);
        Tensor a = node.Operand(0, "a");
        Tensor b = node.Operand(1, "b");
        OperandRules.OfType(a, "a", [.. Types]);
        OperandRules.OfType(b, "b", a.Type);
        Shape shape = BroadcastPlan.Combine(a.Shape, b.Shape)
            ?? throw new OperatorException($"{Name} cannot broadcast '{a}' with '{b}': extents counted from the last must be equal or 1");
        BroadcastPlan.Verify(Name, a.Shape, b.Shape, shape);
        return [new(IsPredicate ? ElementType.Bool : a.Type, shape)];
    }

    /// <inheritdoc/>
    public sealed override void Execute(OperatorCall call)
    {
        Node node = call.Node;
        ElementType type = node.Input(0).Type;
        Shape shape = node.Output.Shape;
        (int[] left, int[] right) = call.Prepare(_ => new Places(
            BroadcastIndexes.Of(node.Input(0).Shape, shape), BroadcastIndexes.Of(node.Input(1).Shape, shape)));
        for (int i = 0; i < left.Length; i++)
        {
            if (type.IsFloat())
            {
                double value = Apply(PlainElements.Real(call.InputBytes(0), type, left[i]), PlainElements.Real(call.InputBytes(1), type, right[i]));
                if (IsPredicate)
                {
                    call.OutputBytes()[i] = value != 0 ? (byte)1 : (byte)0;
                }
                else
                {
                    PlainElements.Put(call.OutputBytes(), type, i, value);
                }
            }
            else
            {
                PlainElements.Put(call.OutputBytes(), node.Output.Type, i,
                    Apply(PlainElements.Integer(call.InputBytes(0), type, left[i]), PlainElements.Integer(call.InputBytes(1), type, right[i])));
            }
        }
    }

    /// <inheritdoc/>
    public OperatorAttributes? Permuted(Node node, IReadOnlyList<int> permutation) => node.Attributes;

    /// <inheritdoc/>
    public sealed override KernelCall Emit(Node node, EmissionContext context)
    {
        Tensor a = node.Input(0);
        Tensor b = node.Input(1);
        return new($"edgeai_plain_{KernelName}_{PlainElements.Suffix(a.Type)}", "edgeai_plain_binary",
            [BroadcastPlan.Of(a.Shape, b.Shape, node.Output.Shape).Field()], [context.Read(a), context.Read(b), context.Write(node.Output)]);
    }

    /// <summary>The function of integers; a predicate gives 0 or 1. The result wraps.</summary>
    protected abstract Int128 Apply(Int128 a, Int128 b);

    /// <summary>The function of floats; a predicate gives 0 or 1.</summary>
    protected virtual double Apply(double a, double b) => throw new NotSupportedException(Name);

    private sealed record Places(int[] A, int[] B);
}

/// <summary>For each element of a result, the element of an operand that broadcasts to it.</summary>
internal static class BroadcastIndexes
{
    /// <summary>Indexes in row-major order of the result.</summary>
    public static int[] Of(Shape source, Shape result)
    {
        long[] own = source.Strides();
        int[] places = new int[checked((int)result.ElementCount)];
        long[] resultStrides = result.Strides();
        for (int i = 0; i < places.Length; i++)
        {
            long place = 0;
            for (int axis = 1; axis <= source.Rank; axis++)
            {
                long index = i / resultStrides[^axis] % result[-axis];
                place += source[-axis] == 1 ? 0 : index * own[^axis];
            }

            places[i] = (int)place;
        }

        return places;
    }
}
