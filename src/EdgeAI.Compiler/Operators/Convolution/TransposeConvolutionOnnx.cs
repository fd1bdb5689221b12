using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>ONNX ConvTranspose over one or two spatial axes. x [N,C,(H,)W], weights [C,O/group,(KH,)KW], bias [O] or none.</summary>
internal sealed class TransposeConvolutionOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["ConvTranspose"];

    /// <inheritdoc/>
    public bool NeedsFiniteConstants => true;

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        Tensor weights = node.Input(1);
        ChannelsFirst.CheckRanks(x, weights, "weights");
        int spatial = x.Shape.Rank - 2;
        int groups = (int)Math.Clamp(node.Int("group", 1), int.MinValue, int.MaxValue);
        if (groups < 1 || x.Shape[1] != weights.Shape[0] || weights.Shape[0] % groups != 0)
        {
            throw new OnnxNodeException($"{groups} groups of weights {weights.Shape} do not fit {x.Shape[1]} channels",
                "The weights have an entry for each channel, and groups divide the channels");
        }

        Tensor image = ChannelsFirst.AsImage(x, builder);
        SpatialWindow window = SpatialWindow.Read(node, spatial, [.. weights.Shape.Extents.Skip(2)]);
        int[] extra = node.Extents("output_padding", spatial, 0, 0);
        extra = spatial == 1 ? [0, extra[0]] : extra;
        int[]? wanted = node.Has("output_shape") ? node.Extents("output_shape", spatial, 0, 1) : null;
        for (int axis = 0; axis < 2; axis++)
        {
            long extent = image.Shape[2 + axis];
            long whole = ((extent - 1) * window.Strides[axis]) + window.Span(axis) + extra[axis];
            long? result = wanted is not null ? (spatial == 1 ? (axis == 0 ? 1 : wanted[0]) : wanted[axis])
                : window.AutoPad is "SAME_UPPER" or "SAME_LOWER" ? extent * window.Strides[axis]
                : null;
            if (result is not { } size)
            {
                continue;
            }

            // Operator definition: half of what is too much goes in front, the odd one in front unless SAME_UPPER.
            long total = Math.Max(0, whole - size);
            extra[axis] += (int)Math.Max(0, size - whole);
            long smaller = total / 2;
            window.Before[axis] = (int)(window.AutoPad == "SAME_UPPER" ? smaller : total - smaller);
            window.After[axis] = (int)(total - window.Before[axis]);
        }

        Tensor made = builder.Add("TransposeConv2D", new TransposeConv2DAttributes(
            window.Strides[0], window.Strides[1], window.Dilations[0], window.Dilations[1],
            window.Before[0], window.After[0], window.Before[1], window.After[1], extra[0], extra[1], groups, Clamp.None),
            builder.ToChannelsLast(image), Filters(ChannelsFirst.AsImage(weights, builder), groups, builder), node.Optional(2));
        builder.Bind(node, 0, ChannelsFirst.Restore(made, spatial, builder));
    }

    /// <summary>[C,O/G,KH,KW] to [O,KH,KW,C/G].</summary>
    private static Tensor Filters(Tensor weights, int groups, OnnxGraphBuilder builder)
    {
        if (groups == 1)
        {
            return builder.Transpose(weights, "ohwi", 1, 2, 3, 0);
        }

        Shape shape = weights.Shape;
        int channels = shape[0] / groups;
        Tensor grouped = builder.Reshape(weights, "grouped", groups, channels, shape[1], shape[2], shape[3]);
        Tensor ordered = builder.Transpose(grouped, "ordered", 0, 2, 3, 4, 1);
        return builder.Reshape(ordered, "ohwi", groups * shape[1], shape[2], shape[3], channels);
    }
}
