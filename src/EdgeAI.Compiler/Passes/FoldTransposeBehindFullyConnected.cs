using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// FullyConnected with constant float weights for one row, Reshape to an image, Transpose (as decoders have it): the rows of the weights and the bias
/// are put into the order the Transpose makes, and the Transpose goes. Element-wise operators may stand between.
/// </summary>
public sealed class FoldTransposeBehindFullyConnected : Pass
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

    private static bool TryFold(Graph graph, Node transpose)
    {
        var behindReshape = new List<Tensor>();
        Node? reshape = Walk(graph, transpose.Input(0), behindReshape);
        if (reshape is not { Operator: "Reshape" } || Walk(graph, reshape.Input(0), []) is not { Operator: "FullyConnected" } layer
            || layer.Output.Shape[-1] != layer.Output.Shape.ElementCount
            || layer.Input(1) is not { IsConstant: true, Type: ElementType.Float32 } weights
            || layer.OptionalInput(2) is not (null or { IsConstant: true, Type: ElementType.Float32 }))
        {
            return false;
        }

        var permutation = new Permutation(transpose.AttributesAs<TransposeAttributes>().Permutation);
        Shape image = transpose.Input(0).Shape;
        layer.Inputs[1] = Permuted(graph, weights, permutation, image, weights.Shape[1] * sizeof(float));
        if (layer.OptionalInput(2) is { } bias)
        {
            layer.Inputs[2] = Permuted(graph, bias, permutation, image, sizeof(float));
        }

        Shape transposed = transpose.Output.Shape;
        reshape.Attributes = new ReshapeAttributes(transposed.Extents);
        foreach (Tensor tensor in behindReshape)
        {
            tensor.Shape = transposed;
        }

        graph.Replace(transpose, "Reshape", new ReshapeAttributes(transposed.Extents), transpose.Input(0));
        return true;
    }

    /// <summary>The first node behind a value that is not element-wise, when nothing else reads what is on the way; collects the way.</summary>
    private static Node? Walk(Graph graph, Tensor value, List<Tensor> way)
    {
        while (graph.OnlyConsumer(value) is not null && graph.ProducerOf(value) is { } producer)
        {
            way.Add(value);
            if (!FoldTransposeIntoFullyConnected.IsElementWise(producer))
            {
                return producer;
            }

            value = producer.Input(0);
        }

        return null;
    }

    private static Tensor Permuted(Graph graph, Tensor constant, Permutation permutation, Shape image, int rowBytes) =>
        new(graph.UniqueTensorName($"{constant.Name}_permuted"), constant.Type, constant.Shape)
        {
            Constant = permutation.Apply(constant.Constant!.Value.Span, image, rowBytes),
        };
}
