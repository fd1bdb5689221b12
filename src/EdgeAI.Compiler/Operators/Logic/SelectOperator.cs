using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.ElementWise;

namespace EdgeAI.Compiler.Operators.Logic;

/// <summary>Select: operands condition (Boolean), yes and no of one type; each element of the result is that of yes or of no. All broadcast by NumPy's rule.</summary>
internal sealed class SelectOperator : Operator
{
    private const int MostAxes = 8;

    /// <inheritdoc/>
    public override string Name => "Select";

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "integers, bool";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(NoAttributes);

    /// <inheritdoc/>
    public override OperandRole RoleOf(Node node, int inputIndex) =>
        node.Input(inputIndex).Type.IsFloat() ? OperandRole.Activation : OperandRole.Untouched;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 3);
        Tensor condition = node.Operand(0, "condition");
        Tensor yes = node.Operand(1, "yes");
        Tensor no = node.Operand(2, "no");
        OperandRules.OfType(condition, "condition", ElementType.Bool);
        OperandRules.OfType(yes, "yes", LogicTypes.All);
        OperandRules.OfType(no, "no", yes.Type);
        Shape? shape = BroadcastPlan.Combine(yes.Shape, no.Shape) is { } both ? BroadcastPlan.Combine(condition.Shape, both) : null;
        return shape is { Rank: <= MostAxes } result
            ? [new(yes.Type, result)]
            : throw new OperatorException($"Select cannot broadcast '{condition}', '{yes}' and '{no}' to at most {MostAxes} axes");
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        Shape shape = call.Node.Output.Shape;
        int[][] places = call.Prepare(node => node.Inputs.Select(input => BroadcastIndexes.Of(input!.Shape, shape)).ToArray());
        int size = call.Node.Output.Type.ByteSize();
        for (int i = 0; i < places[0].Length; i++)
        {
            int chosen = call.InputBytes(0)[places[0][i]] != 0 ? 1 : 2;
            call.InputBytes(chosen).Slice(places[chosen][i] * size, size).CopyTo(call.OutputBytes()[(i * size)..]);
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        Shape shape = node.Output.Shape;
        return new("edgeai_select", "edgeai_select",
            [
                KernelField.Of("axes", shape.Rank),
                KernelField.Of("element_size", node.Output.Type.ByteSize()),
                KernelField.Of("count", shape.ElementCount),
                Shaping.CopyPlan.Array("extents", shape.Rank == 0 ? [1] : shape.Extents),
                .. node.Inputs.Select((input, i) => Shaping.CopyPlan.Array($"strides_{i}", Strides(input!.Shape, shape))),
            ],
            [context.Read(node.Input(0)), context.Read(node.Input(1)), context.Read(node.Input(2)), context.Write(node.Output)]);
    }

    private static IEnumerable<int> Strides(Shape source, Shape result)
    {
        long[] own = source.Strides();
        int missing = result.Rank - source.Rank;
        return result.Rank == 0 ? [0] : Enumerable.Range(0, result.Rank).Select(axis => axis < missing || source[axis - missing] == 1 ? 0 : (int)own[axis - missing]);
    }
}

/// <summary>ONNX Where.</summary>
internal sealed class WhereOnnx : Import.Onnx.IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Where"];

    /// <inheritdoc/>
    public void Import(Import.Onnx.OnnxNode node, Import.Onnx.OnnxGraphBuilder builder) =>
        builder.Bind(node, 0, builder.Add("Select", NoAttributes.Instance, node.Input(0), node.Input(1), node.Input(2)));
}
