using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;

namespace EdgeAI.Compiler.Operators.Indexing;

/// <summary>
/// Scatter: operands x, indexes (int32 or int64) and updates of x's type. x is seen as rows of <see cref="ScatterAttributes.Inner"/> elements; the
/// result is x with the row of each index, in order, combined with the update's. Indexes as in <see cref="GatherOperator"/>.
/// </summary>
internal sealed class ScatterOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "Scatter";

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "integers, bool";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(ScatterAttributes);

    /// <inheritdoc/>
    public override OperandRole RoleOf(Node node, int inputIndex) => inputIndex == 1 ? OperandRole.Untouched : OperandRole.Activation;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 3);
        Tensor x = node.Operand(0, "x");
        Tensor indexes = node.Operand(1, "indexes");
        Tensor updates = node.Operand(2, "updates");
        int inner = node.AttributesAs<ScatterAttributes>().Inner;
        OperandRules.OfType(x, "x", LogicTypes.All);
        OperandRules.OfType(indexes, "indexes", ElementType.Int32, ElementType.Int64);
        OperandRules.OfType(updates, "updates", x.Type);
        bool fits = inner > 0 && x.Shape.ElementCount % inner == 0 && updates.Shape.ElementCount == indexes.Shape.ElementCount * inner
            && (x.Shape.ElementCount > 0 || updates.Shape.ElementCount == 0);
        return fits
            ? [new(x.Type, x.Shape)]
            : throw new OperatorException($"Scatter of rows of {inner} elements does not fit '{x}', '{indexes}' and '{updates}'");
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        Node node = call.Node;
        (int inner, ScatterReduction reduction) = node.AttributesAs<ScatterAttributes>();
        ElementType type = node.Output.Type;
        call.InputBytes(0).CopyTo(call.OutputBytes());
        int rows = (int)(node.Output.Shape.ElementCount / inner);
        long count = node.Input(1).Shape.ElementCount;
        for (int i = 0; i < count; i++)
        {
            int row = GatherOperator.Index((long)PlainElements.Integer(call.InputBytes(1), node.Input(1).Type, i), rows);
            for (int k = 0; k < inner; k++)
            {
                long to = ((long)row * inner) + k;
                long from = ((long)i * inner) + k;
                if (type == ElementType.Float32)
                {
                    call.Output<float>()[(int)to] = Combine(reduction, call.Output<float>()[(int)to], call.Input<float>(2)[(int)from]);
                }
                else
                {
                    PlainElements.Put(call.OutputBytes(), type, to, Combine(reduction,
                        PlainElements.Integer(call.OutputBytes(), type, to), PlainElements.Integer(call.InputBytes(2), type, from)));
                }
            }
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        (int inner, ScatterReduction reduction) = node.AttributesAs<ScatterAttributes>();
        return new("edgeai_scatter", "edgeai_scatter",
            [
                KernelField.Of("rows", node.Output.Shape.ElementCount / inner), KernelField.Of("inner", inner),
                KernelField.Of("count", node.Input(1).Shape.ElementCount), KernelField.Of("bytes", node.Output.ByteSize),
                KernelField.Pointer("type", PlainElements.Constant(node.Output.Type)),
                KernelField.Pointer("index_type", PlainElements.Constant(node.Input(1).Type)), KernelField.Of("reduction", (int)reduction),
            ],
            [context.Read(node.Input(0)), context.Read(node.Input(1)), context.Read(node.Input(2)), context.Write(node.Output)]);
    }

    private static T Combine<T>(ScatterReduction reduction, T old, T update) where T : System.Numerics.INumber<T> => reduction switch
    {
        ScatterReduction.Add => old + update,
        ScatterReduction.Multiply => old * update,
        ScatterReduction.Maximum => old > update ? old : update,
        ScatterReduction.Minimum => old < update ? old : update,
        _ => update,
    };
}
