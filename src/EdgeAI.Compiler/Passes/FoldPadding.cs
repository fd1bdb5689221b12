using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.Pooling;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// A Pad of the spatial axes becomes the padding of the operator behind it: zeros in front of convolutions; zeros in front of a float
/// AveragePool2D without padding of its own, which then counts them; and in front of MaxPool2D a value that no maximum can be.
/// </summary>
public sealed class FoldPadding : Pass
{
    /// <inheritdoc/>
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node pad in graph.Nodes.ToArray())
        {
            if (pad.Attributes is PadAttributes { Mode: PadMode.Constant } padding && IsSpatial(padding)
                && Equals(pad.Input(0).Quantization, pad.Output.Quantization)
                && graph.OnlyConsumer(pad.Output) is { } consumer && ReferenceEquals(consumer.Inputs[0], pad.Output)
                && Padded(graph, pad, padding, consumer) is { } attributes)
            {
                consumer.Attributes = attributes;
                consumer.Inputs[0] = pad.Input(0);
                graph.Nodes.Remove(pad);
                changed = true;
            }
        }

        return changed;
    }

    private static bool IsSpatial(PadAttributes padding) =>
        padding.Before is [0, _, _, 0] && padding.After is [0, _, _, 0];

    private static OperatorAttributes? Padded(Graph graph, Node pad, PadAttributes padding, Node consumer)
    {
        int top = padding.Before[1];
        int bottom = padding.After[1];
        int left = padding.Before[2];
        int right = padding.After[2];
        switch (consumer.Attributes)
        {
            case Conv2DAttributes conv when padding.Value == 0:
                return conv with
                {
                    PadTop = conv.PadTop + top,
                    PadBottom = conv.PadBottom + bottom,
                    PadLeft = conv.PadLeft + left,
                    PadRight = conv.PadRight + right,
                };
            case DepthwiseConv2DAttributes conv when padding.Value == 0:
                return conv with
                {
                    PadTop = conv.PadTop + top,
                    PadBottom = conv.PadBottom + bottom,
                    PadLeft = conv.PadLeft + left,
                    PadRight = conv.PadRight + right,
                };
            case Pool2DAttributes pool:
                Pool2DAttributes padded = pool with
                {
                    PadTop = pool.PadTop + top,
                    PadBottom = pool.PadBottom + bottom,
                    PadLeft = pool.PadLeft + left,
                    PadRight = pool.PadRight + right,
                };
                return consumer.Operator == "MaxPool2D"
                    ? padding.Value <= SmallestOf(graph, pad.Input(0)) && EveryWindowSeesTheImage(padded, pad.Input(0).Shape) ? padded : null
                    : pool is { PadTop: 0, PadBottom: 0, PadLeft: 0, PadRight: 0 } && padding.Value == 0 && pad.Output.Type == ElementType.Float32
                        ? padded with { CountIncludePad = true }
                        : null;
            default:
                return null;
        }
    }

    /// <summary>A value that no element is below: that of a fused activation in front, else −∞.</summary>
    private static float SmallestOf(Graph graph, Tensor tensor) =>
        graph.ProducerOf(tensor)?.Attributes is IClamped clamped ? clamped.Clamp.Minimum : float.NegativeInfinity;

    private static bool EveryWindowSeesTheImage(Pool2DAttributes pool, Shape image) =>
        pool is { DilationHeight: 1, DilationWidth: 1 }
        && pool.PadTop < pool.KernelHeight && pool.PadLeft < pool.KernelWidth
        && ((pool.OutputHeight - 1) * pool.StrideHeight) - pool.PadTop < image[1]
        && ((pool.OutputWidth - 1) * pool.StrideWidth) - pool.PadLeft < image[2];
}
