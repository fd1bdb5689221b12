using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.FullyConnected;

namespace EdgeAI.Compiler.Tests.Operators;

/// <summary>
/// Random int8 layers for which kernels of a set of instructions are chosen: weights that can be packed, sums that can be proven, with shapes around
/// the widths of tiles. Some are at the edges: all weights at ±127 or 0, sums beyond the proof, −128 among the weights.
/// </summary>
internal static class QuantizedLayers
{
    /// <summary>A layer with operands, result and quantization.</summary>
    public static Node Random(Random random, int number) => random.Next(8) switch
    {
        0 or 1 or 2 => Convolution(random, number),
        3 or 4 or 5 => Depthwise(random, number),
        6 => FullyConnected(random, number),
        _ => Add(random, number),
    };

    /// <summary>The layer with weights of 4 bits, from the upper halves of its int8 weights; itself where it has none.</summary>
    public static Node WithNibbles(Node node)
    {
        if (node.Operator is not ("Conv2D" or "DepthwiseConv2D" or "FullyConnected"))
        {
            return node;
        }

        Tensor weights = node.Input(1);
        QuantizationParameters scales = weights.Quantization!;
        sbyte[] upper = [.. weights.Values<sbyte>().ToArray().Select(weight => (sbyte)(weight >> 4))];
        node.Inputs[1] = Tensor.FromNibbles(weights.Name, weights.Shape, upper,
            new([.. scales.Scales.Select(scale => 16 * scale)], [.. new int[scales.ZeroPoints.Length]], scales.Axis));
        return node;
    }

    private static Node Convolution(Random random, int number)
    {
        bool product = random.Next(3) == 0;
        int channels = random.Next(2) == 0 ? 4 * random.Next(1, 12) : random.Next(1, 12);
        int outputs = random.Next(1, 20);
        int kernelHeight = product ? 1 : random.Next(1, 4);
        int kernelWidth = product ? 1 : random.Next(1, 5);
        int Padding() => product || random.Next(2) == 0 ? 0 : random.Next(0, 3);
        int dilation = product || random.Next(3) != 0 ? 1 : 2;
        var attributes = new Conv2DAttributes(product ? 1 : random.Next(1, 3), product ? 1 : random.Next(1, 3), dilation, dilation,
            Padding(), Padding(), Padding(), Padding(), 1, RandomTensors.Clamp(random));
        Tensor x = RandomTensors.Activation(
            random, $"x{number}", true, random.Next(1, 3), ((kernelHeight - 1) * dilation) + random.Next(1, 7), ((kernelWidth - 1) * dilation) + random.Next(1, 9), channels);
        return Finished(random, new Node($"conv{number}", "Conv2D", attributes)
        {
            Inputs = [x, Weights(random, $"w{number}", 0, outputs, kernelHeight, kernelWidth, channels), Bias(random, $"b{number}", outputs)],
        }, channels * kernelHeight * kernelWidth);
    }

    private static Node Depthwise(Random random, int number)
    {
        int channels = 4 * random.Next(1, 6);
        int kernelHeight = random.Next(2) == 0 ? 3 : random.Next(1, 6);
        int kernelWidth = random.Next(2) == 0 ? 3 : random.Next(1, 4);
        int dilation = random.Next(3) == 0 ? 2 : 1;
        int stride = random.Next(1, 3);
        int Padding() => random.Next(0, 3);
        var attributes = new DepthwiseConv2DAttributes(
            stride, stride, dilation, dilation, Padding(), Padding(), Padding(), Padding(), 1, RandomTensors.Clamp(random));
        Tensor x = RandomTensors.Activation(
            random, $"x{number}", true, random.Next(1, 3), ((kernelHeight - 1) * dilation) + random.Next(1, 9), ((kernelWidth - 1) * dilation) + random.Next(1, 9), channels);
        return Finished(random, new Node($"depthwise{number}", "DepthwiseConv2D", attributes)
        {
            Inputs = [x, Weights(random, $"w{number}", 3, 1, kernelHeight, kernelWidth, channels), Bias(random, $"b{number}", channels)],
        }, kernelHeight * kernelWidth);
    }

    private static Node FullyConnected(Random random, int number)
    {
        int depth = random.Next(3) == 0 ? random.Next(1, 40) : 4 * random.Next(1, 40);
        int outputs = random.Next(1, 30);
        return Finished(random, new Node($"fc{number}", "FullyConnected", new FullyConnectedAttributes(RandomTensors.Clamp(random)))
        {
            Inputs =
            [
                RandomTensors.Activation(random, $"x{number}", true, random.Next(1, 4), depth),
                Weights(random, $"w{number}", 0, outputs, depth), Bias(random, $"b{number}", outputs),
            ],
        }, depth);
    }

    private static Node Add(Random random, int number)
    {
        int channels = random.Next(1, 20);
        var node = new Node($"add{number}", "Add", new BinaryAttributes(RandomTensors.Clamp(random)))
        {
            Inputs = [RandomTensors.Activation(random, $"x{number}", true, 1, 3, channels), RandomTensors.Activation(random, $"z{number}", true, 1, 3, channels)],
        };
        RandomTensors.AddResult(random, node, OperatorCatalog.Of(node).Infer(node)[0].Shape, 0.03);
        return node;
    }

    private static Node Finished(Random random, Node node, int depth)
    {
        double scale = node.Input(0).Quantization!.Scale * 0.012 * 60 * Math.Sqrt(depth);
        RandomTensors.AddResult(random, node, OperatorCatalog.Of(node).Infer(node)[0].Shape, scale);
        if (random.Next(2) == 0)
        {
            node.Output.Quantization = QuantizationParameters.PerTensor(node.Output.Quantization!.Scale, -128);
        }

        return node;
    }

    private static Tensor Weights(Random random, string name, int axis, params int[] extents)
    {
        Tensor weights = RandomTensors.Weights(random, name, axis, extents);
        sbyte[] values = weights.Values<sbyte>().ToArray();
        int channels = extents[axis];
        int kind = random.Next(6);
        int inner = axis == 0 ? values.Length / channels : 1;
        int dead = random.Next(2) == 0 ? random.Next(channels) : -1;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = kind switch
            {
                0 => (sbyte)(random.Next(2) == 0 ? 127 : -127),
                1 => 127,
                2 => values[i],
                _ => Math.Max((sbyte)-127, values[i]),
            };
            if (i / inner % channels == dead)
            {
                values[i] = 0;
            }
        }

        int scaleCount = weights.Quantization!.Scales.Length;
        float[] scales = [.. Enumerable.Range(0, scaleCount).Select(_ => 0.002f + (random.NextSingle() * 0.02f))];
        return Tensor.FromValues<sbyte>(name, ElementType.Int8, weights.Shape, values,
            new([.. scales], [.. new int[scaleCount]], weights.Quantization.Axis));
    }

    private static Tensor? Bias(Random random, string name, int channels)
    {
        int limit = random.Next(10) switch { 0 => int.MaxValue, 1 => 1 << 23, _ => 20_000 };
        return random.Next(5) == 0 ? null : Tensor.FromValues<int>(
            name, ElementType.Int32, new Shape(channels), Enumerable.Range(0, channels).Select(_ => random.Next(-limit, limit)).ToArray());
    }
}
