using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Planning.Parts;

/// <summary>
/// Finds the tensors of a graph that can be parts of others, by <see cref="Operator.PlaceInOperand"/> and <see cref="Operator.PlaceInResult"/>. Constants and
/// states stay where they are, and so do slices of them; a part begins at a multiple of <see cref="MemoryPlanner.AlignmentOf"/> its type.
/// </summary>
internal static class PartLinks
{
    /// <summary>
    /// For each such tensor, in the order of the nodes, what it can be a part of: of one at a time. Any choice of one from each is free of circles, for a
    /// slice comes behind its whole, a concatenation behind its parts, and no tensor is both.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<PartLink>> Find(Graph graph, TensorPlaces views)
    {
        var fixedRoots = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        foreach (Node node in graph.Nodes.Where(node => OperatorCatalog.Of(node).StateUse == StateUse.Holds))
        {
            fixedRoots.Add(node.Output);
        }

        var links = new Dictionary<Tensor, List<PartLink>>(ReferenceEqualityComparer.Instance);
        var inOrder = new List<List<PartLink>>();
        void Add(Tensor part, Tensor whole, long? offset)
        {
            Tensor root = views.RootOf(part);
            if (offset is not { } at || part.ByteSize == 0 || at % MemoryPlanner.AlignmentOf(part.Type) != 0
                || IsFixed(root) || IsFixed(views.RootOf(whole)) || (links.TryGetValue(root, out List<PartLink>? known) && known.Exists(link => link.Whole == whole)))
            {
                return;
            }

            if (known is null)
            {
                links.Add(root, known = []);
                inOrder.Add(known);
            }

            known.Add(new(root, whole, at));
        }

        bool IsFixed(Tensor root) => root.IsConstant || fixedRoots.Contains(root);
        foreach (Node node in graph.Nodes.Where(node => node.Outputs.Count == 1 && !TensorPlaces.IsView(node)))
        {
            Operator definition = OperatorCatalog.Of(node);
            for (int i = 0; i < node.Inputs.Count; i++)
            {
                if (node.Inputs[i] is { } operand)
                {
                    Add(operand, node.Output, definition.PlaceInResult(node, i));
                }
            }

            if (node.Inputs.Count > 0 && node.Inputs[0] is { } whole)
            {
                Add(node.Output, whole, definition.PlaceInOperand(node));
            }
        }

        return inOrder;
    }
}
