using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;

namespace EdgeAI.Compiler.Operators.Tabular;

/// <summary>TreeEnsemble of ONNX-ML (version 5): inner nodes and leaves in lists of their own, branches by number, sets of members.</summary>
internal sealed class TreeEnsembleTensorsOnnx : IOnnxForm
{
    private const int Member = 6;
    private static readonly string[] Transforms = ["NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"];
    private static readonly TreeAggregation[] Aggregations = [TreeAggregation.Average, TreeAggregation.Sum, TreeAggregation.Minimum, TreeAggregation.Maximum];

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["ai.onnx.ml:TreeEnsemble"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = Plain.Cast(builder, node.Input(0), ElementType.Float32);
        long[] features = Required(node, "nodes_featureids");
        byte[] modes = TensorOf(node, "nodes_modes", ElementType.UInt8).Values<byte>().ToArray();
        float[] splits = TensorOf(node, "nodes_splits", ElementType.Float32).Values<float>().ToArray();
        long[] forNaN = node.Ints("nodes_missing_value_tracks_true") is { Length: > 0 } tracks ? [.. tracks] : new long[features.Length];
        Children yes = new(Required(node, "nodes_truenodeids"), Required(node, "nodes_trueleafs"));
        Children no = new(Required(node, "nodes_falsenodeids"), Required(node, "nodes_falseleafs"));
        long[] targets = Required(node, "leaf_targetids");
        float[] weights = TensorOf(node, "leaf_weights", ElementType.Float32).Values<float>().ToArray();
        long[] roots = Required(node, "tree_roots");
        int count = features.Length;
        bool agree = modes.Length == count && splits.Length == count && forNaN.Length == count && yes.Has(count) && no.Has(count) && targets.Length == weights.Length;
        if (!agree)
        {
            throw new OnnxNodeException("the lists of nodes or of leaves have different lengths", "Give every list an entry for each node or leaf");
        }

        float[][] values = Values(node, modes, splits);
        var table = new TreeTable(Split, leaf => [(TreeEnsembleOnnx.Index(targets[leaf - count], "leaf_targetids"), weights[leaf - count])], (2L * count) + roots.Length);
        foreach (long root in roots)
        {
            table.Add(root >= 0 && root < count ? (int)root : throw new OnnxNodeException($"tree_roots holds {root}", $"There are {count} nodes"));
        }

        TreeAggregation aggregation = Named(node, "aggregate_function", 1, Aggregations);
        float[] offsets = new float[TreeEnsembleOnnx.Index(node.Int("n_targets", 1), "n_targets")];
        Tensor scores = table.Ensemble(node, builder, x, aggregation, offsets);
        builder.Bind(node, 0, ClassScores.Transformed(Named(node, "post_transform", 0, Transforms), builder, scores));

        // Leaves are counted behind the nodes.
        TreeSplit? Split(int i) => i >= count ? null : new(
            TreeEnsembleOnnx.Index(features[i], "nodes_featureids"), modes[i] == Member ? TreeBranch.Equal : (TreeBranch)modes[i], values[i], forNaN[i] != 0,
            yes.Of(i, count, targets.Length), no.Of(i, count, targets.Length));
    }

    /// <summary>What each node compares with: a number, or the next of the sets of members that NaNs divide.</summary>
    private static float[][] Values(OnnxNode node, byte[] modes, float[] splits)
    {
        float[] members = node.Has("membership_values") ? TensorOf(node, "membership_values", ElementType.Float32).Values<float>().ToArray() : [];
        int at = 0;
        float[][] values = new float[modes.Length][];
        for (int i = 0; i < modes.Length; i++)
        {
            if (modes[i] > Member)
            {
                throw new OnnxNodeException($"a node's mode is {modes[i]}", $"0 to {Member} are supported");
            }

            if (modes[i] < Member)
            {
                values[i] = [splits[i]];
                continue;
            }

            values[i] = at < members.Length ? [.. members.Skip(at).TakeWhile(member => !float.IsNaN(member))]
                : throw new OnnxNodeException("membership_values has fewer sets than nodes ask for", "Give each BRANCH_MEMBER its set, NaN behind it");
            at += values[i].Length + 1;
        }

        return values;
    }

    private static T Named<T>(OnnxNode node, string attribute, int fallback, T[] meanings) =>
        node.Int(attribute, fallback) is >= 0 and var index && index < meanings.Length ? meanings[index]
            : throw new OnnxNodeException($"{attribute} is {node.Int(attribute, fallback)}", $"0 to {meanings.Length - 1} are supported");

    private static long[] Required(OnnxNode node, string name) => [.. node.Ints(name) ?? throw TreeEnsembleOnnx.Missing(name)];

    private static Tensor TensorOf(OnnxNode node, string name, ElementType type) => node.TensorOf(name) is not { } tensor ? throw TreeEnsembleOnnx.Missing(name)
        : tensor.Type == type ? tensor : throw new OnnxNodeException($"{name} is {tensor.Type.DisplayName()}", $"{type.DisplayName()} is meant");

    /// <summary>Where branches lead: to a node, or where it is told to a leaf.</summary>
    private readonly record struct Children(long[] Ids, long[] AreLeaves)
    {
        public bool Has(int count) => Ids.Length == count && AreLeaves.Length == count;

        public int Of(int node, int nodes, int leaves)
        {
            int most = AreLeaves[node] != 0 ? leaves : nodes;
            return Ids[node] >= 0 && Ids[node] < most ? (int)Ids[node] + (AreLeaves[node] != 0 ? nodes : 0)
                : throw new OnnxNodeException($"node {node} leads to {(AreLeaves[node] != 0 ? "leaf" : "node")} {Ids[node]}", $"There are {most}");
        }
    }
}
