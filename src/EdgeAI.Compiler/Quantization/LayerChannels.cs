using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Convolution;

namespace EdgeAI.Compiler.Quantization;

/// <summary>Which result channel and which input channel each weight of a layer belongs to.</summary>
internal static class LayerChannels
{
    /// <summary>Whether the node is a float Conv2D, DepthwiseConv2D or FullyConnected with constant weights and bias.</summary>
    public static bool IsLayer(Node node) =>
        node.Operator is "Conv2D" or "DepthwiseConv2D" or "FullyConnected"
        && node.Output.Type == ElementType.Float32
        && node.Input(1) is { IsConstant: true, Type: ElementType.Float32 }
        && node.OptionalInput(2) is null or { IsConstant: true, Type: ElementType.Float32 };

    /// <summary>Channels of operand 0: its last extent.</summary>
    public static int InputChannels(Node layer) => layer.Input(0).Shape[-1];

    /// <summary>The result channel of a position in the weights.</summary>
    public static Func<int, int> ResultOf(Node layer)
    {
        Shape shape = layer.Input(1).Shape;
        int channels = layer.Output.Shape[-1];
        if (layer.Operator == "DepthwiseConv2D")
        {
            return i => i % channels;
        }

        int inner = (int)(shape.ElementCount / channels);
        return i => i / inner;
    }

    /// <summary>The channel of operand 0 that a position in the weights multiplies.</summary>
    public static Func<int, int> InputOf(Node layer)
    {
        Shape shape = layer.Input(1).Shape;
        int channels = layer.Output.Shape[-1];
        switch (layer.Attributes)
        {
            case DepthwiseConv2DAttributes depthwise:
                return i => i % channels / depthwise.DepthMultiplier;
            case Conv2DAttributes conv:
                int depth = shape[3];
                int inner = (int)(shape.ElementCount / channels);
                int channelsPerGroup = channels / conv.Groups;
                return i => (i / inner / channelsPerGroup * depth) + (i % depth);
            default:
                int columns = shape[1];
                return i => i % columns;
        }
    }
}
