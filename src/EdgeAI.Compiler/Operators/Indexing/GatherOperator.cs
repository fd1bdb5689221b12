using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Indexing;

/// <summary>
/// Gather: operands x of any type and indexes (int32 or int64); the result has the indexes' axes in the place of the axis. A negative index
/// counts from the end; one outside the extent means the nearest element.
/// </summary>
internal sealed class GatherOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "Gather";

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "all types";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(GatherAttributes);

    /// <inheritdoc/>
    public override QuantizationRule Quantization => QuantizationRule.SameAsInput;

    /// <inheritdoc/>
    public override OperandRole RoleOf(Node node, int inputIndex) => inputIndex == 0 ? OperandRole.Activation : OperandRole.Untouched;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 2);
        Tensor x = node.Operand(0, "x");
        Tensor indexes = node.Operand(1, "indexes");
        int axis = node.AttributesAs<GatherAttributes>().Axis;
        AxisWalk.Check(x, axis);
        OperandRules.OfType(indexes, "indexes", ElementType.Int32, ElementType.Int64);
        if (x.Shape[axis] == 0 && indexes.Shape.ElementCount > 0)
        {
            throw new OperatorException($"axis {axis} of '{x}' has no elements to take");
        }

        return [new(x.Type, new Shape([.. x.Shape.Extents.Take(axis), .. indexes.Shape.Extents, .. x.Shape.Extents.Skip(axis + 1)]))];
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        Tensor x = call.Node.Input(0);
        var walk = AxisWalk.Of(x.Shape, call.Node.AttributesAs<GatherAttributes>().Axis);
        ElementType type = call.Node.Input(1).Type;
        int count = (int)call.Node.Input(1).Shape.ElementCount;
        int size = walk.Inner * x.Type.ByteSize();
        for (int outer = 0; outer < walk.Outer; outer++)
        {
            for (int i = 0; i < count; i++)
            {
                int index = Index((long)PlainElements.Integer(call.InputBytes(1), type, i), walk.Extent);
                call.InputBytes(0).Slice(((outer * walk.Extent) + index) * size, size).CopyTo(call.OutputBytes()[(((outer * count) + i) * size)..]);
            }
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        Tensor x = node.Input(0);
        var walk = AxisWalk.Of(x.Shape, node.AttributesAs<GatherAttributes>().Axis);
        return new("edgeai_gather", "edgeai_gather",
            [
                KernelField.Of("outer", walk.Outer), KernelField.Of("extent", walk.Extent),
                KernelField.Of("count", node.Input(1).Shape.ElementCount), KernelField.Of("row_bytes", (long)walk.Inner * x.Type.ByteSize()),
                KernelField.Pointer("index_type", PlainElements.Constant(node.Input(1).Type)),
            ],
            [context.Read(x), context.Read(node.Input(1)), context.Write(node.Output)]);
    }

    /// <summary>An index counted from the front, inside the extent.</summary>
    public static int Index(long index, int extent)
    {
        long counted = index < 0 ? index + extent : index;
        return (int)Math.Clamp(counted, 0, Math.Max(0, extent - 1));
    }
}
