using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>Concatenate: operands behind one another along an axis; all of one type and, when quantized, of one scale and zero point.</summary>
internal sealed class ConcatenateOperator : ShapingOperator, ILayoutAgnostic
{
    /// <inheritdoc/>
    public override string Name => "Concatenate";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(ConcatenateAttributes);

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        (int outer, int[] runs) = Runs(call.Node);
        Span<byte> result = call.OutputBytes();
        int rowBytes = runs.Sum();
        int at = 0;
        for (int i = 0; i < runs.Length; i++)
        {
            ReadOnlySpan<byte> source = call.InputBytes(i);
            for (int row = 0; row < outer; row++)
            {
                source.Slice(row * runs[i], runs[i]).CopyTo(result[((row * rowBytes) + at)..]);
            }

            at += runs[i];
        }
    }

    /// <inheritdoc/>
    public override long? PlaceInResult(Node node, int inputIndex) => Runs(node) is (1, var runs) ? runs.Take(inputIndex).Sum(run => (long)run) : null;

    /// <inheritdoc/>
    public override RowWindow? RowsRead(Node node, int inputIndex) =>
        node.AttributesAs<ConcatenateAttributes>().Axis >= 2 && !node.Input(inputIndex).IsConstant ? RowWindow.Same : null;

    /// <inheritdoc/>
    public OperatorAttributes? Permuted(Node node, IReadOnlyList<int> permutation) =>
        new ConcatenateAttributes(permutation[node.AttributesAs<ConcatenateAttributes>().Axis]);

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        (int outer, int[] runs) = Runs(node);
        string operands = string.Join(", ", node.Inputs.Select(context.Read));
        return new(
            "edgeai_concatenate", "edgeai_concatenate",
            [
                KernelField.Of("operands", runs.Length),
                KernelField.Of("rows", outer),
                KernelField.Pointer("run_bytes", context.Constant<int>(node, "run_bytes", runs)),
            ],
            [$"(const void *const[]){{{operands}}}", context.Write(node.Output)]);
    }

    /// <inheritdoc/>
    protected override Shape InferShape(Node node, Tensor x)
    {
        int axis = node.AttributesAs<ConcatenateAttributes>().Axis;
        if (axis < 0 || axis >= x.Shape.Rank)
        {
            throw new OperatorException($"Concatenate has the axis {axis}; '{x.Name}' {x.Shape} has 0 to {x.Shape.Rank - 1}");
        }

        int[] extents = [.. x.Shape.Extents];
        for (int i = 1; i < node.Inputs.Count; i++)
        {
            Tensor other = node.OptionalInput(i) ?? throw new OperatorException($"Concatenate is not given operand {i}");
            if (other.Type != x.Type || other.Shape.Rank != x.Shape.Rank
                || Enumerable.Range(0, extents.Length).Any(at => at != axis && other.Shape[at] != extents[at]))
            {
                throw new OperatorException(
                    $"Concatenate along axis {axis} takes operands of one type, equal in every other extent; '{x}' and '{other}' are not");
            }

            extents[axis] = checked(extents[axis] + other.Shape[axis]);
        }

        return new Shape(extents);
    }

    // How many rows each operand has in front of the axis, and the bytes of one row of each.
    private static (int Rows, int[] RunBytes) Runs(Node node)
    {
        int axis = node.AttributesAs<ConcatenateAttributes>().Axis;
        Tensor first = node.Input(0);
        long rows = new Shape(first.Shape.Extents.AsSpan()[..axis]).ElementCount;
        int[] runs = [.. node.Inputs.Select(operand =>
            checked((int)(new Shape(operand!.Shape.Extents.AsSpan()[axis..]).ElementCount * operand.Type.ByteSize())))];
        return (checked((int)rows), runs);
    }
}
