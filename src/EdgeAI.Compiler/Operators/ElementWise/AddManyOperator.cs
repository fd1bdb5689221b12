using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.ElementWise;

/// <summary>
/// AddMany: the sum of int8 operands of one scale and shape, bit for bit ADD_N of TensorFlow Lite Micro: their differences from the zero point with 19 bits behind the
/// point, and one zero point more subtracted, are summed and rescaled once.
/// </summary>
internal sealed class AddManyOperator : Operator, ILayoutAgnostic
{
    /// <summary>The most operands whose sum fits 32 bits for any values.</summary>
    public const int MostOperands = 15;

    private const int LeftShift = 20;

    /// <inheritdoc/>
    public override string Name => "AddMany";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(NoAttributes);

    /// <inheritdoc/>
    public override bool TakesReals => false;

    /// <inheritdoc/>
    public override string IntegersAsWritten => "quantized int8";

    /// <inheritdoc/>
    public override QuantizationRule Quantization => QuantizationRule.Untouched;

    /// <summary>What stands against integer arithmetic for operands and a result; null when nothing does.</summary>
    public static string? Obstacle(IReadOnlyList<Tensor> operands, Tensor result)
    {
        if (operands.Count is 0 or > MostOperands)
        {
            return $"it takes 1 to {MostOperands} operands, not {operands.Count}";
        }

        Tensor first = operands[0];
        return operands.Append(result).FirstOrDefault(tensor => tensor.Type != ElementType.Int8 || tensor.Quantization is not { IsPerChannel: false }) is { } other
                ? $"it takes int8 with one scale; '{other}' is not"
            : operands.FirstOrDefault(tensor => tensor.Shape != first.Shape || !tensor.Quantization!.Equals(first.Quantization)) is { } unlike
                ? $"it takes operands of one shape and scale; '{unlike}' is not as '{first}'"
            : Factor(first, result).Shift > 0 ? "it takes a result whose steps are not 2^19 times finer"
            : null;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        Tensor[] operands = [.. node.Inputs.Select((_, i) => node.Input(i))];
        string? obstacle = Obstacle(operands, node.Outputs.Count > 0 ? node.Output : operands[0]);
        return obstacle is null ? [new(ElementType.Int8, operands[0].Shape)] : throw new OperatorException($"AddMany cannot be computed: {obstacle}");
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        Node node = call.Node;
        (int multiplierQ31, int shift) = Factor(node.Input(0), node.Output);
        int zeroPoint = node.Output.Quantization!.ZeroPoint;
        Span<sbyte> result = call.Output<sbyte>();
        int start = Start(node);
        for (int i = 0; i < result.Length; i++)
        {
            int sum = start;
            for (int operand = 0; operand < node.Inputs.Count; operand++)
            {
                sum += call.Input<sbyte>(operand)[i];
            }

            int scaled = FixedPoint.MultiplyByQuantizedMultiplier(sum * (1 << (LeftShift - 1)), multiplierQ31, shift);
            result[i] = (sbyte)Math.Clamp(scaled + zeroPoint, sbyte.MinValue, sbyte.MaxValue);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<int> InPlaceInputs(Node node) => Enumerable.Range(0, node.Inputs.Count);

    /// <inheritdoc/>
    public override RowWindow? RowsRead(Node node, int inputIndex) => RowWindow.ElementWise(node, inputIndex);

    /// <inheritdoc/>
    public OperatorAttributes? Permuted(Node node, IReadOnlyList<int> permutation) => node.Attributes;

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        (int multiplierQ31, int shift) = Factor(node.Input(0), node.Output);
        return new(
            "edgeai_add_many_s8", "edgeai_add_many_s8",
            [
                KernelField.Of("operands", node.Inputs.Count),
                KernelField.Of("count", node.Output.Shape.ElementCount),
                KernelField.Of("start", Start(node)),
                KernelField.Of("multiplier", multiplierQ31),
                KernelField.Of("shift", shift),
                KernelField.Of("zero_point", node.Output.Quantization!.ZeroPoint),
            ],
            [$"(const int8_t *const[]){{{string.Join(", ", node.Inputs.Select(context.Read))}}}", context.Write(node.Output)]);
    }

    /// <summary>What the sum starts with: TensorFlow Lite Micro subtracts the zero point for each operand, and once for a sum that it starts at 0.</summary>
    private static int Start(Node node) => -(node.Inputs.Count + 1) * node.Input(0).Quantization!.ZeroPoint;

    private static (int MultiplierQ31, int Shift) Factor(Tensor operand, Tensor result) =>
        FixedPoint.QuantizeMultiplier(2 * (double)operand.Quantization!.Scale / ((1 << LeftShift) * (double)result.Quantization!.Scale));
}
