using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.Logic;
using EdgeAI.Compiler.Operators.Softmax;

namespace EdgeAI.Compiler.Operators.Tabular;

/// <summary>TreeEnsembleRegressor and TreeEnsembleClassifier of ONNX-ML, with trees as lists of nodes in attributes.</summary>
internal sealed class TreeEnsembleOnnx : IOnnxForm
{
    private static readonly Dictionary<string, TreeBranch> Branches = new(StringComparer.Ordinal)
    {
        ["BRANCH_LEQ"] = TreeBranch.LessOrEqual,
        ["BRANCH_LT"] = TreeBranch.Less,
        ["BRANCH_GTE"] = TreeBranch.GreaterOrEqual,
        ["BRANCH_GT"] = TreeBranch.Greater,
        ["BRANCH_EQ"] = TreeBranch.Equal,
        ["BRANCH_NEQ"] = TreeBranch.NotEqual,
    };

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["ai.onnx.ml:TreeEnsembleRegressor", "ai.onnx.ml:TreeEnsembleClassifier"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = Plain.Cast(builder, node.Input(0), ElementType.Float32);
        x = x.Shape.Rank == 1 ? builder.Reshape(x, "rows", 1, x.Shape[0]) : x;
        if (node.OperatorType == "TreeEnsembleRegressor")
        {
            TreeAggregation aggregation = node.Text("aggregate_function", "SUM") switch
            {
                "SUM" => TreeAggregation.Sum,
                "AVERAGE" => TreeAggregation.Average,
                "MIN" => TreeAggregation.Minimum,
                "MAX" => TreeAggregation.Maximum,
                var other => throw new OnnxNodeException($"aggregate_function is '{other}'", "SUM, AVERAGE, MIN and MAX are supported"),
            };
            int targets = Index(node.Int("n_targets", 1), "n_targets");
            Tensor scores = Trees(node, builder, x, "target", targets, aggregation);
            builder.Bind(node, 0, ClassScores.Transformed(node, builder, scores));
            return;
        }

        ClassLabels labels = ClassLabels.Read(node);
        int[] classes = [.. (node.Ints("class_ids") ?? []).Distinct().Select(id => Index(id, "class_ids"))];
        bool isOneScore = labels.Count == 2 && classes.Length == 1;
        Tensor raw = Trees(node, builder, x, "class", labels.Count, TreeAggregation.Sum, isOneScore ? classes[0] : null);
        if (!isOneScore)
        {
            ClassScores.Bind(node, builder, labels, raw, ClassScores.Transformed(node, builder, raw));
            return;
        }

        Tensor score = builder.Slice(raw, "score", [0, classes[0]], [raw.Shape[0], 1], [1, 1]);
        bool isShare = (node.Floats("class_weights") ?? []).All(weight => weight >= 0);
        if (classes[0] == 0)
        {
            ClassScores.BindOne(node, builder, labels, score, isShare);
            return;
        }

        // Leaves that weigh for the second class alone: the first has nothing, as ONNX Runtime has it.
        ClassScores.BindLabelOfTwo(node, builder, labels, score, isShare);
        builder.Bind(node, 1, ClassScores.Transformed(node, builder, raw));
    }

