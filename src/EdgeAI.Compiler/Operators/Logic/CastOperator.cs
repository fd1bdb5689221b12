using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Logic;

/// <summary>
/// Cast: numbers that stand for themselves in another type. Floats are cut off toward zero and saturate at 64 bits (NaN gives 0), integers wrap,
/// a Boolean is true for everything but 0.
/// </summary>
internal sealed class CastOperator : Operator, ILayoutAgnostic
{
    private const double Limit = 9223372036854775808.0;

    /// <inheritdoc/>
    public override string Name => "Cast";

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "integers, bool";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(CastAttributes);

    /// <inheritdoc/>
    public override QuantizationRule Quantization => QuantizationRule.FloatOnly;

    /// <inheritdoc/>
    public override OperandRole RoleOf(Node node, int inputIndex) =>
        node.Input(0).Type.IsFloat() ? OperandRole.Activation : OperandRole.Untouched;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 1);
        Tensor x = node.Operand(0, "x");
        ElementType type = node.AttributesAs<CastAttributes>().Type;
        OperandRules.OfType(x, "x", LogicTypes.All);
        return LogicTypes.All.Contains(type)
            ? [new(type, x.Shape)]
            : throw new OperatorException($"Cast makes numbers or Booleans, not {type.DisplayName()}");
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        ElementType from = call.Node.Input(0).Type;
        ElementType to = call.Node.Output.Type;
        long count = call.Node.Output.Shape.ElementCount;
        for (long i = 0; i < count; i++)
        {
            if (to.IsFloat())
            {
                PlainElements.Put(call.OutputBytes(), to, i, PlainElements.Real(call.InputBytes(0), from, i));
                continue;
            }

            Int128 value = from.IsFloat() ? CutOff(PlainElements.Real(call.InputBytes(0), from, i), to) : PlainElements.Integer(call.InputBytes(0), from, i);
            PlainElements.Put(call.OutputBytes(), to, i, value);
        }
    }

    /// <inheritdoc/>
    public OperatorAttributes? Permuted(Node node, IReadOnlyList<int> permutation) => node.Attributes;

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context) => new(
        "edgeai_cast", "edgeai_cast",
        [
            KernelField.Of("count", node.Output.Shape.ElementCount),
            KernelField.Pointer("from", PlainElements.Constant(node.Input(0).Type)),
            KernelField.Pointer("to", PlainElements.Constant(node.Output.Type)),
        ],
        [context.Read(node.Input(0)), context.Write(node.Output)]);

    private static Int128 CutOff(double value, ElementType to) =>
        to == ElementType.Bool ? (value != 0 ? 1 : 0)
        : double.IsNaN(value) ? 0
        : value >= Limit ? long.MaxValue
        : value <= -Limit ? long.MinValue
        : (long)value;
}
