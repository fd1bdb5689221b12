using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>Slice: on each axis, Extents[i] elements from Starts[i] in steps of Steps[i]. A view when it takes everything.</summary>
internal sealed class SliceOperator : ShapingOperator, ILayoutAgnostic
{
    /// <inheritdoc/>
    public override string Name => "Slice";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(SliceAttributes);

    /// <inheritdoc/>
    public override bool IsView(Node node)
    {
        var attributes = node.AttributesAs<SliceAttributes>();
        Shape shape = node.Input(0).Shape;
        return attributes.Extents.AsSpan().SequenceEqual(shape.Extents.AsSpan())
            && attributes.Steps.Zip(shape.Extents).All(pair => pair.First == 1 || pair.Second <= 1);
    }

    /// <inheritdoc/>
    public override long? PlaceInOperand(Node node) => Plan(node).StretchStart * (long)node.Input(0).Type.ByteSize();

    /// <inheritdoc/>
    public override void Execute(OperatorCall call) =>
        call.Prepare(Plan).Run(call.InputBytes(0), call.OutputBytes(), call.Node.Input(0).Type.ByteSize());

    /// <inheritdoc/>
    public OperatorAttributes? Permuted(Node node, IReadOnlyList<int> permutation)
    {
        var attributes = node.AttributesAs<SliceAttributes>();
        return new SliceAttributes(
            AxisOrder.Undo(attributes.Starts, permutation), AxisOrder.Undo(attributes.Extents, permutation), AxisOrder.Undo(attributes.Steps, permutation));
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context) => EmitCopy(node, context, Plan(node));

    /// <inheritdoc/>
    protected override Shape InferShape(Node node, Tensor x)
    {
        var attributes = node.AttributesAs<SliceAttributes>();
        VerifyRank("starts", attributes.Starts.Length, x);
        VerifyRank("extents", attributes.Extents.Length, x);
        VerifyRank("steps", attributes.Steps.Length, x);
        for (int axis = 0; axis < x.Shape.Rank; axis++)
        {
            int extent = attributes.Extents[axis];
            int start = attributes.Starts[axis];
            int step = attributes.Steps[axis];
            long last = start + ((extent - 1L) * step);
            if (extent < 0 || step == 0 || (extent > 0 && (start < 0 || start >= x.Shape[axis] || last < 0 || last >= x.Shape[axis])))
            {
                throw new OperatorException(
                    $"Slice takes {extent} elements from {start} in steps of {step} on axis {axis} of '{x.Name}' {x.Shape}, which has 0 to {x.Shape[axis] - 1}");
            }
        }

        var shape = new Shape(attributes.Extents.AsSpan());
        Limited(Plan(x.Shape, attributes));
        return shape;
    }

    private static CopyPlan Plan(Node node) => Plan(node.Input(0).Shape, node.AttributesAs<SliceAttributes>());

    private static CopyPlan Plan(Shape shape, SliceAttributes attributes)
    {
        long[] strides = shape.Strides();
        long start = 0;
        long[] steps = new long[shape.Rank];
        for (int axis = 0; axis < steps.Length; axis++)
        {
            start += attributes.Starts[axis] * strides[axis];
            steps[axis] = attributes.Steps[axis] * strides[axis];
        }

        return CopyPlan.Of(attributes.Extents.AsSpan(), steps, start);
    }
}
