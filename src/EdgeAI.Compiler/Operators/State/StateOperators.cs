using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.State;

/// <summary>
/// State: a value that lasts between runs. Operand: the constant that it is before the first run. Nothing runs: the result is the memory itself,
/// which a StoreState behind all its readers fills for the next run. A node executed by itself gives the first run's value.
/// </summary>
internal sealed class StateOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "State";

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "all types";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(NoAttributes);

    /// <inheritdoc/>
    public override QuantizationRule Quantization => QuantizationRule.Untouched;

    /// <inheritdoc/>
    public override OperandRole RoleOf(Node node, int inputIndex) => OperandRole.Untouched;

    /// <inheritdoc/>
    public override StateUse StateUse => StateUse.Holds;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 1);
        Tensor initial = node.Operand(0, "initial");
        return initial.IsConstant
            ? [new(initial.Type, initial.Shape)]
            : throw new OperatorException($"a state begins with a constant; '{initial}' is computed");
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call) => call.InputBytes(0).CopyTo(call.OutputBytes());

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context) => throw new OperatorException("a state has no step");
}

/// <summary>
/// StoreState: operands a State's result and the value that it has from now on, of the same type and extents. The result is the state's memory with
/// that value. No node reads the state's old value behind it.
/// </summary>
internal sealed class StoreStateOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => "StoreState";

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "all types";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(NoAttributes);

    /// <inheritdoc/>
    public override QuantizationRule Quantization => QuantizationRule.Untouched;

    /// <inheritdoc/>
    public override OperandRole RoleOf(Node node, int inputIndex) => OperandRole.Untouched;

    /// <inheritdoc/>
    public override StateUse StateUse => StateUse.Stores;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 2);
        Tensor state = node.Operand(0, "state");
        Tensor value = node.Operand(1, "value");
        OperandRules.OfType(value, "value", state.Type);
        OperandRules.HasShape(value, state.Shape, "value");
        return [new(state.Type, state.Shape)];
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call) => call.InputBytes(1).CopyTo(call.OutputBytes());

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context) => new(
        "edgeai_store", "edgeai_store", [new("bytes", FormattableString.Invariant($"{node.Output.ByteSize}u"))],
        [context.Read(node.Input(1)), context.Write(node.Output)]);
}
