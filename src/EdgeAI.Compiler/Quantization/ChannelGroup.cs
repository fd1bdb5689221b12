using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.Reduction;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Values whose channels may all be multiplied by the same positive factors without a change of what the model computes, because the
/// layers that make them can take the factors into their weights and the layers that read them can take them out again.
/// <list type="bullet">
/// <item>From the result of a layer, readers and makers are followed through operators with f(s·x) = s·f(x) for each channel: ReLU and
/// its leaky forms, pooling, spatial means, reshapes that keep channels innermost, sums of such values.</item>
/// <item>Wherever anything else is met (a limit such as ReLU6's, a graph's input or output, a constant), there is no group.</item>
/// </list>
/// </summary>
internal sealed class ChannelGroup
{
    private readonly Graph _graph;
    private readonly Dictionary<Tensor, Node> _makers;
    private readonly ILookup<Tensor, Node> _readers;
    private readonly HashSet<Tensor> _seen = new(ReferenceEqualityComparer.Instance);

    private ChannelGroup(Graph graph, Dictionary<Tensor, Node> makers, ILookup<Tensor, Node> readers, int channelCount)
    {
        _graph = graph;
        _makers = makers;
        _readers = readers;
        ChannelCount = channelCount;
    }

    /// <summary>How many factors there are.</summary>
    public int ChannelCount { get; }

    /// <summary>Every value that the factors multiply.</summary>
    public List<Tensor> Tensors { get; } = [];

    /// <summary>Layers whose result channels are multiplied.</summary>
    public List<Node> Makers { get; } = [];

    /// <summary>Layers whose input channels are divided.</summary>
    public List<Node> Readers { get; } = [];

    /// <summary>The groups of a float graph in execution order.</summary>
    public static IReadOnlyList<ChannelGroup> Find(Graph graph)
    {
        Dictionary<Tensor, Node> makers = graph.Producers();
        ILookup<Tensor, Node> readers = graph.Consumers();
        var done = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        var groups = new List<ChannelGroup>();
        foreach (Node node in graph.Nodes.Where(node => LayerChannels.IsLayer(node) && readers[node.Input(1)].Count() == 1))
        {
            int channelCount = node.Output.Shape[-1];
            if (channelCount < 2 || done.Contains(node.Output))
            {
                continue;
            }

            var group = new ChannelGroup(graph, makers, readers, channelCount);
            bool sound = group.Grow(node.Output);
            done.UnionWith(group.Tensors);
            if (sound && group.Readers.Count > 0)
            {
                groups.Add(group);
            }
        }

        return groups;
    }

    private bool Grow(Tensor start)
    {
        var waiting = new Queue<Tensor>([start]);
        while (waiting.TryDequeue(out Tensor? tensor))
        {
            if (!_seen.Add(tensor))
            {
                continue;
            }

            Tensors.Add(tensor);
            if (tensor.Type != ElementType.Float32 || tensor.Shape.ElementCount == 0 || !_makers.TryGetValue(tensor, out Node? maker)
                || _graph.Outputs.Any(output => ReferenceEquals(output, tensor)))
            {
                return false;
            }

            if (LayerChannels.IsLayer(maker))
            {
                if (tensor.Shape[-1] != ChannelCount || !KeepsFactors(maker.Attributes) || _readers[maker.Input(1)].Count() != 1)
                {
                    return false;
                }

                Makers.Add(maker);
            }
            else if (!Enqueue(maker, waiting))
            {
                return false;
            }

            foreach (Node reader in _readers[tensor])
            {
                if (LayerChannels.IsLayer(reader) && ReferenceEquals(reader.Input(0), tensor))
                {
                    if (LayerChannels.InputChannels(reader) % ChannelCount != 0 || _readers[reader.Input(1)].Count() != 1)
                    {
                        return false;
                    }

                    Readers.Add(reader);
                }
                else if (!Enqueue(reader, waiting))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>All run-time values at a node that the factors pass through; false when they do not.</summary>
    private bool Enqueue(Node node, Queue<Tensor> waiting)
    {
        if (!Passes(node))
        {
            return false;
        }

        foreach (Tensor tensor in node.Inputs.OfType<Tensor>().Where(tensor => !tensor.IsConstant).Concat(node.Outputs))
        {
            waiting.Enqueue(tensor);
        }

        return true;
    }

    private bool Passes(Node node)
    {
        if (node.Operator == "Reshape")
        {
            return true;
        }

        if (!KeepsFactors(node.Attributes) || node.Outputs.Count != 1
            || node.Inputs.Concat(node.Outputs).Any(tensor => tensor is { IsConstant: false } && !EndsInChannels(tensor)))
        {
            return false;
        }

        return node.Operator switch
        {
            "Clamp" or "LeakyRelu" or "Absolute" or "Negate" or "AveragePool2D" or "MaxPool2D" or "Resize2D" => true,
            "PRelu" => node.Input(1).IsConstant,
            "Add" or "Subtract" or "Maximum" or "Minimum" => node.Inputs.All(tensor => tensor is { IsConstant: false } && tensor.Shape == node.Output.Shape),
            "ReduceMean" or "ReduceMax" or "ReduceMin" or "ReduceSum" => LeavesLastAxis(node),
            "Pad" => node.AttributesAs<PadAttributes>() is { } pad && pad.Before[^1] == 0 && pad.After[^1] == 0
                && (pad.Mode != PadMode.Constant || pad.Value == 0),
            _ => false,
        };
    }

    private static bool LeavesLastAxis(Node node)
    {
        int rank = node.Input(0).Shape.Rank;
        return node.AttributesAs<ReduceAttributes>().Axes is { Length: > 0 } axes && axes.All(axis => (axis < 0 ? axis + rank : axis) != rank - 1);
    }

    private bool EndsInChannels(Tensor tensor) => tensor.Shape.Rank > 0 && tensor.Shape[-1] % ChannelCount == 0;

    private static bool KeepsFactors(OperatorAttributes attributes)
    {
        Clamp? clamp = attributes is IClamped clamped ? clamped.Clamp : (attributes as ClampAttributes)?.Clamp;
        return clamp is null || (clamp.Value.Minimum is 0 or float.NegativeInfinity && float.IsPositiveInfinity(clamp.Value.Maximum));
    }
}
