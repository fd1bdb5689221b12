using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.Pooling;
using EdgeAI.Compiler.Tests.Operators;

namespace EdgeAI.Compiler.Tests.Planning;

/// <summary>Random float graphs over images: convolutions, pools, residuals, whose results can overlap their operands.</summary>
internal static class ImageGraphs
{
    /// <summary>Mostly a chain; values are now and then read again later, or given out.</summary>
    public static Graph Random(Random random, int nodes, string name = "model")
    {
        var builder = new GraphBuilder(name);
        var values = new List<Tensor> { builder.AddInput("image", random.Next(1, 3), random.Next(1, 14), random.Next(1, 14), random.Next(1, 6)) };
        for (int i = 0; i < nodes; i++)
        {
            Tensor x = random.Next(6) > 0 ? values[^1] : values[random.Next(values.Count)];
            Tensor[] alike = [.. values.Where(value => value.Shape == x.Shape)];
            values.Add(random.Next(8) switch
            {
                0 => builder.Add(x, alike[random.Next(alike.Length)]),
                1 => builder.Relu(x),
                2 or 3 => Depthwise(builder, random, x, $"d{i}"),
                4 => Pool(builder, random, x),
                _ => Convolution(builder, random, x, $"c{i}"),
            });
        }

        builder.Graph.Outputs.Add(values[^1]);
        if (random.Next(4) == 0)
        {
            builder.Graph.Outputs.Add(values[random.Next(values.Count)]);
        }

        return builder.Graph;
    }

    /// <summary>A convolution of 3×3 with as many rows and columns out as in.</summary>
    public static Tensor SameConvolution(GraphBuilder builder, Random random, Tensor x, int outputs, string name) => builder.Node(
        "Conv2D", new Conv2DAttributes(1, 1, 1, 1, 1, 1, 1, 1, 1, Clamp.None),
        x, RandomTensors.Floats(random, name, outputs, 3, 3, x.Shape[3]), null);

    /// <summary>A depthwise convolution of 3×3 with as many rows and columns out as in.</summary>
    public static Tensor SameDepthwise(GraphBuilder builder, Random random, Tensor x, string name) => builder.Node(
        "DepthwiseConv2D", new DepthwiseConv2DAttributes(1, 1, 1, 1, 1, 1, 1, 1, 1, Clamp.None),
        x, RandomTensors.Floats(random, name, 1, 3, 3, x.Shape[3]), null);

    /// <summary>A convolution of 1×1.</summary>
    public static Tensor Pointwise(GraphBuilder builder, Random random, Tensor x, int outputs, string name) => builder.Node(
        "Conv2D", new Conv2DAttributes(1, 1, 1, 1, 0, 0, 0, 0, 1, Clamp.None),
        x, RandomTensors.Floats(random, name, outputs, 1, 1, x.Shape[3]), null);

    private static Tensor Convolution(GraphBuilder builder, Random random, Tensor x, string name)
    {
        (int height, int width, int[] pads) = Window(random, x);
        return builder.Node(
            "Conv2D",
            new Conv2DAttributes(random.Next(1, 3), random.Next(1, 3), 1, 1, pads[0], pads[1], pads[2], pads[3], 1, RandomTensors.Clamp(random)),
            x, RandomTensors.Floats(random, name, random.Next(1, 9), height, width, x.Shape[3]), null);
    }

    private static Tensor Depthwise(GraphBuilder builder, Random random, Tensor x, string name)
    {
        (int height, int width, int[] pads) = Window(random, x);
        int multiplier = random.Next(3) == 0 && x.Shape[3] < 5 ? 2 : 1;
        return builder.Node(
            "DepthwiseConv2D",
            new DepthwiseConv2DAttributes(
                random.Next(1, 3), random.Next(1, 3), 1, 1, pads[0], pads[1], pads[2], pads[3], multiplier, RandomTensors.Clamp(random)),
            x, RandomTensors.Floats(random, name, 1, height, width, x.Shape[3] * multiplier), null);
    }

    private static Tensor Pool(GraphBuilder builder, Random random, Tensor x)
    {
        (int height, int width, int[] pads) = Window(random, x);
        int strideHeight = random.Next(1, 3);
        int strideWidth = random.Next(1, 3);
        return builder.Node(
            random.Next(2) == 0 ? "MaxPool2D" : "AveragePool2D",
            new Pool2DAttributes(
                height, width, strideHeight, strideWidth, 1, 1, pads[0], pads[1], pads[2], pads[3],
                ((x.Shape[1] + pads[0] + pads[1] - height) / strideHeight) + 1, ((x.Shape[2] + pads[2] + pads[3] - width) / strideWidth) + 1,
                CountIncludePad: false, Clamp.None),
            x);
    }

    private static (int Height, int Width, int[] Pads) Window(Random random, Tensor x)
    {
        int height = Math.Min(random.Next(1, 4), x.Shape[1]);
        int width = Math.Min(random.Next(1, 4), x.Shape[2]);
        return (height, width, [random.Next(height), random.Next(height), random.Next(width), random.Next(width)]);
    }
}
