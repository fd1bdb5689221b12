using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>
/// ONNX Conv (operator set 1 and up) over one or two spatial axes. x [N,C,(H,)W], weights [O,C/group,(KH,)KW], bias [O] or none. As many groups as
/// channels become DepthwiseConv2D.
/// </summary>
internal sealed class ConvolutionOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Conv"];

    /// <inheritdoc/>
    public bool NeedsFiniteConstants => true;

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder) =>
        builder.Bind(node, 0, Convolve(node, builder, node.Input(0), node.Input(1), node.Optional(2)));

    /// <summary>The convolution that a node's attributes describe, of the given operands.</summary>
    public static Tensor Convolve(OnnxNode node, OnnxGraphBuilder builder, Tensor x, Tensor weights, Tensor? bias)
    {
        if (x.Shape.Rank == 5 && weights.Shape.Rank == 5)
        {
            return VolumeConvolution.Add(node, builder, x, weights, bias);
        }

        ChannelsFirst.CheckRanks(x, weights, "weights");
        int spatial = x.Shape.Rank - 2;
        int[] kernel = [.. weights.Shape.Extents.Skip(2)];
        if (node.Ints("kernel_shape") is { } declared && !declared.SequenceEqual(kernel.Select(extent => (long)extent)))
        {
            throw new OnnxNodeException($"kernel_shape [{string.Join(',', declared)}] is not that of the weights {weights.Shape}", "Leave it out");
        }

        long groups = node.Int("group", 1);
        int channels = x.Shape[1];
        int results = weights.Shape[0];
        if (groups < 1 || groups * weights.Shape[1] != channels || results % groups != 0)
        {
            throw new OnnxNodeException($"{groups} groups of weights {weights.Shape} do not fit {channels} channels",
                "Channels and filters both divide by the number of groups");
        }

        Tensor image = ChannelsFirst.AsImage(x, builder);
        Tensor filters = ChannelsFirst.AsImage(weights, builder);
        SpatialWindow window = SpatialWindow.Read(node, spatial, kernel).Settled(image.Shape[2], image.Shape[3]);
        Tensor last = builder.ToChannelsLast(image);
        Tensor made = groups == channels && groups > 1
            ? Depthwise(builder, last, filters, bias, window, results / channels)
            : builder.Add("Conv2D", new Conv2DAttributes(
                window.Strides[0], window.Strides[1], window.Dilations[0], window.Dilations[1],
                window.Before[0], window.After[0], window.Before[1], window.After[1], (int)groups, Clamp.None),
                last, builder.Transpose(filters, "ohwi", 0, 2, 3, 1), bias);
        return ChannelsFirst.Restore(made, spatial, builder);
    }

    private static Tensor Depthwise(
        OnnxGraphBuilder builder, Tensor x, Tensor filters, Tensor? bias, SpatialWindow window, int depthMultiplier) =>
        builder.Add("DepthwiseConv2D", new DepthwiseConv2DAttributes(
            window.Strides[0], window.Strides[1], window.Dilations[0], window.Dilations[1],
            window.Before[0], window.After[0], window.Before[1], window.After[1], depthMultiplier, Clamp.None),
            x, builder.Transpose(filters, "ihwo", 1, 2, 3, 0), bias);
}
