using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.ElementWise;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>Broadcast: the operand repeated to the given extents by NumPy's rule. A view when nothing repeats.</summary>
internal sealed class BroadcastOperator : ShapingOperator, ILayoutAgnostic
{
    /// <inheritdoc/>
    public override string Name => "Broadcast";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(BroadcastAttributes);

    /// <inheritdoc/>
    public override bool IsView(Node node) => node.Input(0).Shape.ElementCount == node.Output.Shape.ElementCount;

    /// <inheritdoc/>
    public override void Execute(OperatorCall call) =>
        call.Prepare(Plan).Run(call.InputBytes(0), call.OutputBytes(), call.Node.Input(0).Type.ByteSize());

    /// <inheritdoc/>
    public OperatorAttributes? Permuted(Node node, IReadOnlyList<int> permutation)
    {
        var attributes = node.AttributesAs<BroadcastAttributes>();
        return attributes.Extents.Length == node.Input(0).Shape.Rank && permutation.Count == attributes.Extents.Length
            ? new BroadcastAttributes(AxisOrder.Undo(attributes.Extents, permutation))
            : null;
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context) => EmitCopy(node, context, Plan(node));

    /// <inheritdoc/>
    protected override Shape InferShape(Node node, Tensor x)
    {
        var shape = new Shape(node.AttributesAs<BroadcastAttributes>().Extents.AsSpan());
        if (BroadcastPlan.Combine(x.Shape, shape) != shape)
        {
            throw new OperatorException($"Broadcast cannot repeat '{x.Name}' {x.Shape} to {shape}: extents counted from the last must be equal or 1");
        }

        Limited(Plan(x.Shape, shape));
        return shape;
    }

    private static CopyPlan Plan(Node node) => Plan(node.Input(0).Shape, node.Output.Shape);

    private static CopyPlan Plan(Shape from, Shape to)
    {
        long[] full = from.Strides();
        long[] strides = new long[to.Rank];
        for (int axis = 1; axis <= from.Rank; axis++)
        {
            strides[^axis] = from[-axis] == 1 ? 0 : full[^axis];
        }

        return CopyPlan.Of(to.Extents.AsSpan(), strides, 0);
    }
}
