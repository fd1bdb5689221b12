using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// Transpose, Reshape to rows, FullyConnected with constant weights: the columns of the weights are put into the order that the Transpose
/// would undo, and the Transpose goes. Element-wise operators may stand between.
/// </summary>
public sealed class FoldTransposeIntoFullyConnected : Pass
{
    /// <inheritdoc/>
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node transpose in graph.Nodes.Where(node => node.Operator == "Transpose").ToArray())
        {
            changed |= TryFold(graph, transpose);
        }

        return changed;
    }

    /// <summary>The layer with constant weights that reads a Reshape's rows, perhaps through element-wise operators; null when there is none.</summary>
    internal static Node? LayerBehind(Graph graph, Node reshape)
    {
        if (reshape.Output.Shape.Rank == 0)
        {
            return null;
        }

        Tensor value = reshape.Output;
        Node? reader = graph.OnlyConsumer(value);
        while (reader is not null && IsElementWise(reader))
        {
            value = reader.Output;
            reader = graph.OnlyConsumer(value);
        }

        return reader is { Operator: "FullyConnected" } && ReferenceEquals(reader.Inputs[0], value)
            && graph.ConstantBehind(reader.Inputs[1]) is { Quantization: null or { Axis: <= 0 } }
            && Rows(reshape) is var rows && (rows == 1 || reshape.Input(0).Shape[0] == rows)
            ? reader
            : null;
    }

    private static bool TryFold(Graph graph, Node transpose)
    {
        var between = new List<Node>();
        Node? reader = graph.OnlyConsumer(transpose.Output);
        while (reader is not null && IsElementWise(reader))
        {
            between.Add(reader);
            reader = graph.OnlyConsumer(reader.Output);
        }

        if (reader is not { Operator: "Reshape" } || LayerBehind(graph, reader) is not { } layer)
        {
            return false;
        }

        var permutation = new Permutation(transpose.AttributesAs<TransposeAttributes>().Permutation);
        Shape shape = transpose.Output.Shape;
        int lead = LeadingAxes(permutation, shape, Rows(reader));
        if (lead < 0)
        {
            return false;
        }

        Tensor weights = graph.ConstantBehind(layer.Inputs[1])!;
        int[] tail = [.. shape.Extents.Skip(lead)];
        int[] tailOrder = [.. permutation.Axes.Skip(lead).Select(axis => axis - lead + 1)];
        byte[] bytes = new Permutation([0, .. tailOrder]).Inverse()
            .Apply(weights.Constant!.Value.Span, new Shape([weights.Shape[0], .. tail]), weights.Type.ByteSize());
        var permuted = new Tensor(graph.UniqueTensorName($"{weights.Name}_permuted"), weights.Type, weights.Shape)
        {
            Constant = bytes,
            Quantization = weights.Quantization,
        };
        layer.Inputs[1] = layer.Input(1).IsConstant
            ? permuted
            : graph.InsertBefore(layer, "Dequantize", NoAttributes.Instance, $"{layer.Input(1).Name}_permuted", layer.Input(1).Type,
                weights.Shape, null, permuted);

        Tensor source = transpose.Input(0);
        (between.Count > 0 ? between[0] : reader).Inputs[0] = source;
        foreach (Node node in between)
        {
            node.Output.Shape = source.Shape;
        }

        graph.Nodes.Remove(transpose);
        return true;
    }

    /// <summary>Whether each element of the result comes from the same element of the only operand, at any place alike.</summary>
    internal static bool IsElementWise(Node node) =>
        node.Attributes is ClampAttributes or UnaryAttributes
        || (node.Operator is "Quantize" or "Dequantize" or "Requantize"
            && node.Input(0).Quantization is not { IsPerChannel: true } && node.Output.Quantization is not { IsPerChannel: true });

    private static long Rows(Node reshape)
    {
        int columns = reshape.Output.Shape[-1];
        return columns == 0 ? 0 : reshape.Output.Shape.ElementCount / columns;
    }

    /// <summary>How many axes in front, kept in place by the Transpose, make up the rows; −1 when the rows are cut otherwise.</summary>
    private static int LeadingAxes(Permutation permutation, Shape shape, long rows)
    {
        long product = 1;
        for (int lead = 0; lead <= permutation.Rank; lead++)
        {
            if (product == rows)
            {
                return lead;
            }

            if (lead == permutation.Rank || permutation.Axes[lead] != lead)
            {
                return -1;
            }

            product *= shape[lead];
        }

        return -1;
    }
}
