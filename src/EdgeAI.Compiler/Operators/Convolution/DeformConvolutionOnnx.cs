using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Sampling;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>
/// ONNX DeformConv over two spatial axes: a convolution whose elements lie at offsets [N, groups · taps · 2, OH, OW], each (y, x), from their places.
/// <list type="bullet">
/// <item>Each group of channels that shares offsets is sampled at all of them at once, linearly, with zeros outside: T images for T taps.</item>
/// <item>A mask, one factor for each tap and place, is multiplied in.</item>
/// <item>What is sampled, [N, channels · T, OH, OW], meets the weights in a convolution of one element.</item>
/// </list>
/// </summary>
internal sealed class DeformConvolutionOnnx : IOnnxForm
{
    private static readonly GridSampleAttributes Linear = new(GridInterpolation.Linear, GridPadding.Zeros, AlignCorners: false);

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["DeformConv"];

    /// <inheritdoc/>
    public bool NeedsFiniteConstants => true;

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        Tensor weights = node.Input(1);
        Tensor offsets = node.Input(2);
        if (x.Shape.Rank != 4 || weights.Shape.Rank != 4 || offsets.Shape.Rank != 4)
        {
            throw new OnnxNodeException($"'{x}', '{weights}' and '{offsets}' have not four axes each", "Two spatial axes are supported");
        }

        int[] kernel = [weights.Shape[2], weights.Shape[3]];
        SpatialWindow window = SpatialWindow.Read(node, 2, kernel);
        int rows = window.Results(0, x.Shape[2], roundsUp: false);
        int columns = window.Results(1, x.Shape[3], roundsUp: false);
        int groups = Count(node, "group");
        int offsetGroups = Count(node, "offset_group");
        int taps = kernel[0] * kernel[1];
        int channels = x.Shape[1];
        var offsetShape = new Shape(x.Shape[0], offsetGroups * taps * 2, rows, columns);
        Tensor? mask = node.Optional(4);
        if (channels % offsetGroups != 0 || channels != (long)groups * weights.Shape[1] || weights.Shape[0] % groups != 0 || offsets.Shape != offsetShape
            || (mask is not null && mask.Shape != new Shape(x.Shape[0], offsetGroups * taps, rows, columns)))
        {
            throw new OnnxNodeException(
                $"weights {weights.Shape} in {groups} groups, offsets {offsets.Shape} in {offsetGroups}{(mask is null ? "" : $" and the mask {mask.Shape}")} do not fit {x.Shape}",
                $"Offsets of the shape {offsetShape} are meant");
        }

        Tensor scale = builder.Constant("scale", new Shape(2), [2f / x.Shape[2], 2f / x.Shape[3]]);
        Tensor places = builder.Constant("places", new Shape(taps, rows, columns, 2), Places(window, kernel, rows, columns, x.Shape));
        var sampled = new Tensor[offsetGroups];
        for (int group = 0; group < offsetGroups; group++)
        {
            Tensor grid = Grid(builder, Channels(builder, offsets, "offsets", group, taps * 2), taps, scale, places);
            Tensor part = Channels(builder, x, "part", group, channels / offsetGroups);
            Tensor values = builder.Reshape(builder.AddStep("sampled", "GridSample", Linear, part, grid), "taps", x.Shape[0], channels / offsetGroups, taps, rows, columns);
            if (mask is not null)
            {
                Tensor factors = builder.Reshape(Channels(builder, mask, "mask", group, taps), "factors", x.Shape[0], 1, taps, rows, columns);
                values = Logic.Plain.Step(builder, "Multiply", values, factors);
            }

            sampled[group] = values;
        }

        Tensor all = offsetGroups == 1 ? sampled[0] : builder.AddStep("all", "Concatenate", new ConcatenateAttributes(1), sampled);
        Tensor image = builder.Reshape(all, "image", x.Shape[0], channels * taps, rows, columns);
        Tensor filters = builder.Reshape(weights, "filters", weights.Shape[0], weights.Shape[1] * taps, 1, 1);
        Tensor made = builder.Add("Conv2D", new Conv2DAttributes(1, 1, 1, 1, 0, 0, 0, 0, groups, Clamp.None),
            builder.ToChannelsLast(image), builder.Transpose(filters, "ohwi", 0, 2, 3, 1), node.Optional(3));
        builder.Bind(node, 0, ChannelsFirst.Restore(made, 2, builder));
    }

    private static int Count(OnnxNode node, string name) => node.Int(name, 1) is > 0 and <= 1 << 16 and var count
        ? (int)count
        : throw new OnnxNodeException($"{name} is {node.Int(name, 1)}", "One group or more is needed");

    private static Tensor Channels(OnnxGraphBuilder builder, Tensor tensor, string suffix, int group, int count)
    {
        Shape shape = tensor.Shape;
        return builder.Slice(tensor, suffix, [0, group * count, 0, 0], [shape[0], count, shape[2], shape[3]], [1, 1, 1, 1]);
    }

    /// <summary>Coordinates (x, y) from −1 to 1 of a group's taps, [N, T · OH, OW, 2].</summary>
    private static Tensor Grid(OnnxGraphBuilder builder, Tensor offsets, int taps, Tensor scale, Tensor places)
    {
        (int batch, int rows, int columns) = (offsets.Shape[0], offsets.Shape[2], offsets.Shape[3]);
        Tensor pairs = builder.Transpose(builder.Reshape(offsets, "pairs", batch, taps, 2, rows, columns), "pairs_last", 0, 1, 3, 4, 2);
        Tensor coordinates = Logic.Plain.Step(builder, "Add", Logic.Plain.Step(builder, "Multiply", pairs, scale), places);
        Tensor turned = builder.Slice(coordinates, "turned", [0, 0, 0, 0, 1], [batch, taps, rows, columns, 2], [1, 1, 1, 1, -1]);
        return builder.Reshape(turned, "grid", batch, taps * rows, columns, 2);
    }

    /// <summary>Where taps lie without offsets, as (y, x) from −1 to 1 over the edges of the operand's elements.</summary>
    private static float[] Places(SpatialWindow window, int[] kernel, int rows, int columns, Shape x)
    {
        OnnxLimits.Check("places", ElementType.Float32, [kernel[0], kernel[1], rows, columns, 2]);
        float[] places = new float[kernel[0] * kernel[1] * rows * columns * 2];
        int at = 0;
        for (int tap = 0; tap < kernel[0] * kernel[1]; tap++)
        {
            for (int place = 0; place < rows * columns; place++)
            {
                long y = ((long)(place / columns) * window.Strides[0]) - window.Before[0] + ((long)(tap / kernel[1]) * window.Dilations[0]);
                long left = ((long)(place % columns) * window.Strides[1]) - window.Before[1] + ((long)(tap % kernel[1]) * window.Dilations[1]);
                places[at++] = (float)((((2.0 * y) + 1) / x[2]) - 1);
                places[at++] = (float)((((2.0 * left) + 1) / x[3]) - 1);
            }
        }

        return places;
    }
}
