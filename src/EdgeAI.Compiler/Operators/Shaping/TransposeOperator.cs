using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>Transpose: result axis i is operand axis Permutation[i]. A view when only axes of extent 1 move.</summary>
internal sealed class TransposeOperator : ShapingOperator
{
    /// <inheritdoc/>
    public override string Name => "Transpose";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(TransposeAttributes);

    /// <inheritdoc/>
    public override bool IsView(Node node)
    {
        Shape shape = node.Input(0).Shape;
        int[] moved = [.. node.AttributesAs<TransposeAttributes>().Permutation.Where(axis => shape[axis] != 1)];
        return shape.ElementCount == 0 || moved.SequenceEqual(moved.Order());
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call) =>
        call.Prepare(Plan).Run(call.InputBytes(0), call.OutputBytes(), call.Node.Input(0).Type.ByteSize());

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context) => EmitCopy(node, context, Plan(node));

    /// <inheritdoc/>
    protected override Shape InferShape(Node node, Tensor x)
    {
        var permutation = node.AttributesAs<TransposeAttributes>().Permutation;
        VerifyRank("axes", permutation.Length, x);
        if (!permutation.Order().SequenceEqual(Enumerable.Range(0, permutation.Length)))
        {
            throw new OperatorException($"Transpose takes each axis of '{x.Name}' {x.Shape} once, not [{string.Join(',', permutation)}]");
        }

        int[] extents = [.. permutation.Select(axis => x.Shape[axis])];
        Limited(CopyPlan.OfTranspose(x.Shape, permutation));
        return new Shape(extents);
    }

    private static CopyPlan Plan(Node node) => CopyPlan.OfTranspose(node.Input(0).Shape, node.AttributesAs<TransposeAttributes>().Permutation);
}
