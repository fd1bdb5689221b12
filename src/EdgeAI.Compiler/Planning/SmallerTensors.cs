using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Planning;

/// <summary>What can make the tensors smaller that stand in an arena's peak.</summary>
public static class SmallerTensors
{
    /// <summary>
    /// <c>resolution, channels</c>, and a smaller type where one of the tensors has a larger one than int8 for the layers' sake. Float values that border conversions read
    /// or make are not meant: <see cref="BorderSaving"/> tells of them.
    /// </summary>
    /// <param name="graph">The planned graph.</param>
    /// <param name="peak">The buffers alive at the peak of its plan.</param>
    public static string Ways(Graph graph, IEnumerable<PlannedBuffer> peak)
    {
        HashSet<string> names = [.. peak.SelectMany(buffer => buffer.Tensors)];
        ILookup<Tensor, Node> consumers = graph.Consumers();
        Dictionary<Tensor, Node> producers = graph.Producers();
        bool IsBorder(Tensor tensor) =>
            graph.Inputs.Contains(tensor) ? consumers[tensor].All(node => node.Operator.StartsWith("Quantize", StringComparison.Ordinal))
            : graph.Outputs.Contains(tensor) && producers.TryGetValue(tensor, out Node? maker) && maker.Operator.StartsWith("Dequantize", StringComparison.Ordinal);
        Tensor[] inner = [.. graph.Tensors().Where(tensor => !tensor.IsConstant && names.Contains(tensor.Name) && !IsBorder(tensor))];
        return "resolution, channels"
            + (inner.Any(tensor => tensor.Type.IsFloat()) ? ", an integer type in place of float" : "")
            + (inner.Any(tensor => tensor.Type == ElementType.Int16) ? ", int8 in place of int16" : "");
    }
}
