using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Stores weights of 4 bits as such in a graph that comes quantized: int8 constants within −8 and 7 that integer layers alone read as weights become int4
/// of the same integers. What the layers compute stays the same.
/// </summary>
internal static class NarrowWeights
{
    /// <summary>Whether a node is an int8 layer whose kernels read int4 weights.</summary>
    public static bool IsLayer(Node node) =>
        node.Operator is "Conv2D" or "DepthwiseConv2D" or "FullyConnected" && node.Input(0).Type == ElementType.Int8
        && node.Input(1) is { IsConstant: true, Type: ElementType.Int8, Quantization: { } quantization } && quantization.ZeroPoints.All(zeroPoint => zeroPoint == 0);

    /// <summary>Changes the layers of a graph.</summary>
    public static void Pack(Graph graph)
    {
        ILookup<Tensor, Node> readers = graph.Consumers();
        var packed = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        foreach (Node node in graph.Nodes.Where(IsLayer))
        {
            Tensor weights = node.Input(1);
            if (!packed.TryGetValue(weights, out Tensor? narrow))
            {
                bool isWeight = readers[weights].All(reader => IsLayer(reader) && reader.Inputs.Count(input => ReferenceEquals(input, weights)) == 1
                    && ReferenceEquals(reader.Input(1), weights));
                if (!isWeight || graph.Outputs.Contains(weights) || !Nibbles.Hold(weights.Values<sbyte>()))
                {
                    continue;
                }

                packed[weights] = narrow = Tensor.FromNibbles(weights.Name, weights.Shape, weights.Values<sbyte>(), weights.Quantization);
            }

            node.Inputs[1] = narrow;
        }
    }
}
