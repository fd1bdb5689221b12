using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Tabular;

/// <summary>A node of a tree as a file has it.</summary>
/// <param name="Feature">What is compared.</param>
/// <param name="Branch">How; with more values than one, <see cref="TreeBranch.Equal"/> to one of them.</param>
/// <param name="Values">What it is compared with; none is equal to nothing.</param>
/// <param name="HoldsForNaN">Whether the branch holds for a feature that is NaN.</param>
/// <param name="Yes">The node where it holds.</param>
/// <param name="No">The node where it does not.</param>
internal sealed record TreeSplit(int Feature, TreeBranch Branch, float[] Values, bool HoldsForNaN, int Yes, int No);

/// <summary>
/// Trees of a file on their way to the constants of <see cref="TreeEnsembleOperator"/>: parents stand in front of their children. Being one of several values
/// is a row of branches that all lead to the same node where they hold.
/// </summary>
/// <param name="splitOf">The node of a number; null for a leaf.</param>
/// <param name="weightsOf">What the leaf of a number adds to which targets.</param>
/// <param name="most">Nodes and leaves of all trees together: two parents of one node, or a cycle, make more.</param>
internal sealed class TreeTable(Func<int, TreeSplit?> splitOf, Func<int, IEnumerable<(int Target, float Weight)>> weightsOf, long most)
{
    private const int Yes = 2;
    private const int No = 3;

    private readonly List<int[]> _nodes = [];
    private readonly List<float> _values = [];
    private readonly List<int> _targets = [];
    private readonly List<float> _weights = [];
    private readonly List<int> _roots = [];
    private long _visited;

    /// <summary>Adds the tree under a root; how many of the file's nodes it has.</summary>
    public int Add(int root)
    {
        _roots.Add(_nodes.Count);
        long before = _visited;
        var open = new Stack<(int Node, int First, int Count, int Entry)>([(root, 0, 0, 0)]);
        while (open.TryPop(out (int Node, int First, int Count, int Entry) next))
        {
            if (++_visited > most)
            {
                throw new OnnxNodeException($"the tree of root {root} is no tree", "Each node has one parent");
            }

            int at = _nodes.Count;
            for (int parent = next.First; parent < next.First + next.Count; parent++)
            {
                _nodes[parent][next.Entry] = at;
            }

            if (splitOf(next.Node) is not { } split)
            {
                AddLeaf(next.Node);
                continue;
            }

            float[] values = split.Values.Length == 0 ? [float.NaN] : split.Values;
            for (int i = 0; i < values.Length; i++)
            {
                _nodes.Add([split.Feature, (int)split.Branch, 0, at + i + 1, split.HoldsForNaN ? 1 : 0]);
                _values.Add(values[i]);
            }

            open.Push((split.No, _nodes.Count - 1, 1, No));
            open.Push((split.Yes, at, values.Length, Yes));
        }

        return (int)(_visited - before);
    }

    /// <summary>The node that walks them; a score for each offset.</summary>
    public Tensor Ensemble(OnnxNode node, OnnxGraphBuilder builder, Tensor x, TreeAggregation aggregation, float[] offsets)
    {
        return builder.Add("TreeEnsemble", new TreeEnsembleAttributes(offsets.Length, aggregation), x,
            Constant("nodes", ElementType.Int32, new Shape(_nodes.Count, 5), [.. _nodes.SelectMany(entry => entry)]),
            Constant<float>("values", ElementType.Float32, new Shape(_values.Count), [.. _values]),
            Constant("targets", ElementType.Int32, new Shape(_targets.Count), [.. _targets]),
            Constant<float>("weights", ElementType.Float32, new Shape(_weights.Count), [.. _weights]),
            Constant("roots", ElementType.Int32, new Shape(_roots.Count), [.. _roots]),
            Constant("base", ElementType.Float32, new Shape(offsets.Length), offsets));

        Tensor Constant<T>(string name, ElementType type, Shape shape, T[] numbers) where T : unmanaged =>
            Tensor.FromValues<T>(builder.UniqueTensorName($"{node.Name}/{name}"), type, shape, numbers);
    }

    private void AddLeaf(int leaf)
    {
        int first = _targets.Count;
        foreach ((int target, float weight) in weightsOf(leaf))
        {
            _targets.Add(target);
            _weights.Add(weight);
        }

        _nodes.Add([first, (int)TreeBranch.Leaf, _targets.Count - first, 0, 0]);
        _values.Add(0);
    }
}