    private static Tensor Trees(OnnxNode node, OnnxGraphBuilder builder, Tensor x, string kind, int targets, TreeAggregation aggregation, int? onlyScore = null)
    {
        long[] trees = Required(node, "nodes_treeids");
        long[] ids = Required(node, "nodes_nodeids");
        long[] features = Required(node, "nodes_featureids");
        long[] yes = Required(node, "nodes_truenodeids");
        long[] no = Required(node, "nodes_falsenodeids");
        string[] modes = node.Strings("nodes_modes") ?? throw Missing("nodes_modes");
        float[] values = [.. node.Floats("nodes_values") ?? throw Missing("nodes_values")];
        long[] forNaN = node.Ints("nodes_missing_value_tracks_true") is { Length: > 0 } tracks ? [.. tracks] : new long[trees.Length];
        long[] leafTrees = Required(node, $"{kind}_treeids");
        long[] leafNodes = Required(node, $"{kind}_nodeids");
        long[] leafTargets = Required(node, $"{kind}_ids");
        float[] weights = [.. node.Floats($"{kind}_weights") ?? throw Missing($"{kind}_weights")];
        int count = trees.Length;
        if (new[] { ids.Length, features.Length, yes.Length, no.Length, modes.Length, values.Length, forNaN.Length }.Any(length => length != count)
            || leafNodes.Length != leafTrees.Length || leafTargets.Length != leafTrees.Length || weights.Length != leafTrees.Length)
        {
            throw new OnnxNodeException("the lists of nodes or of leaves have different lengths", "Give every list an entry for each node or leaf");
        }

        var places = new Dictionary<(long Tree, long Node), int>();
        for (int i = 0; i < count; i++)
        {
            places[(trees[i], ids[i])] = i;
        }

        ILookup<(long, long), int> leaves = Enumerable.Range(0, leafTrees.Length).ToLookup(i => (leafTrees[i], leafNodes[i]));
        HashSet<(long, long)> children = [.. Enumerable.Range(0, count).Where(i => modes[i] != "LEAF").SelectMany(i => new[] { (trees[i], yes[i]), (trees[i], no[i]) })];
        var table = new TreeTable(Split, i => leaves[(trees[i], ids[i])].Select(leaf => (Index(leafTargets[leaf], $"{kind}_ids"), weights[leaf])), count);
        foreach (IGrouping<long, int> tree in Enumerable.Range(0, count).GroupBy(i => trees[i]))
        {
            int[] tops = [.. tree.Where(i => !children.Contains((trees[i], ids[i])))];
            if (tops.Length != 1)
            {
                throw new OnnxNodeException($"tree {tree.Key} has {tops.Length} roots", "Each node but one has a parent");
            }

            if (table.Add(tops[0]) != tree.Count())
            {
                throw new OnnxNodeException($"tree {tree.Key} has nodes that its root does not reach", "Each node but one has a parent");
            }
        }

        float[] offsets = [.. node.Floats("base_values") is { Length: > 0 } given ? given : [.. new float[targets]]];
        if (onlyScore is { } only && offsets.Length == 1)
        {
            // Of two classes with one score between them there is one offset.
            float offset = offsets[0];
            offsets = new float[targets];
            offsets[only] = offset;
        }

        if (offsets.Length != targets)
        {
            throw new OnnxNodeException($"base_values has {offsets.Length} entries", $"One for each of {targets} scores is supported");
        }

        return table.Ensemble(node, builder, x, aggregation, offsets);

        TreeSplit? Split(int i) => modes[i] == "LEAF" ? null : new(
            Index(features[i], "nodes_featureids"), Branches.TryGetValue(modes[i], out TreeBranch known) ? known
                : throw new OnnxNodeException($"a node's mode is '{modes[i]}'", $"{string.Join(", ", Branches.Keys)} and LEAF are supported"),
            [values[i]], forNaN[i] != 0, Place(trees[i], yes[i]), Place(trees[i], no[i]));

        int Place(long tree, long id) => places.TryGetValue((tree, id), out int place) ? place
            : throw new OnnxNodeException($"tree {tree} has no node {id}", "Export the model again");
    }

    private static long[] Required(OnnxNode node, string name) => [.. node.Ints(name) ?? throw Missing(name)];

    /// <summary>An attribute that has to be there is not.</summary>
    public static OnnxNodeException Missing(string name) => new($"the attribute {name} is missing", "Export the model again");

    /// <summary>A number of a list, as it counts features, targets and scores.</summary>
    public static int Index(long value, string name) => value is >= 0 and <= 1 << 24 ? (int)value
        : throw new OnnxNodeException($"{name} holds {value}", $"Numbers from 0 to {1 << 24} are supported");
}
