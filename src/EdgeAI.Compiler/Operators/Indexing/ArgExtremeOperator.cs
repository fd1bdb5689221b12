using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;

namespace EdgeAI.Compiler.Operators.Indexing;

/// <summary>The index, int64, of the most extreme element along an axis. Quantized integers are compared as they are.</summary>
internal abstract class ArgExtremeOperator : Operator
{
    /// <inheritdoc/>
    public override string? IntegersAsWritten => "integers";

    /// <inheritdoc/>
    public sealed override Type AttributesType => typeof(ArgExtremeAttributes);

    /// <summary>Whether the largest is meant.</summary>
    protected abstract bool IsLargest { get; }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 1);
        Tensor x = node.Operand(0, "x");
        ArgExtremeAttributes attributes = node.AttributesAs<ArgExtremeAttributes>();
        AxisWalk.Check(x, attributes.Axis);
        OperandRules.OfType(x, "x", LogicTypes.Numbers);
        return x.Shape[attributes.Axis] == 0
            ? throw new OperatorException($"axis {attributes.Axis} of '{x}' has no elements")
            : [new(ElementType.Int64, new Shape([.. x.Shape.Extents.Take(attributes.Axis), .. attributes.KeepDimensions ? [1] : Array.Empty<int>(), .. x.Shape.Extents.Skip(attributes.Axis + 1)]))];
    }

    /// <inheritdoc/>
    public sealed override void Execute(OperatorCall call)
    {
        ArgExtremeAttributes attributes = call.Node.AttributesAs<ArgExtremeAttributes>();
        Tensor x = call.Node.Input(0);
        var walk = AxisWalk.Of(x.Shape, attributes.Axis);
        for (int i = 0; i < walk.Outer * walk.Inner; i++)
        {
            long start = ((long)(i / walk.Inner) * walk.Extent * walk.Inner) + (i % walk.Inner);
            int best = 0;
            for (int k = 1; k < walk.Extent; k++)
            {
                int order = ElementOrder.Compare(call.InputBytes(0), x.Type, start + ((long)k * walk.Inner), start + ((long)best * walk.Inner));
                order = IsLargest ? order : -order;
                best = order > 0 || (order == 0 && attributes.SelectLast) ? k : best;
            }

            call.Output<long>()[i] = best;
        }
    }

    /// <inheritdoc/>
    public sealed override KernelCall Emit(Node node, EmissionContext context)
    {
        ArgExtremeAttributes attributes = node.AttributesAs<ArgExtremeAttributes>();
        Tensor x = node.Input(0);
        return new("edgeai_arg_extreme", "edgeai_arg_extreme",
            [
                .. AxisWalk.Of(x.Shape, attributes.Axis).Fields(), KernelField.Pointer("type", PlainElements.Constant(x.Type)),
                KernelField.Of("largest", IsLargest ? 1 : 0), KernelField.Of("select_last", attributes.SelectLast ? 1 : 0),
            ],
            [context.Read(x), context.Write(node.Output)]);
    }
}

/// <summary>ArgMaximum: the index of the largest element.</summary>
internal sealed class ArgMaximumOperator : ArgExtremeOperator
{
    /// <inheritdoc/>
    public override string Name => "ArgMaximum";

    /// <inheritdoc/>
    protected override bool IsLargest => true;
}

/// <summary>ArgMinimum: the index of the smallest element.</summary>
internal sealed class ArgMinimumOperator : ArgExtremeOperator
{
    /// <inheritdoc/>
    public override string Name => "ArgMinimum";

    /// <inheritdoc/>
    protected override bool IsLargest => false;
}

/// <summary>The order of two elements of one tensor.</summary>
internal static class ElementOrder
{
    /// <summary>Positive where the first is larger; NaN is as large as anything.</summary>
    public static int Compare(ReadOnlySpan<byte> bytes, ElementType type, long first, long second)
    {
        if (type.IsFloat())
        {
            double a = PlainElements.Real(bytes, type, first);
            double b = PlainElements.Real(bytes, type, second);
            return a > b ? 1 : a < b ? -1 : 0;
        }

        return PlainElements.Integer(bytes, type, first).CompareTo(PlainElements.Integer(bytes, type, second));
    }
}
