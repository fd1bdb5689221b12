using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Quantizing;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// Quantize or Dequantize and a Transpose behind or in front of it, which no other node reads, become one that reads each element from where it lies. A
/// Reshape between the two goes to the other side of the conversion first. For graphs whose border is final: run once, when types and layouts of
/// inputs and outputs have been set.
/// </summary>
public static class FuseTransposeIntoConversion
{
    /// <summary>Changes the graph.</summary>
    public static void Run(Graph graph)
    {
        foreach (Node transpose in graph.Nodes.Where(IsMoved).ToArray())
        {
            if (graph.Producers().GetValueOrDefault(transpose.Input(0)) is { Operator: "Reshape" } shaped && graph.OnlyConsumer(shaped.Output) == transpose
                && graph.Producers().GetValueOrDefault(shaped.Input(0)) is { } made && IsConversion(made) && graph.OnlyConsumer(made.Output) == shaped)
            {
                Exchange(graph, made, shaped);
            }
            else if (graph.OnlyConsumer(transpose.Output) is { Operator: "Reshape" } reshape && graph.OnlyConsumer(reshape.Output) is { } read && IsConversion(read))
            {
                Exchange(graph, reshape, read);
            }

            Dictionary<Tensor, Node> producers = graph.Producers();
            if (producers.GetValueOrDefault(transpose.Input(0)) is { } before && IsConversion(before) && graph.OnlyConsumer(before.Output) == transpose)
            {
                Fuse(graph, before, transpose, before, transpose);
            }
            else if (graph.OnlyConsumer(transpose.Output) is { } behind && IsConversion(behind))
            {
                Fuse(graph, transpose, behind, behind, transpose);
            }
        }
    }

    private static bool IsMoved(Node node) => node.Operator == "Transpose" && !OperatorCatalog.Of(node).IsView(node) && !node.Input(0).IsConstant;

    private static bool IsConversion(Node node) =>
        node.Operator is "Quantize" or "Dequantize"
        && (node.Operator == "Quantize" ? node.Output : node.Input(0)) is { Type: ElementType.Int8 or ElementType.Int16, Quantization.IsPerChannel: false };

    /// <summary>Of a Reshape and a conversion, the second reads what the first read, and the first gives what the second gave.</summary>
    private static void Exchange(Graph graph, Node first, Node second)
    {
        bool isReshapeFirst = first.Operator == "Reshape";
        (Tensor from, Tensor between, Tensor to) = (first.Input(0), first.Output, second.Output);
        var other = new Tensor(
            graph.UniqueTensorName(between.Name), isReshapeFirst ? to.Type : from.Type, isReshapeFirst ? from.Shape : to.Shape)
        {
            Quantization = isReshapeFirst ? to.Quantization : from.Quantization,
        };
        second.Inputs[0] = from;
        second.Outputs[0] = other;
        first.Inputs[0] = other;
        first.Outputs[0] = to;
        graph.Nodes.Remove(first);
        graph.Nodes.Insert(graph.Nodes.IndexOf(second) + 1, first);
    }

    private static void Fuse(Graph graph, Node first, Node second, Node conversion, Node transpose)
    {
        string name = conversion.Attributes is QuantizeAttributes { HalfToEven: true } ? "QuantizeEven" : conversion.Operator;
        var fused = new Node(conversion.Name, name + "Transposed", transpose.AttributesAs<TransposeAttributes>())
        {
            Inputs = [first.Input(0)],
            Outputs = [second.Output],
            Source = conversion.Source,
        };
        graph.Nodes[graph.Nodes.IndexOf(second)] = fused;
        graph.Nodes.Remove(first);
    }
}
