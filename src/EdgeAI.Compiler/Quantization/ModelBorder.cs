using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Shaping;
using EdgeAI.Compiler.Passes;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Compiler.Quantization;

/// <summary>Gives a model's inputs and outputs the type and the axis order that the user set.</summary>
internal static class ModelBorder
{
    /// <summary>The identity at every input and output.</summary>
    public static BorderLayouts Identity(Graph graph) =>
        new([.. graph.Inputs.Select(_ => ImmutableArray<int>.Empty)], [.. graph.Outputs.Select(_ => ImmutableArray<int>.Empty)]);

    /// <summary>
    /// Moves the axis order of image-like inputs and outputs (rank 3 or more, channels first in the file) to channels last, by a
    /// Transpose behind the new border that the passes then cancel against the graph's own. A value that the graph does not
    /// itself turn to channels last is left as it is.
    /// </summary>
    public static BorderLayouts ApplyLayouts(Graph graph, ModelSettings settings)
    {
        BorderLayouts identity = Identity(graph);
        var inputs = identity.InputPermutations.ToBuilder();
        var outputs = identity.OutputPermutations.ToBuilder();
        for (int i = 0; i < graph.Inputs.Count && settings.InputLayout == BorderLayout.ChannelsLast; i++)
        {
            inputs[i] = MoveInput(graph, i);
        }

        for (int i = 0; i < graph.Outputs.Count && settings.OutputLayout == BorderLayout.ChannelsLast; i++)
        {
            outputs[i] = MoveOutput(graph, i);
        }

        return new BorderLayouts(inputs.ToImmutable(), outputs.ToImmutable());
    }

    /// <summary>
    /// Drops the Quantize behind every input and the Dequantize in front of every output where the user asked for the integers themselves; those that
    /// stay become one with a Transpose beside them. Throws when an input or output has no integer form.
    /// </summary>
    public static void ApplyTypes(Graph graph, ModelSettings settings)
    {
        for (int i = 0; i < graph.Inputs.Count && settings.InputType == BorderType.Quantized; i++)
        {
            DropQuantize(graph, i);
        }

        for (int i = 0; i < graph.Outputs.Count && settings.OutputType == BorderType.Quantized; i++)
        {
            DropDequantize(graph, i);
        }

        FuseTransposeIntoConversion.Run(graph);
    }

    private static void DropQuantize(Graph graph, int index)
    {
        Tensor input = graph.Inputs[index];
        if (!input.Type.IsFloat())
        {
            return;
        }

        Node[] readers = [.. graph.Consumers()[input]];
        if (readers.Length == 0 || readers.Any(node => node.Operator != "Quantize") || graph.Outputs.Contains(input)
            || readers.Any(node => node.Output.Type != readers[0].Output.Type || node.Output.Quantization != readers[0].Output.Quantization))
        {
            throw DiagnosticCatalog.BorderNotQuantized.Throw(null, "InputType", "input", input.Name, "an operator reads it as float");
        }

        var integer = new Tensor(input.Name, readers[0].Output.Type, input.Shape) { Quantization = readers[0].Output.Quantization };
        foreach (Node node in readers)
        {
            graph.Nodes.Remove(node);
            graph.ReplaceUses(node.Output, integer);
        }

        graph.Inputs[index] = integer;
    }

    private static void DropDequantize(Graph graph, int index)
    {
        Tensor output = graph.Outputs[index];
        if (!output.Type.IsFloat())
        {
            return;
        }

        if (!graph.Producers().TryGetValue(output, out Node? producer) || producer.Operator != "Dequantize")
        {
            throw DiagnosticCatalog.BorderNotQuantized.Throw(null, "OutputType", "output", output.Name, "an operator makes it as float");
        }

        Tensor integer = producer.Input(0);
        graph.Outputs[index] = integer;
        if (!graph.Consumers()[output].Any() && !graph.Outputs.Contains(output))
        {
            graph.Nodes.Remove(producer);
            if (producer.Inputs.Count > 0 && !graph.Inputs.Contains(integer) && !graph.Tensors().Any(tensor => tensor.Name == output.Name))
            {
                integer.Name = output.Name;
            }
        }
    }

    private static ImmutableArray<int> MoveInput(Graph graph, int index)
    {
        Tensor input = graph.Inputs[index];
        ImmutableArray<int> toLast = ToChannelsLast(input.Shape.Rank);
        Node[] readers = [.. graph.Consumers()[input]];
        if (input.Shape.Rank < 3 || readers.Length == 0 || !readers.All(node => Moves(node, input.Shape, toLast, node.Output.Shape)))
        {
            return [];
        }

        var moved = new Tensor(input.Name, input.Type, Permuted(input.Shape, toLast)) { Quantization = input.Quantization };
        graph.Inputs[index] = moved;
        input.Name = graph.UniqueTensorName($"{input.Name}:channels-first");
        graph.Nodes.Insert(0, new Node(graph.UniqueNodeName($"Transpose {input.Name}"), "Transpose", new TransposeAttributes(Inverse(toLast)))
        {
            Inputs = [moved],
            Outputs = [input],
        });
        return toLast;
    }

    private static ImmutableArray<int> MoveOutput(Graph graph, int index)
    {
        Tensor output = graph.Outputs[index];
        ImmutableArray<int> toLast = ToChannelsLast(output.Shape.Rank);
        if (output.Shape.Rank < 3 || !graph.Producers().TryGetValue(output, out Node? producer)
            || !Moves(producer, producer.Input(0).Shape, Inverse(toLast), output.Shape))
        {
            return [];
        }

        string name = output.Name;
        output.Name = graph.UniqueTensorName($"{name}:channels-first");
        var moved = new Tensor(name, output.Type, Permuted(output.Shape, toLast)) { Quantization = output.Quantization };
        graph.Nodes.Add(new Node(graph.UniqueNodeName($"Transpose {name}"), "Transpose", new TransposeAttributes(toLast))
        {
            Inputs = [output],
            Outputs = [moved],
        });
        graph.Outputs[index] = moved;
        return toLast;
    }

    /// <summary>Whether a node does what this permutation does: the Transpose itself, or a Reshape where only axes of extent 1 move.</summary>
    private static bool Moves(Node node, Shape from, ImmutableArray<int> permutation, Shape to) =>
        node.Operator switch
        {
            "Transpose" => node.AttributesAs<TransposeAttributes>().Permutation.SequenceEqual(permutation),
            "Reshape" => to == Permuted(from, permutation),
            _ => false,
        };

    private static ImmutableArray<int> ToChannelsLast(int rank) =>
        rank < 3 ? [] : [0, .. Enumerable.Range(2, rank - 2), 1];

    private static ImmutableArray<int> Inverse(ImmutableArray<int> permutation) =>
        [.. Enumerable.Range(0, permutation.Length).Select(axis => permutation.IndexOf(axis))];

    private static Shape Permuted(Shape shape, ImmutableArray<int> permutation) =>
        new([.. permutation.Select(axis => shape[axis])]);
}
