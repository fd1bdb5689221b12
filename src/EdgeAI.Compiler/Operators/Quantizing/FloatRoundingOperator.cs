using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>Rounds each float32 value to a number of another float format and keeps it as float32.</summary>
internal abstract class FloatRoundingOperator : Operator, ILayoutAgnostic
{
    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 1);
        Tensor x = node.Operand(0, "x");
        OperandRules.OfType(x, "x", ElementType.Float32);
        return [new(x.Type, x.Shape)];
    }

    /// <inheritdoc/>
    public sealed override void Execute(OperatorCall call)
    {
        Func<float, float> round = RoundingOf(call.Node);
        ReadOnlySpan<float> x = call.Input<float>(0);
        Span<float> result = call.Output<float>();
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = round(x[i]);
        }
    }

    /// <inheritdoc/>
    public sealed override bool HasSteps => true;

    /// <inheritdoc/>
    public sealed override IEnumerable<int> InPlaceInputs(Node node) => [0];

    /// <inheritdoc/>
    public sealed override RowWindow? RowsRead(Node node, int inputIndex) => RowWindow.ElementWise(node, inputIndex);

    /// <inheritdoc/>
    public OperatorAttributes? Permuted(Node node, IReadOnlyList<int> permutation) => node.Attributes;

    /// <summary>What the node makes of a value.</summary>
    protected abstract Func<float, float> RoundingOf(Node node);
}
