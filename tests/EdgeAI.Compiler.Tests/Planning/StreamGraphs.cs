using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.Pooling;
using EdgeAI.Compiler.Operators.Shaping;
using EdgeAI.Compiler.Planning.Streams;
using EdgeAI.Compiler.Tests.Operators;

namespace EdgeAI.Compiler.Tests.Planning;

/// <summary>Random float graphs over one image whose nodes can run row by row, and random segments of them.</summary>
internal static class StreamGraphs
{
    /// <summary>Windows of any stride, padding and dilation, residuals, concatenations, factors by channel, now and then an operator that no stream takes.</summary>
    public static Graph Random(Random random, int nodes)
    {
        var builder = new GraphBuilder();
        var values = new List<Tensor> { builder.AddInput("image", 1, random.Next(1, 25), random.Next(1, 9), random.Next(1, 6)) };
        for (int i = 0; i < nodes; i++)
        {
            Tensor x = random.Next(6) > 0 ? values[^1] : values[random.Next(values.Count)];
            Tensor[] alike = [.. values.Where(value => value.Shape == x.Shape)];
            values.Add(random.Next(12) switch
            {
                0 or 1 => builder.Add(x, alike[random.Next(alike.Length)]),
                2 => builder.Relu(x),
                3 => builder.Node("Multiply", new BinaryAttributes(Clamp.None), x, RandomTensors.Floats(random, $"f{i}", 1, 1, 1, x.Shape[3])),
                4 when x.Shape[3] < 12 => builder.Node("Concatenate", new ConcatenateAttributes(3), x, alike[random.Next(alike.Length)]),
                5 => Pool(builder, random, x),
                6 => builder.Node("Pad", new PadAttributes([0, 0, 1, 0], [0, 0, 0, 0], PadMode.Constant, 0.5f), x),
                7 => random.Next(3) == 0 ? builder.Transpose(x, 0, 2, 1, 3) : builder.Negate(x),
                8 or 9 => Depthwise(builder, random, x, $"d{i}"),
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

    /// <summary>Some segments that can run row by row, in order, none over another.</summary>
    public static List<RowSchedule> Segments(Graph graph, Random random)
    {
        var segments = new List<RowSchedule>();
        for (int first = 0; first < graph.Nodes.Count; first++)
        {
            int last = Math.Min(graph.Nodes.Count - 1, first + random.Next(8));
            if (random.Next(3) > 0 && RowSchedule.TryMake(graph, first, last, random.Next(1, 4)) is { } segment)
            {
                segments.Add(segment);
                first = last;
            }
        }

        return segments;
    }

    private static Tensor Convolution(GraphBuilder builder, Random random, Tensor x, string name)
    {
        (int height, int width, int dilation, int[] pads) = Window(random, x);
        return builder.Node(
            "Conv2D",
            new Conv2DAttributes(random.Next(1, 4), random.Next(1, 3), dilation, 1, pads[0], pads[1], pads[2], pads[3], 1, RandomTensors.Clamp(random)),
            x, RandomTensors.Floats(random, name, random.Next(1, 9), height, width, x.Shape[3]), null);
    }

    private static Tensor Depthwise(GraphBuilder builder, Random random, Tensor x, string name)
    {
        (int height, int width, int dilation, int[] pads) = Window(random, x);
        return builder.Node(
            "DepthwiseConv2D",
            new DepthwiseConv2DAttributes(random.Next(1, 4), random.Next(1, 3), dilation, 1, pads[0], pads[1], pads[2], pads[3], 1, RandomTensors.Clamp(random)),
            x, RandomTensors.Floats(random, name, 1, height, width, x.Shape[3]), null);
    }

    /// <summary>Pools whose last window may reach behind the padded image.</summary>
    private static Tensor Pool(GraphBuilder builder, Random random, Tensor x)
    {
        (int height, int width, _, int[] pads) = Window(random, x);
        int strideHeight = random.Next(1, 3);
        int strideWidth = random.Next(1, 3);
        int padded = x.Shape[1] + pads[0] + pads[1];
        int rows = Math.Min(padded - height + random.Next(strideHeight), padded - 1) / strideHeight;
        return builder.Node(
            random.Next(2) == 0 ? "MaxPool2D" : "AveragePool2D",
            new Pool2DAttributes(
                height, width, strideHeight, strideWidth, 1, 1, pads[0], pads[1], pads[2], pads[3],
                rows + 1, ((x.Shape[2] + pads[2] + pads[3] - width) / strideWidth) + 1, random.Next(2) == 0, Clamp.None),
            x);
    }

    private static (int Height, int Width, int Dilation, int[] Pads) Window(Random random, Tensor x)
    {
        int height = Math.Min(random.Next(1, 4), x.Shape[1]);
        int width = Math.Min(random.Next(1, 4), x.Shape[2]);
        int dilation = random.Next(3) == 0 && ((height - 1) * 2) + 1 <= x.Shape[1] ? 2 : 1;
        int span = ((height - 1) * dilation) + 1;
        return (height, width, dilation, [random.Next(span), random.Next(span), random.Next(width), random.Next(width)]);
    }
}
