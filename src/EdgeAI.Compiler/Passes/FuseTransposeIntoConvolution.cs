using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// A Transpose to channels last that only float convolutions without groups read becomes their own way of reading (PlanarConv2D): the copy of the image
/// is gone, and the image itself lives until the last of them has run.
/// </summary>
internal static class FuseTransposeIntoConvolution
{
    private static readonly ImmutableArray<int> ToChannelsLast = [0, 2, 3, 1];

    /// <summary>The graph with every such Transpose fused; null where there is none.</summary>
    public static Graph? Of(Graph graph)
    {
        if (!graph.Nodes.Any(node => Readers(graph, node).Length > 0))
        {
            return null;
        }

        Graph fused = GraphCopy.Of(graph);
        foreach (Node transpose in fused.Nodes.ToArray())
        {
            Node[] readers = Readers(fused, transpose);
            foreach (Node reader in readers)
            {
                fused.Nodes[fused.Nodes.IndexOf(reader)] = Planar(fused, reader, transpose.Input(0));
            }

            if (readers.Length > 0)
            {
                fused.Nodes.Remove(transpose);
            }
        }

        return fused;
    }

    /// <summary>The convolutions that read a Transpose; none where anything else reads it too.</summary>
    private static Node[] Readers(Graph graph, Node transpose)
    {
        if (transpose.Attributes is not TransposeAttributes { Permutation: var permutation } || !permutation.SequenceEqual(ToChannelsLast)
            || transpose.Operator != "Transpose" || OperatorCatalog.Of(transpose).IsView(transpose) || graph.Outputs.Contains(transpose.Output))
        {
            return [];
        }

        Node[] readers = [.. graph.Consumers()[transpose.Output]];
        return readers.All(reader => ReadsPlanes(reader, transpose.Output)) ? readers : [];
    }

    private static bool ReadsPlanes(Node node, Tensor image) =>
        node.Operator == "Conv2D" && node.Attributes is Conv2DAttributes { Groups: 1 } && node.Linked is null && node.Input(0) == image
        && image.Type == ElementType.Float32 && node.Input(1).IsConstant && node.OptionalInput(2) is null or { IsConstant: true };

    private static Node Planar(Graph graph, Node convolution, Tensor planes)
    {
        Tensor weights = convolution.Input(1);
        var order = new Permutation([0, 1, 3, 2]);
        var planar = new Tensor(graph.UniqueTensorName($"{weights.Name}/ohiw"), weights.Type, order.Apply(weights.Shape))
        {
            Constant = order.Apply(weights.Constant!.Value.Span, weights.Shape, weights.Type.ByteSize()),
        };
        return new Node(convolution.Name, "PlanarConv2D", convolution.Attributes)
        {
            Source = convolution.Source,
            Inputs = [planes, planar, .. convolution.Inputs.Skip(2)],
            Outputs = [.. convolution.Outputs],
        };
    }
}
