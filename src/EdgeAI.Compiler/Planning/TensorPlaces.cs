using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Planning;

/// <summary>
/// Which tensors are views, and of what: a view is its first operand's bytes, so that a view of a constant takes no memory. What is stored in a
/// state is the state's bytes.
/// </summary>
public sealed class TensorPlaces
{
    private readonly Dictionary<Tensor, Tensor> _viewed = new(ReferenceEqualityComparer.Instance);

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

    /// <summary>Whether nothing runs for a node.</summary>
    public static bool IsView(Node node) => OperatorCatalog.Of(node).IsView(node);

    /// <summary>The tensor whose bytes a tensor is: itself unless it is a view.</summary>
    public Tensor RootOf(Tensor tensor) => _viewed.GetValueOrDefault(tensor, tensor);
}
