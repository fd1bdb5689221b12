using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// What a managed run of a graph takes, in multiplications: those of its layers, one for each element of a result, and what a call takes however small its node
/// is, so that a model of many small nodes is not taken for one that costs nothing.
/// </summary>
internal static class RunWork
{
    private const long OfCall = 256;

    /// <summary>Of all nodes; 1 at least.</summary>
    public static long Of(Graph graph) => Math.Max(1, graph.Nodes.Sum(Of));

    /// <summary>Of one node.</summary>
    public static long Of(Node node) =>
        OfCall + OperatorCatalog.Of(node).CountMacs(node) + node.Outputs.Sum(output => output.Shape.ElementCount);
}
