using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;

namespace EdgeAI.Compiler.Operators.Indexing;

/// <summary>
/// TopIndexes: the indexes, int64, of the largest or smallest elements along an axis in order; of equal elements the first comes first.
/// Each is found by one pass over the axis behind the one before, so that no memory is needed: extent · count comparisons.
/// </summary>
internal sealed class TopIndexesOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "TopIndexes";

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "integers";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(TopIndexesAttributes);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 1);
        Tensor x = node.Operand(0, "x");
        TopIndexesAttributes attributes = node.AttributesAs<TopIndexesAttributes>();
        AxisWalk.Check(x, attributes.Axis);
        OperandRules.OfType(x, "x", LogicTypes.Numbers);
        OperandRules.InRange(attributes.Count, 0, x.Shape[attributes.Axis], "the number of elements");
        return [new(ElementType.Int64, new Shape([.. x.Shape.Extents.Select((extent, axis) => axis == attributes.Axis ? attributes.Count : extent)]))];
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        TopIndexesAttributes attributes = call.Node.AttributesAs<TopIndexesAttributes>();
        Tensor x = call.Node.Input(0);
        var walk = AxisWalk.Of(x.Shape, attributes.Axis);
        for (int i = 0; i < walk.Outer * walk.Inner; i++)
        {
            int outer = i / walk.Inner;
            int inner = i % walk.Inner;
            long start = ((long)outer * walk.Extent * walk.Inner) + inner;
            int last = -1;
            for (int rank = 0; rank < attributes.Count; rank++)
            {
                int best = -1;
                for (int k = 0; k < walk.Extent; k++)
                {
                    bool isBehind = last < 0 || IsBefore(call, x.Type, walk, start, last, k, attributes.Largest);
                    best = isBehind && (best < 0 || IsBefore(call, x.Type, walk, start, k, best, attributes.Largest)) ? k : best;
                }

                last = best < 0 ? 0 : best;
                call.Output<long>()[(((outer * attributes.Count) + rank) * walk.Inner) + inner] = last;
            }
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        TopIndexesAttributes attributes = node.AttributesAs<TopIndexesAttributes>();
        Tensor x = node.Input(0);
        return new("edgeai_top_indexes", "edgeai_top_indexes",
            [
                .. AxisWalk.Of(x.Shape, attributes.Axis).Fields(), KernelField.Of("count", attributes.Count),
                KernelField.Pointer("type", PlainElements.Constant(x.Type)), KernelField.Of("largest", attributes.Largest ? 1 : 0),
            ],
            [context.Read(x), context.Write(node.Output)]);
    }

    private static bool IsBefore(OperatorCall call, ElementType type, AxisWalk walk, long start, int a, int b, bool largest)
    {
        int order = ElementOrder.Compare(call.InputBytes(0), type, start + ((long)a * walk.Inner), start + ((long)b * walk.Inner));
        order = largest ? order : -order;
        return order > 0 || (order == 0 && a < b);
    }
}
