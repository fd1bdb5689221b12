using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.Pooling;
using EdgeAI.Compiler.Operators.Reduction;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// The result of a layer from whose channels constants can be taken, because every layer that reads it can add what they made of the constants to its bias.
/// <list type="bullet">
/// <item>Readers are followed through operators with f(x + c) = f(x) + c for each channel: maxima and means of windows and of axes other than the channels,
/// reshapes that keep channels innermost, padding that repeats values.</item>
/// <item>A reader that pads with zeros takes no part of the constants at the border and all of them inside, which no bias can be: there is no group. Nor is
/// there one where anything else reads, or where the value leaves the graph.</item>
/// </list>
/// </summary>
/// <param name="Maker">The layer, of which the bias loses the constants.</param>
/// <param name="Readers">The layers that get them.</param>
/// <param name="Tensors">Every value that loses them.</param>
internal sealed record AbsorbingGroup(Node Maker, IReadOnlyList<Node> Readers, IReadOnlyList<Tensor> Tensors)
{
    /// <summary>How many constants there are.</summary>
    public int ChannelCount => Maker.Output.Shape[-1];

    /// <summary>The limits of the layer's result.</summary>
    public Clamp Clamp => ((IClamped)Maker.Attributes).Clamp;

    /// <summary>The groups of a float graph in execution order.</summary>
    public static IReadOnlyList<AbsorbingGroup> Find(Graph graph)
    {
        ILookup<Tensor, Node> readers = graph.Consumers();
        var outputs = new HashSet<Tensor>(graph.Outputs, ReferenceEqualityComparer.Instance);
        var groups = new List<AbsorbingGroup>();
        foreach (Node maker in graph.Nodes.Where(node => LayerChannels.IsLayer(node) && node.Output.Shape.ElementCount > 0 && CanShift(node)))
        {
            var found = new HashSet<Node>(ReferenceEqualityComparer.Instance);
            var tensors = new List<Tensor>();
            if (Follow(maker.Output, maker.Output.Shape[-1], readers, outputs, found, tensors) && found.Count > 0)
            {
                groups.Add(new AbsorbingGroup(maker, [.. graph.Nodes.Where(found.Contains)], tensors));
            }
        }

        return groups;
    }

    /// <summary>Below stands nothing or the 0 that constants are taken down to.</summary>
    private static bool CanShift(Node maker) => maker.Attributes is IClamped { Clamp: { IsNone: true } or { Minimum: 0, Maximum: > 0 } };

    private static bool Follow(
        Tensor tensor, int channelCount, ILookup<Tensor, Node> readers, HashSet<Tensor> outputs, HashSet<Node> found, List<Tensor> tensors)
    {
        tensors.Add(tensor);
        if (outputs.Contains(tensor))
        {
            return false;
        }

        foreach (Node reader in readers[tensor])
        {
            bool isFirst = ReferenceEquals(reader.Input(0), tensor) && reader.Inputs.Count(operand => ReferenceEquals(operand, tensor)) == 1;
            if (!isFirst)
            {
                return false;
            }

            if (LayerChannels.IsLayer(reader) && LayerChannels.InputChannels(reader) % channelCount == 0 && PadsNothing(reader.Attributes))
            {
                found.Add(reader);
            }
            else if (!Keeps(reader, channelCount) || !Follow(reader.Output, channelCount, readers, outputs, found, tensors))
            {
                return false;
            }
        }

        return true;
    }

    private static bool PadsNothing(OperatorAttributes attributes) => attributes switch
    {
        Conv2DAttributes conv => (conv.PadTop | conv.PadBottom | conv.PadLeft | conv.PadRight) == 0,
        DepthwiseConv2DAttributes conv => (conv.PadTop | conv.PadBottom | conv.PadLeft | conv.PadRight) == 0,
        Pool2DAttributes pool => !pool.CountIncludePad || (pool.PadTop | pool.PadBottom | pool.PadLeft | pool.PadRight) == 0,
        _ => true,
    };

    private static bool Keeps(Node node, int channelCount)
    {
        if (node.Operator == "Reshape")
        {
            return true;
        }

        bool endsInChannels = node.Input(0).Shape is { Rank: > 0 } from && from[-1] % channelCount == 0 && node.Output.Shape is { Rank: > 0 } to && to[-1] % channelCount == 0;
        return endsInChannels && node.Attributes switch
        {
            Pool2DAttributes pool => node.Operator is "MaxPool2D" or "AveragePool2D" && pool.Clamp.IsNone && PadsNothing(pool),
            ReduceAttributes reduce => node.Operator is "ReduceMean" or "ReduceMax" or "ReduceMin" && LeavesChannels(reduce, node.Input(0).Shape.Rank),
            PadAttributes pad => pad.Mode != PadMode.Constant && pad.Before[^1] == 0 && pad.After[^1] == 0,
            _ => false,
        };
    }

    private static bool LeavesChannels(ReduceAttributes reduce, int rank) =>
        reduce.Axes is { Length: > 0 } axes && axes.All(axis => (axis < 0 ? axis + rank : axis) != rank - 1);
}
