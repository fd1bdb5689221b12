using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Linking;
using EdgeAI.Compiler.Operators.Custom;
using Google.Protobuf;

namespace EdgeAI.Compiler.Model;

/// <summary>A graph as the messages of edgeai.proto. Constants are shared with the graph, not copied.</summary>
internal static class GraphWire
{
    /// <summary>The graph as a message.</summary>
    public static Wire.Graph Write(Graph graph)
    {
        var message = new Wire.Graph { Name = graph.Name };
        var indexes = new Dictionary<Tensor, int>(ReferenceEqualityComparer.Instance);
        foreach (Tensor tensor in graph.Tensors())
        {
            indexes.Add(tensor, indexes.Count);
            message.Tensors.Add(Write(tensor));
        }

        foreach (Node node in graph.Nodes)
        {
            var written = new Wire.Node
            {
                Name = node.Name,
                Operator = node.Operator,
                AttributesType = node.Attributes.GetType().Name,
                Attributes = { AttributeWire.Write(node.Attributes) },
                Inputs = { node.Inputs.Select(input => input is null ? -1 : indexes[input]) },
                Outputs = { node.Outputs.Select(output => indexes[output]) },
                Source = node.Source,
                Kernel = node.Kernel ?? "",
            };
            if (node.Linked is { } linked)
            {
                written.Linked = new() { Library = linked.Library, Function = linked.Function, Header = linked.Header, ScratchBytes = linked.ScratchBytes };
            }

            message.Nodes.Add(written);
        }

        message.Operators.Add(graph.Nodes.Select(node => node.Attributes.Definition).OfType<CustomOperator>().Distinct().Select(definition => new Wire.UserOperator
        {
            Path = definition.Definition.DisplayPath,
            Description = definition.Definition.Json,
            Reference = ByteString.CopyFrom(definition.ReferenceFile),
        }));
        message.Inputs.Add(graph.Inputs.Select(input => indexes[input]));
        message.Outputs.Add(graph.Outputs.Select(output => indexes[output]));
        return message;
    }

    /// <summary>The graph of a message. Throws <see cref="InvalidDataException"/> when it does not hold together.</summary>
    public static Graph Read(Wire.Graph message)
    {
        Tensor[] tensors = [.. message.Tensors.Select(Read)];
        var operators = message.Operators.Select(Read).ToDictionary(definition => definition.Name, StringComparer.Ordinal);
        var graph = new Graph { Name = message.Name };
        foreach (Wire.Node node in message.Nodes)
        {
            graph.Nodes.Add(new Node(node.Name, node.Operator, operators.TryGetValue(node.Operator, out CustomOperator? own)
                ? new CustomAttributes(own, [.. node.Attributes.Select(AttributeWire.ReadOpen)])
                : AttributeWire.Read(node.AttributesType, node.Attributes))
            {
                Inputs = [.. node.Inputs.Select(index => index == -1 ? null : At(tensors, index))],
                Outputs = [.. node.Outputs.Select(index => At(tensors, index))],
                Source = node.Source,
                Kernel = node.Kernel.Length > 0 ? node.Kernel : null,
                Linked = node.Linked is { } linked ? new(linked.Library, linked.Function, linked.Header, linked.ScratchBytes) : null,
            });
        }

        foreach (int index in message.Inputs)
        {
            graph.Inputs.Add(At(tensors, index));
        }

        foreach (int index in message.Outputs)
        {
            graph.Outputs.Add(At(tensors, index));
        }

        return graph;
    }

    private static Tensor At(Tensor[] tensors, int index) => (uint)index < (uint)tensors.Length
        ? tensors[index]
        : throw new InvalidDataException($"tensor {index} of {tensors.Length}");

    private static CustomOperator Read(Wire.UserOperator message)
    {
        try
        {
            return UserOperatorReader.Restore(message.Path, message.Description, message.Reference.Memory);
        }
        catch (DiagnosticException error)
        {
            throw new InvalidDataException($"the user's operator '{message.Path}' cannot be read: {error.Diagnostics[0].Message}");
        }
    }

    private static Wire.Tensor Write(Tensor tensor)
    {
        var message = new Wire.Tensor
        {
            Name = tensor.Name,
            ElementType = (int)tensor.Type,
            Extents = { tensor.Shape.Extents },
        };
        if (tensor.Quantization is { } quantization)
        {
            message.Quantization = new()
            {
                Scales = { quantization.Scales },
                ZeroPoints = { quantization.ZeroPoints },
                Axis = quantization.Axis,
            };
        }

        if (tensor.Constant is { } bytes)
        {
            message.Constant = UnsafeByteOperations.UnsafeWrap(bytes);
        }

        return message;
    }

    private static Tensor Read(Wire.Tensor message)
    {
        var type = (ElementType)message.ElementType;
        if (type == ElementType.Unknown || !Enum.IsDefined(type))
        {
            throw new InvalidDataException($"tensor '{message.Name}' has element type {message.ElementType}");
        }

        if (message.Extents.Any(extent => extent < 0))
        {
            throw new InvalidDataException($"tensor '{message.Name}' has a negative extent");
        }

        var tensor = new Tensor(message.Name, type, new Shape([.. message.Extents]))
        {
            Quantization = message.Quantization is { } quantization ? Read(message.Name, quantization) : null,
            Constant = message.HasConstant ? message.Constant.Memory : (ReadOnlyMemory<byte>?)null,
        };
        if (tensor.Constant is { } bytes && bytes.Length != tensor.ByteSize)
        {
            throw new InvalidDataException($"constant '{message.Name}' has {bytes.Length} bytes instead of {tensor.ByteSize}");
        }

        return tensor;
    }

    private static QuantizationParameters Read(string name, Wire.TensorQuantization message) =>
        message.Scales.Count > 0 && message.Scales.Count == message.ZeroPoints.Count && message.Axis >= -1
            ? new(ImmutableCollectionsMarshal.AsImmutableArray(message.Scales.ToArray()),
                ImmutableCollectionsMarshal.AsImmutableArray(message.ZeroPoints.ToArray()), message.Axis)
            : throw new InvalidDataException($"tensor '{name}' has {message.Scales.Count} scales and {message.ZeroPoints.Count} zero points");
}
