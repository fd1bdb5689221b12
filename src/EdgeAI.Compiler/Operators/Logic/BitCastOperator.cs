using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Operators.Logic;

/// <summary>BitCast: the operand's bytes as another type of the same size.</summary>
internal sealed class BitCastOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "BitCast";

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "integers, bool";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(CastAttributes);

    /// <inheritdoc/>
    public override OperandRole RoleOf(Node node, int inputIndex) =>
        node.Input(0).Type.IsFloat() ? OperandRole.Activation : OperandRole.Untouched;

    /// <inheritdoc/>
    public override bool IsView(Node node) => true;

    /// <inheritdoc/>
    public override IEnumerable<int> InPlaceInputs(Node node) => [0];

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 1);
        Tensor x = node.Operand(0, "x");
        ElementType type = node.AttributesAs<CastAttributes>().Type;
        OperandRules.OfType(x, "x", LogicTypes.All);
        return LogicTypes.All.Contains(type) && type.ByteSize() == x.Type.ByteSize()
            ? [new(type, x.Shape)]
            : throw new OperatorException($"the bits of '{x}' are no {type.DisplayName()}: both types must have the same size");
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call) => call.InputBytes(0).CopyTo(call.OutputBytes());

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context) => new(
        "edgeai_copy", "edgeai_copy",
        [.. CopyPlan.Of([checked((int)node.Output.Shape.ElementCount)], [1], 0).Fields(node.Input(0).Type.ByteSize())],
        [context.Read(node.Input(0)), context.Write(node.Output)]);
}
