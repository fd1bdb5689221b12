using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Operators.Indexing;

/// <summary>ONNX Col2Im and MaxUnpool: values put into an image of zeros at places that are known, or that a pool has found.</summary>
internal sealed class ImagePlacesOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Col2Im", "MaxUnpool"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder) =>
        builder.Bind(node, 0, node.OperatorType == "Col2Im" ? Columns(node, builder, node.Input(0)) : Unpool(node, builder, node.Input(0)));

    /// <summary>x [N, C · elements of a block, blocks]: blocks that overlap add up.</summary>
    private static Tensor Columns(OnnxNode node, OnnxGraphBuilder builder, Tensor x)
    {
        if (x.Shape.Rank != 3)
        {
            throw new OnnxNodeException($"'{x}' has {x.Shape.Rank} axes", "Three are needed: batch, elements of blocks and blocks");
        }

        int[] image = Sizes(node.RequiredInts(1, "image shape"));
        int[] block = Sizes(node.RequiredInts(2, "block shape"));
        int axes = image.Length;
        if (block.Length != axes)
        {
            throw new OnnxNodeException($"blocks of {block.Length} axes do not fit an image of {axes}", "Export the model again");
        }

        int[] strides = node.Extents("strides", axes, 1, 1);
        int[] dilations = node.Extents("dilations", axes, 1, 1);
        int[] pads = node.Extents("pads", 2 * axes, 0, 0);
        int[] padded = [.. image.Select((extent, i) => extent + pads[i] + pads[i + axes])];
        int[] counts = [.. padded.Select((extent, i) => (int)Math.Max(0, ((extent - ((long)dilations[i] * (block[i] - 1)) - 1) / strides[i]) + 1))];
        OnnxLimits.Check("image", ElementType.Float32, [.. padded, x.Shape[0], x.Shape[1]]);
        OnnxLimits.Check("blocks", ElementType.Int64, [.. block, .. counts]);
        var blockShape = new Shape(block);
        var countShape = new Shape(counts);
        if (x.Shape[1] % blockShape.ElementCount != 0 || countShape.ElementCount != x.Shape[2])
        {
            throw new OnnxNodeException($"blocks {blockShape} of an image {new Shape(image)} do not fit {x.Shape}", "Export the model again");
        }

        int batch = x.Shape[0];
        int elements = (int)blockShape.ElementCount;
        int channels = x.Shape[1] / elements;
        int blocks = x.Shape[2];
        long[] imageStrides = new Shape(padded).Strides();
        long[] blockStrides = blockShape.Strides();
        long[] countStrides = countShape.Strides();
        long[] places = new long[elements * blocks];
        for (int i = 0; i < places.Length; i++)
        {
            for (int axis = 0; axis < axes; axis++)
            {
                long element = i / blocks / blockStrides[axis] % block[axis];
                long at = i % blocks / countStrides[axis] % counts[axis];
                places[i] += ((at * strides[axis]) + (element * dilations[axis])) * imageStrides[axis];
            }
        }

        int inner = batch * channels;
        int total = padded.Aggregate(1, (product, extent) => product * extent);
        Tensor split = builder.Transpose(builder.Reshape(x, "blocks", batch, channels, elements, blocks), "places_first", 2, 3, 0, 1);
        Tensor zeros = builder.Constant("zeros", new Shape(total, inner), new float[total * inner]);
        Tensor made = builder.Add("Scatter", new ScatterAttributes(inner, ScatterReduction.Add), zeros,
            Plain.Integers(builder, "places", ElementType.Int64, new Shape(places.Length), places), split);
        Tensor shaped = builder.Reshape(made, "image", [.. padded, batch, channels]);
        Tensor cut = builder.Slice(shaped, "cut", [.. pads.Take(axes), 0, 0], [.. image, batch, channels], [.. Enumerable.Repeat(1, axes + 2)]);
        return builder.Transpose(cut, "channels_first", [axes, axes + 1, .. Enumerable.Range(0, axes)]);
    }

    private static int[] Sizes(long[] values) => values.All(value => value is > 0 and <= 1 << 24)
        ? [.. values.Select(value => (int)value)]
        : throw new OnnxNodeException($"an image or block has the shape [{string.Join(',', values)}]", "Export the model again");

    private static Tensor Unpool(OnnxNode node, OnnxGraphBuilder builder, Tensor x)
    {
        int axes = x.Shape.Rank - 2;
        int[] kernel = node.Extents("kernel_shape", axes, 1, 1);
        int[] strides = node.Extents("strides", axes, 1, 1);
        int[] pads = node.Extents("pads", 2 * axes, 0, 0);
        int[] extents = [x.Shape[0], x.Shape[1], .. Enumerable.Range(0, axes).Select(i => ((x.Shape[i + 2] - 1) * strides[i]) + kernel[i] - pads[i] - pads[i + axes])];
        if (extents.Any(extent => extent < 0))
        {
            throw new OnnxNodeException($"its padding leads to the shape [{string.Join(',', extents)}]", "Export the model again");
        }

        OnnxLimits.Check("image", ElementType.Float32, extents);
        var shape = new Shape(extents);
        Tensor zeros = builder.Constant("zeros", shape, new float[shape.ElementCount]);
        Tensor made = builder.Add("Scatter", new ScatterAttributes(1, ScatterReduction.None), zeros, node.Input(1), x);
        if (node.ConstantInts(2, "output shape") is not { } wanted)
        {
            return made;
        }

        int[] after = [.. wanted.Select((extent, axis) => (int)extent - extents[axis])];
        return after.All(count => count == 0) ? made
            : after.Any(count => count < 0) ? throw new OnnxNodeException($"the output shape is smaller than {shape}", "Leave it out")
            : builder.AddStep("padded", "Pad", new PadAttributes([.. after.Select(_ => 0)], [.. after], PadMode.Constant, 0), made);
    }
}
