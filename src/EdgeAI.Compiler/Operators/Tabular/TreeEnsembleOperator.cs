using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Tabular;

/// <summary>
/// TreeEnsemble: x [rows,features] walks down each tree and adds what the leaves weigh, in float32 and in the order of the trees. Constants:
/// <list type="bullet">
/// <item>nodes, int32 [nodes,5]: feature, <see cref="TreeBranch"/>, the node where it holds, the node where it does not, and 1 where it holds for NaN.
/// Both nodes stand behind their parent, so that every walk ends. A leaf has the first of its weights and their number as its first and third entry.</item>
/// <item>values [nodes], what features are compared with; targets, int32 [weights], and weights [weights]; roots, int32 [trees]; base [targets].</item>
/// </list>
/// The result is [rows,targets].
/// </summary>
internal sealed class TreeEnsembleOperator : Operator
{
    private const int Entries = 5;

    /// <inheritdoc/>
    public override string Name => "TreeEnsemble";

    /// <inheritdoc/>
    public override Type AttributesType => typeof(TreeEnsembleAttributes);

    /// <inheritdoc/>
    public override OperandRole RoleOf(Node node, int inputIndex) => inputIndex == 0 ? OperandRole.Activation : OperandRole.Untouched;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(Node node)
    {
        OperandRules.AtMost(node, 7);
        Tensor x = node.Operand(0, "x");
        OperandRules.OfType(x, "x", ElementType.Float32);
        int targets = node.AttributesAs<TreeEnsembleAttributes>().Targets;
        int[] nodes = Integers(node, 1, "nodes");
        Constant(node, 2, "values", ElementType.Float32, nodes.Length / Entries);
        int[] ids = Integers(node, 3, "targets");
        Constant(node, 4, "weights", ElementType.Float32, ids.Length);
        int[] roots = Integers(node, 5, "roots");
        Constant(node, 6, "base", ElementType.Float32, targets);
        int count = nodes.Length / Entries;
        bool isSound = x.Shape.Rank == 2 && targets > 0 && nodes.Length % Entries == 0 && roots.All(root => root >= 0 && root < count) && ids.All(id => id >= 0 && id < targets);
        for (int i = 0; i < count && isSound; i++)
        {
            ReadOnlySpan<int> entry = nodes.AsSpan(i * Entries, Entries);
            isSound = entry[1] == (int)TreeBranch.Leaf
                ? entry[0] >= 0 && entry[2] >= 0 && (long)entry[0] + entry[2] <= ids.Length
                : entry[1] is >= 0 and < (int)TreeBranch.Leaf && entry[0] >= 0 && entry[0] < x.Shape[1] && entry[2] > i && entry[2] < count && entry[3] > i && entry[3] < count;
        }

        return isSound
            ? [new(ElementType.Float32, new Shape(x.Shape[0], targets))]
            : throw new OperatorException($"the trees do not fit '{x}' [rows,features] and {targets} targets");
    }

    /// <inheritdoc/>
    public override void Execute(OperatorCall call)
    {
        Shape shape = call.Node.Input(0).Shape;
        (int targets, TreeAggregation aggregation) = call.Node.AttributesAs<TreeEnsembleAttributes>();
        ReadOnlySpan<int> nodes = call.Input<int>(1);
        ReadOnlySpan<float> weights = call.Input<float>(4);
        ReadOnlySpan<int> roots = call.Input<int>(5);
        bool isExtreme = aggregation is TreeAggregation.Minimum or TreeAggregation.Maximum;
        for (int row = 0; row < shape[0]; row++)
        {
            ReadOnlySpan<float> features = call.Input<float>(0).Slice(row * shape[1], shape[1]);
            Span<float> scores = call.Output<float>().Slice(row * targets, targets);
            scores.Fill(isExtreme ? float.NaN : 0);
            foreach (int root in roots)
            {
                int at = root;
                while (nodes[(at * Entries) + 1] != (int)TreeBranch.Leaf)
                {
                    bool holds = Holds((TreeBranch)nodes[(at * Entries) + 1], features[nodes[at * Entries]], call.Input<float>(2)[at], nodes[(at * Entries) + 4] != 0);
                    at = nodes[(at * Entries) + (holds ? 2 : 3)];
                }

                int first = nodes[at * Entries];
                for (int i = first; i < first + nodes[(at * Entries) + 2]; i++)
                {
                    ref float score = ref scores[call.Input<int>(3)[i]];
                    score = !isExtreme ? score + weights[i]
                        : float.IsNaN(score) || (aggregation == TreeAggregation.Minimum ? weights[i] < score : weights[i] > score) ? weights[i]
                        : score;
                }
            }

            for (int target = 0; target < targets; target++)
            {
                float score = isExtreme && float.IsNaN(scores[target]) ? 0 : scores[target];
                scores[target] = (aggregation == TreeAggregation.Average ? score / roots.Length : score) + call.Input<float>(6)[target];
            }
        }
    }

    /// <inheritdoc/>
    public override KernelCall Emit(Node node, EmissionContext context)
    {
        Shape shape = node.Input(0).Shape;
        (int targets, TreeAggregation aggregation) = node.AttributesAs<TreeEnsembleAttributes>();
        return new("edgeai_tree_ensemble_f32", "edgeai_tree_ensemble_f32",
            [
                KernelField.Of("rows", shape[0]), KernelField.Of("features", shape[1]), KernelField.Of("targets", targets),
                KernelField.Of("trees", node.Input(5).Shape.ElementCount), KernelField.Of("aggregation", (int)aggregation),
            ],
            [.. node.Inputs.Select(tensor => context.Read(tensor!)), context.Write(node.Output)]);
    }

    private static bool Holds(TreeBranch branch, float feature, float value, bool forNaN) => (forNaN && float.IsNaN(feature)) || branch switch
    {
        TreeBranch.LessOrEqual => feature <= value,
        TreeBranch.Less => feature < value,
        TreeBranch.GreaterOrEqual => feature >= value,
        TreeBranch.Greater => feature > value,
        TreeBranch.Equal => feature == value,
        _ => feature != value,
    };

    private static int[] Integers(Node node, int index, string role)
    {
        Tensor tensor = node.Operand(index, role);
        OperandRules.OfType(tensor, role, ElementType.Int32);
        return tensor.IsConstant ? tensor.Values<int>().ToArray() : throw new OperatorException($"{role} '{tensor}' must be constant");
    }

    private static void Constant(Node node, int index, string role, ElementType type, int count)
    {
        Tensor tensor = node.Operand(index, role);
        OperandRules.OfType(tensor, role, type);
        if (!tensor.IsConstant || tensor.Shape.ElementCount != count)
        {
            throw new OperatorException($"{role} '{tensor}' must be a constant of {count} elements");
        }
    }
}
