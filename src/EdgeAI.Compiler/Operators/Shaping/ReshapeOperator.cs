using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>Reshape: the operand's bytes under other extents.</summary>
internal sealed class ReshapeOperator : ShapingOperator
{
    /// <inheritdoc/>
    public override string Name => "Reshape";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(ReshapeAttributes);

    /// <inheritdoc/>
    public override bool IsView(Node node) => true;

    /// <inheritdoc/>
    public override IEnumerable<int> InPlaceInputs(Node node) => [0];

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        ReadOnlySpan<byte> source = call.InputBytes(0);
        source.CopyTo(call.OutputBytes());
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        int count = checked((int)node.Output.Shape.ElementCount);
        return EmitCopy(node, context, CopyPlan.Of([count], [1], 0));
    }

    /// <inheritdoc/>
    protected override Shape InferShape(Node node, Tensor x)
    {
        var extents = node.AttributesAs<ReshapeAttributes>().Extents;
        if (extents.Any(extent => extent < 0))
        {
            throw new OperatorException($"Reshape takes extents of at least 0, not [{string.Join(',', extents)}]");
        }

        var shape = new Shape(extents.AsSpan());
        return shape.ElementCount == x.Shape.ElementCount
            ? shape
            : throw new OperatorException($"Reshape cannot make {shape} of '{x.Name}' {x.Shape}: {shape.ElementCount} elements instead of {x.Shape.ElementCount}");
    }
}
