using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>ONNX ConvTranspose over one to three spatial axes. x [N,C,(D,)(H,)W], weights [C,O/group,(KD,)(KH,)KW], bias [O] or none.</summary>
internal sealed class TransposeConvolutionOnnx : IOnnxForm
{
    private const int MostDepth = 32;

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["ConvTranspose"];

    /// <inheritdoc/>
    public bool NeedsFiniteConstants => true;

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        Tensor weights = node.Input(1);
        int spatial = x.Shape.Rank - 2;
        if (spatial != 3 || weights.Shape.Rank != 5)
        {
            ChannelsFirst.CheckRanks(x, weights, "weights");
        }

        int groups = (int)Math.Clamp(node.Int("group", 1), int.MinValue, int.MaxValue);
        if (groups < 1 || x.Shape[1] != weights.Shape[0] || weights.Shape[0] % groups != 0)
        {
            throw new OnnxNodeException($"{groups} groups of weights {weights.Shape} do not fit {x.Shape[1]} channels",
                "The weights have an entry for each channel, and groups divide the channels");
        }

        Tensor image = spatial == 3 ? x : ChannelsFirst.AsImage(x, builder);
        SpatialWindow window = SpatialWindow.Read(node, spatial, [.. weights.Shape.Extents.Skip(2)]);
        int[] extra = node.Extents("output_padding", spatial, 0, 0);
        extra = spatial == 1 ? [0, extra[0]] : extra;
        int[]? wanted = node.Has("output_shape") ? node.Extents("output_shape", spatial, 0, 1) : null;
        for (int axis = 0; axis < window.Kernel.Length; axis++)
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

        if (spatial == 3)
        {
            builder.Bind(node, 0, Volume(node, builder, window, extra, groups));
            return;
        }

        Tensor made = Planes(builder, window, extra, groups, builder.ToChannelsLast(image), ChannelsFirst.AsImage(weights, builder), node.Optional(2));
        builder.Bind(node, 0, ChannelsFirst.Restore(made, spatial, builder));
    }

    private static Tensor Planes(OnnxGraphBuilder builder, SpatialWindow window, int[] extra, int groups, Tensor image, Tensor weights, Tensor? bias) =>
        builder.Add("TransposeConv2D", new TransposeConv2DAttributes(
            window.Strides[^2], window.Strides[^1], window.Dilations[^2], window.Dilations[^1],
            window.Before[^2], window.After[^2], window.Before[^1], window.After[^1], extra[^2], extra[^1], groups, Clamp.None),
            image, Filters(weights, groups, builder), bias);

    /// <summary>
    /// Over depth too: for each depth of the filters the planes [N·D,H,W,C] by themselves, set apart by the stride, moved by the dilation, and summed.
    /// </summary>
    private static Tensor Volume(OnnxNode node, OnnxGraphBuilder builder, SpatialWindow window, int[] extra, int groups)
    {
        Shape shape = node.Input(0).Shape;
        Shape filters = node.Input(1).Shape;
        (int batch, int depth, int deep) = (shape[0], shape[2], filters[2]);
        if (deep > MostDepth)
        {
            throw new OnnxNodeException($"the filters are {deep} deep", $"Up to {MostDepth} is supported");
        }

        Tensor planes = builder.Reshape(
            builder.Transpose(node.Input(0), "channels_last", 0, 2, 3, 4, 1), "planes", batch * depth, shape[3], shape[4], shape[1]);
        int apart = ((depth - 1) * window.Strides[0]) + 1;
        int whole = apart + ((deep - 1) * window.Dilations[0]);
        Tensor? sum = null;
        Tensor made = planes;
        for (int k = 0; k < deep; k++)
        {
            Tensor slice = builder.Slice(
                node.Input(1), "filters", [0, 0, k, 0, 0], [filters[0], filters[1], 1, filters[3], filters[4]], [1, 1, 1, 1, 1]);
            made = Planes(builder, window, extra, groups, planes, builder.Reshape(slice, "plane", filters[0], filters[1], filters[3], filters[4]), null);
            int size = made.Shape[1] * made.Shape[2] * made.Shape[3];
            Tensor spread = builder.Reshape(made, "depth", batch, depth, 1, size);
            spread = Padded(builder, spread, 2, 0, window.Strides[0] - 1);
            spread = builder.Slice(
                builder.Reshape(spread, "spread", batch, depth * window.Strides[0], size), "apart", [0, 0, 0], [batch, apart, size], [1, 1, 1]);
            spread = Padded(builder, spread, 1, k * window.Dilations[0], whole - apart - (k * window.Dilations[0]));
            sum = sum is null ? spread : Plain.Step(builder, "Add", sum, spread);
        }

        int results = whole - window.Before[0] - window.After[0] + extra[0];
        int kept = Math.Min(results, whole - window.Before[0]);
        if (kept < 1)
        {
            throw new OnnxNodeException($"the padding {window.Before[0]} and {window.After[0]} leaves nothing of a depth of {whole}", "Use less padding");
        }

        Tensor cut = Padded(
            builder, builder.Slice(sum!, "cut", [0, window.Before[0], 0], [batch, kept, sum!.Shape[2]], [1, 1, 1]), 1, 0, results - kept);
        Tensor volume = builder.Reshape(cut, "volume", batch, results, made.Shape[1], made.Shape[2], made.Shape[3]);
        volume = node.Optional(2) is { } bias ? Plain.Step(builder, "Add", volume, bias) : volume;
        return builder.Transpose(volume, "channels_first", 0, 4, 1, 2, 3);
    }

    /// <summary>Zeros in front and behind on one axis.</summary>
    private static Tensor Padded(OnnxGraphBuilder builder, Tensor x, int axis, int before, int after)
    {
        int[] none = new int[x.Shape.Rank];
        int[] front = [.. none];
        int[] back = [.. none];
        (front[axis], back[axis]) = (before, after);
        return before + after == 0 ? x : builder.AddStep("padded", "Pad", new PadAttributes([.. front], [.. back], PadMode.Constant, 0), x);
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
