using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;

namespace EdgeAI.Compiler.Operators.Indexing;

/// <summary>
/// NonZero: the places, int64 [rank, count], of the elements that are not 0, in row-major order. Places that no element is left for are −1; elements
/// behind the last place are left out.
/// </summary>
internal sealed class NonZeroOperator : Operator
{
    private const int MostAxes = 8;

    /// <inheritdoc/>
    public override string Name => "NonZero";

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "integers, bool";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(NonZeroAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 1);
        Tensor x = node.Operand(0, "x");
        OperandRules.OfType(x, "x", LogicTypes.All);
        OperandRules.InRange(x.Shape.Rank, 1, MostAxes, "the number of axes");
        int count = node.AttributesAs<NonZeroAttributes>().Count;
        OperandRules.InRange(count, 0, (int)Math.Min(int.MaxValue, x.Shape.ElementCount), "the number of places");
        return [new(ElementType.Int64, new Shape(x.Shape.Rank, count))];
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        Tensor x = call.Node.Input(0);
        int count = call.Node.AttributesAs<NonZeroAttributes>().Count;
        Span<long> result = call.Output<long>();
        result.Fill(-1);
        int found = 0;
        for (int i = 0; i < x.Shape.ElementCount && found < count; i++)
        {
            bool isZero = x.Type == ElementType.Float32 ? call.Input<float>(0)[i] == 0 : PlainElements.Integer(call.InputBytes(0), x.Type, i) == 0;
            if (isZero)
            {
                continue;
            }

            int rest = i;
            for (int axis = x.Shape.Rank - 1; axis >= 0; axis--)
            {
                result[(axis * count) + found] = rest % x.Shape[axis];
                rest /= x.Shape[axis];
            }

            found++;
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        Tensor x = node.Input(0);
        return new("edgeai_non_zero", "edgeai_non_zero",
            [
                KernelField.Of("axes", x.Shape.Rank),
                Shaping.CopyPlan.Array("extents", [.. x.Shape.Extents, .. Enumerable.Repeat(1, MostAxes - x.Shape.Rank)]),
                KernelField.Of("size", x.Shape.ElementCount), KernelField.Of("count", node.AttributesAs<NonZeroAttributes>().Count),
                KernelField.Pointer("type", PlainElements.Constant(x.Type)),
            ],
            [context.Read(x), context.Write(node.Output)]);
    }
}
