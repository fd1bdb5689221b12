using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Planning.Parts;

namespace EdgeAI.Compiler.Planning;

/// <summary>
/// Which tensors are views, and of what: a view is its first operand's bytes, so that a view of a constant takes no memory. What is stored in a
/// state is the state's bytes. A part is some of the bytes of a larger tensor, by the choice of a plan.
/// </summary>
public sealed class TensorPlaces
{
    private readonly Dictionary<Tensor, Tensor> _viewed = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, PartLink> _parts = new(ReferenceEqualityComparer.Instance);

    /// <summary>Finds the views of a graph.</summary>
    public TensorPlaces(Graph graph)
    {
        foreach (Node node in graph.Nodes)
        {
            if (IsView(node) || OperatorCatalog.Of(node).StateUse == StateUse.Stores)
            {
                _viewed[node.Output] = RootOf(node.Input(0));
            }
        }
    }

    /// <summary>The views of a graph, some of whose tensors are parts of others.</summary>
    internal TensorPlaces(TensorPlaces views, IEnumerable<PartLink> parts)
    {
        _viewed = views._viewed;
        foreach (PartLink part in parts)
        {
            _parts.Add(part.Part, part);
        }
    }

    /// <summary>Whether nothing runs for a node.</summary>
    public static bool IsView(Node node) => OperatorCatalog.Of(node).IsView(node);

    /// <summary>The tensor whose bytes a tensor is: itself unless it is a view or a part.</summary>
    public Tensor RootOf(Tensor tensor) => PlaceOf(tensor).Root;

    /// <summary>The tensor whose bytes a tensor is, and where in it the tensor begins, in bytes.</summary>
    public (Tensor Root, long Offset) PlaceOf(Tensor tensor)
    {
        Tensor root = _viewed.GetValueOrDefault(tensor, tensor);
        long offset = 0;
        while (_parts.TryGetValue(root, out PartLink part))
        {
            root = _viewed.GetValueOrDefault(part.Whole, part.Whole);
            offset += part.Offset;
        }

        return (root, offset);
    }
}
