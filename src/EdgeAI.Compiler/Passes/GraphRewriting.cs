using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Passes;

/// <summary>The steps that passes are made of. Each leaves the graph whole.</summary>
internal static class GraphRewriting
{
    public static bool IsOutput(this Graph graph, Tensor tensor) => graph.Outputs.Any(output => ReferenceEquals(output, tensor));

    public static bool IsInput(this Graph graph, Tensor tensor) => graph.Inputs.Any(input => ReferenceEquals(input, tensor));

    /// <summary>The only reader of a value that is no graph output; null when there are more or none.</summary>
    public static Node? OnlyConsumer(this Graph graph, Tensor tensor)
    {
        if (graph.IsOutput(tensor))
        {
            return null;
        }

        Node? found = null;
        foreach (Node node in graph.Nodes)
        {
            foreach (Tensor? input in node.Inputs)
            {
                if (ReferenceEquals(input, tensor))
                {
                    if (found is not null)
                    {
                        return null;
                    }

                    found = node;
                }
            }
        }

        return found;
    }

    /// <summary>The node that makes a value; null for inputs and constants.</summary>
    public static Node? ProducerOf(this Graph graph, Tensor? tensor)
    {
        foreach (Node node in graph.Nodes)
        {
            foreach (Tensor output in node.Outputs)
            {
                if (ReferenceEquals(output, tensor))
                {
                    return node;
                }
            }
        }

        return null;
    }

    /// <summary>
    /// Takes a node out whose result equals one of its operands, so that readers of the result read the operand. A graph output keeps its
    /// name: the operand's producer makes it instead. Returns false, changing nothing, where that cannot be.
    /// </summary>
    public static bool TryBypass(this Graph graph, Node node, Tensor operand)
    {
        Tensor result = node.Output;
        if (result.Type != operand.Type || result.Shape != operand.Shape || !Equals(result.Quantization, operand.Quantization))
        {
            return false;
        }

        if (!graph.IsOutput(result))
        {
            graph.Nodes.Remove(node);
            graph.ReplaceUses(result, operand);
            return true;
        }

        Node? producer = graph.ProducerOf(operand);
        if (producer is null || graph.IsOutput(operand))
        {
            return false;
        }

        graph.Nodes.Remove(node);
        for (int i = 0; i < producer.Outputs.Count; i++)
        {
            if (ReferenceEquals(producer.Outputs[i], operand))
            {
                producer.Outputs[i] = result;
            }
        }

        graph.ReplaceUses(operand, result);
        return true;
    }

    /// <summary>A node with one result, in front of <paramref name="before"/>. Names are made unique; the source is that of <paramref name="before"/>.</summary>
    public static Tensor InsertBefore(this Graph graph, Node before, string operatorName, OperatorAttributes attributes,
        string name, ElementType type, Shape shape, QuantizationParameters? quantization, params ReadOnlySpan<Tensor?> inputs)
    {
        var result = new Tensor(graph.UniqueTensorName(name), type, shape) { Quantization = quantization };
        graph.Nodes.Insert(graph.Nodes.IndexOf(before), new Node(graph.UniqueNodeName(name), operatorName, attributes)
        {
            Source = before.Source,
            Inputs = [.. inputs],
            Outputs = [result],
        });
        return result;
    }

    /// <summary>A Reshape of <paramref name="operand"/> in front of <paramref name="before"/>.</summary>
    public static Tensor InsertReshape(this Graph graph, Node before, Tensor operand, Shape shape) =>
        graph.InsertBefore(before, "Reshape", new ReshapeAttributes(shape.Extents), $"{operand.Name}_reshaped", operand.Type, shape,
            operand.Quantization, operand);

    /// <summary>The same node with other contents at the same place and under the same name.</summary>
    public static Node Replace(this Graph graph, Node node, string operatorName, OperatorAttributes attributes, params ReadOnlySpan<Tensor?> inputs)
    {
        var replacement = new Node(node.Name, operatorName, attributes)
        {
            Source = node.Source,
            Inputs = [.. inputs],
            Outputs = [.. node.Outputs],
        };
        graph.Nodes[graph.Nodes.IndexOf(node)] = replacement;
        return replacement;
    }

    /// <summary>A constant of floats under a name of its own.</summary>
    public static Tensor FloatConstant(this Graph graph, string name, Shape shape, ReadOnlySpan<float> values) =>
        Tensor.FromValues(graph.UniqueTensorName(name), ElementType.Float32, shape, values);

    /// <summary>The same bytes under other extents and a name of its own.</summary>
    public static Tensor ReshapedConstant(this Graph graph, Tensor constant, Shape shape) =>
        new(graph.UniqueTensorName($"{constant.Name}_reshaped"), constant.Type, shape)
        {
            Constant = constant.Constant,
            Quantization = constant.Quantization,
        };

    /// <summary>The constant with its axes in another order, under a name of its own; a per-channel quantization follows its axis.</summary>
    public static Tensor PermutedConstant(this Graph graph, Tensor constant, Permutation permutation)
    {
        QuantizationParameters? quantization = constant.Quantization;
        if (quantization is { IsPerChannel: true })
        {
            quantization = quantization with { Axis = permutation.Axes.IndexOf(quantization.Axis) };
        }

        return new Tensor(graph.UniqueTensorName($"{constant.Name}_permuted"), constant.Type, permutation.Apply(constant.Shape))
        {
            Constant = permutation.Apply(constant.Constant!.Value.Span, constant.Shape, constant.Type.ByteSize()),
            Quantization = quantization,
        };
    }

    /// <summary>The constant itself, or the integer constant behind the Dequantize that makes the value; null where it is computed at run time.</summary>
    public static Tensor? ConstantBehind(this Graph graph, Tensor? tensor)
    {
        if (tensor is null or { IsConstant: true })
        {
            return tensor;
        }

        return graph.ProducerOf(tensor) is { Operator: "Dequantize" } dequantize && dequantize.Input(0).IsConstant
            ? dequantize.Input(0)
            : null;
    }

    /// <summary>Whether every element of a float constant is the same, and which.</summary>
    public static bool IsUniform(this Tensor? tensor, out float value)
    {
        value = 0;
        if (tensor is not { IsConstant: true, Type: ElementType.Float32 } || tensor.Shape.ElementCount == 0)
        {
            return false;
        }

        ReadOnlySpan<float> values = tensor.Values<float>();
        value = values[0];
        return !values.ContainsAnyExcept(value);
    }

    /// <summary>Extents with ones in front, up to a rank.</summary>
    public static Shape WithRank(this Shape shape, int rank) =>
        new([.. Enumerable.Repeat(1, rank - shape.Rank), .. shape.Extents]);

    /// <summary>Where an axis of the result of a Transpose or Reshape lies in its operand; −1 where it is not kept whole.</summary>
    public static int AxisInOperand(Node node, int axis)
    {
        if (node.Attributes is TransposeAttributes transpose)
        {
            return transpose.Permutation[axis];
        }

        ImmutableArray<int> from = node.Input(0).Shape.Extents;
        ImmutableArray<int> to = node.Output.Shape.Extents;
        long outer = Product(to, 0, axis);
        for (int candidate = 0; candidate < from.Length; candidate++)
        {
            if (from[candidate] == to[axis] && Product(from, 0, candidate) == outer)
            {
                return candidate;
            }
        }

        return -1;
    }

    private static long Product(ImmutableArray<int> extents, int start, int end)
    {
        long product = 1;
        for (int i = start; i < end; i++)
        {
            product *= extents[i];
        }

        return product;
    }
}
