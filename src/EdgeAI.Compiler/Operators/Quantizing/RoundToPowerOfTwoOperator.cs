using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>RoundToPowerOfTwo: float32 values as numbers of float8e8m0 (<see cref="PowerOfTwoFormat"/>).</summary>
internal sealed class RoundToPowerOfTwoOperator : Operator, ILayoutAgnostic
{
    /// <inheritdoc/>
    public override string Name => "RoundToPowerOfTwo";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(PowerOfTwoFormat);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 1);
        Tensor x = node.Operand(0, "x");
        OperandRules.OfType(x, "x", ElementType.Float32);
        return [new(x.Type, x.Shape)];
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        PowerOfTwoFormat format = call.Node.AttributesAs<PowerOfTwoFormat>();
        ReadOnlySpan<float> x = call.Input<float>(0);
        Span<float> result = call.Output<float>();
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = format.Round(x[i]);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<int> InPlaceInputs(Node node) => [0];

    /// <inheritdoc/>
    public override RowWindow? RowsRead(Node node, int inputIndex) => RowWindow.ElementWise(node, inputIndex);

    /// <inheritdoc/>
    public OperatorAttributes? Permuted(Node node, IReadOnlyList<int> permutation) => node.Attributes;

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        PowerOfTwoFormat format = node.AttributesAs<PowerOfTwoFormat>();
        return new("edgeai_round_to_power_of_two", "edgeai_round_to_power_of_two",
            [
                KernelField.Of("count", node.Output.Shape.ElementCount), KernelField.Of("rounding", (int)format.Rounding),
                KernelField.Of("saturates", format.Saturates ? 1 : 0),
            ],
            [context.Read(node.Input(0)), context.Write(node.Output)]);
    }
}
