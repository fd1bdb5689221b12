using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Tabular;

/// <summary>
/// Ngrams: how often each of a set of n-grams is in the rows of x, integers [rows,elements] or [elements], times its weight. The elements of an n-gram
/// follow one another at equal distances of 1 to Skips + 1; one element alone counts once. Constants:
/// <list type="bullet">
/// <item>values, int64 [nodes]: the elements of the n-grams as a tree. Nodes with one parent stand side by side in ascending order, behind their parent.</item>
/// <item>links, int32 [nodes + 1, 3]: the first child, the number of children, and the score of the n-gram that ends here, or −1. The first entry is the
/// root's, those of the nodes follow.</item>
/// <item>weights, float32 [scores].</item>
/// </list>
/// The result is float32 [rows,scores] or [scores].
/// </summary>
internal sealed class NgramOperator : Operator
{
    private const int Entries = 3;

    /// <inheritdoc/>
    public override string Name => "Ngrams";

    /// <inheritdoc/>
    public override string? IntegersAsWritten => "int32, int64";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(NgramAttributes);

    /// <inheritdoc/>
    public override OperandRole RoleOf(Node node, int inputIndex) => OperandRole.Untouched;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 4);
        Tensor x = node.Operand(0, "x");
        OperandRules.OfType(x, "x", ElementType.Int32, ElementType.Int64);
        OperandRules.InRange(x.Shape.Rank, 1, 2, "the number of axes");
        Tensor values = Constant(node, 1, "values", ElementType.Int64);
        Tensor links = Constant(node, 2, "links", ElementType.Int32);
        Tensor weights = Constant(node, 3, "weights", ElementType.Float32);
        NgramAttributes attributes = node.AttributesAs<NgramAttributes>();
        OperandRules.InRange(attributes.Least, 1, attributes.Most, "the shortest length");
        OperandRules.InRange(attributes.Skips, 0, 1 << 24, "the number of skips");
        OperandRules.Rank(values, 1, "values");
        OperandRules.Rank(weights, 1, "weights");
        OperandRules.HasShape(links, new Shape(values.Shape[0] + 1, Entries), "links");
        int scores = weights.Shape[0];
        ReadOnlySpan<int> entries = links.Values<int>();
        for (int i = 0; i < entries.Length; i += Entries)
        {
            bool isSound = entries[i] >= i / Entries && entries[i + 1] >= 0 && (long)entries[i] + entries[i + 1] <= values.Shape[0]
                && entries[i + 2] >= -1 && entries[i + 2] < scores;
            if (!isSound)
            {
                throw new OperatorException($"entry {i / Entries} of links '{links}' leaves the {values.Shape[0]} nodes or the {scores} scores");
            }
        }

        return [new(ElementType.Float32, x.Shape.Rank == 1 ? new Shape(scores) : new Shape(x.Shape[0], scores))];
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        Tensor x = call.Node.Input(0);
        (int least, int most, int skips, bool onlyPresence) = call.Node.AttributesAs<NgramAttributes>();
        ReadOnlySpan<long> values = call.Input<long>(1);
        ReadOnlySpan<int> links = call.Input<int>(2);
        ReadOnlySpan<float> weights = call.Input<float>(3);
        int length = x.Shape[-1];
        int rows = x.Shape.Rank == 1 ? 1 : x.Shape[0];
        for (int row = 0; row < rows; row++)
        {
            Span<float> scores = call.Output<float>().Slice(row * weights.Length, weights.Length);
            scores.Clear();
            for (int distance = 1; distance <= Math.Min(skips + 1, Math.Max(1, length)); distance++)
            {
                int shortest = distance > 1 ? Math.Max(2, least) : least;
                for (int start = 0; start < length; start++)
                {
                    int entry = 0;
                    int place = start;
                    for (int count = 1; count <= most && place < length; count++, place += distance)
                    {
                        ReadOnlySpan<long> children = values.Slice(links[entry], links[entry + 1]);
                        int found = children.BinarySearch((long)PlainElements.Integer(call.InputBytes(0), x.Type, ((long)row * length) + place));
                        if (found < 0)
                        {
                            break;
                        }

                        entry = (links[entry] + found + 1) * Entries;
                        if (count >= shortest && links[entry + 2] is >= 0 and var score)
                        {
                            scores[score]++;
                        }
                    }
                }
            }

            for (int i = 0; i < scores.Length; i++)
            {
                scores[i] = (onlyPresence ? Math.Min(scores[i], 1) : scores[i]) * weights[i];
            }
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        Tensor x = node.Input(0);
        (int least, int most, int skips, bool onlyPresence) = node.AttributesAs<NgramAttributes>();
        return new("edgeai_ngrams", "edgeai_ngrams",
            [
                KernelField.Of("rows", x.Shape.Rank == 1 ? 1 : x.Shape[0]), KernelField.Of("length", x.Shape[-1]),
                KernelField.Pointer("type", PlainElements.Constant(x.Type)), KernelField.Of("scores", node.Input(3).Shape[0]),
                KernelField.Of("least", least), KernelField.Of("most", most), KernelField.Of("skips", skips),
                KernelField.Of("only_presence", onlyPresence ? 1 : 0),
            ],
            [.. node.Inputs.Select(tensor => context.Read(tensor!)), context.Write(node.Output)]);
    }

    private static Tensor Constant(Node node, int index, string role, ElementType type)
    {
        Tensor tensor = node.Operand(index, role);
        OperandRules.OfType(tensor, role, type);
        return tensor.IsConstant ? tensor : throw new OperatorException($"{role} '{tensor}' must be constant");
    }
}
