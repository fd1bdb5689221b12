using System.Runtime.InteropServices;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Operators.Quantizing;
using EdgeAI.Compiler.Operators.Shaping;
using EdgeAI.Compiler.Passes;

namespace EdgeAI.Compiler.Tests.Passes;

/// <summary>Writes small graphs, with shapes inferred and constants from a fixed generator.</summary>
internal sealed class GraphBuilder
{
    private readonly TestInputs _numbers = new(seed: 7);
    private int _count;

    public Graph Graph { get; } = new();

    public static int[] ToChannelsLast { get; } = [0, 2, 3, 1];

    public static int[] ToChannelsFirst { get; } = [0, 3, 1, 2];

    public Tensor Input(params int[] extents)
    {
        var input = new Tensor($"input{Graph.Inputs.Count}", ElementType.Float32, new Shape(extents));
        Graph.Inputs.Add(input);
        return input;
    }

    public Tensor Input(ElementType type, QuantizationParameters? quantization, params int[] extents)
    {
        Tensor input = Input(extents);
        input.Type = type;
        input.Quantization = quantization;
        return input;
    }

    /// <summary>Random constants scaled down as weights are.</summary>
    public Tensor Constant(params int[] extents)
    {
        var like = new Tensor($"constant{_count++}", ElementType.Float32, new Shape(extents));
        float[] values = MemoryMarshal.Cast<byte, float>(_numbers.Next(like)).ToArray();
        return Tensor.FromValues(like.Name, like.Type, like.Shape, Array.ConvertAll(values, value => value * 0.3f));
    }

    public Tensor Positive(int extent)
    {
        Tensor constant = Constant(extent);
        return Tensor.FromValues(constant.Name, constant.Type, constant.Shape, Array.ConvertAll(constant.Values<float>().ToArray(), value => MathF.Abs(value) + 0.5f));
    }

    public Tensor Scalar(float value) => Tensor.FromValues($"constant{_count++}", ElementType.Float32, Shape.Scalar, [value]);

    public Tensor Integers(QuantizationParameters quantization, params int[] extents)
    {
        var like = new Tensor($"constant{_count++}", ElementType.Int8, new Shape(extents));
        return new Tensor(like.Name, like.Type, like.Shape) { Constant = _numbers.Next(like), Quantization = quantization };
    }

    public Tensor Op(string name, OperatorAttributes attributes, params Tensor?[] inputs) =>
        Op(name, attributes, ElementType.Unknown, null, inputs);

    public Tensor Op(string name, OperatorAttributes attributes, ElementType type, QuantizationParameters? quantization, params Tensor?[] inputs)
    {
        var output = new Tensor($"value{_count++}", type, Shape.Scalar) { Quantization = quantization };
        var node = new Node($"{name}_{_count}", name, attributes) { Inputs = [.. inputs], Outputs = [output] };
        TensorType inferred = OperatorCatalog.Of(node).Infer(node)[0];
        output.Type = inferred.Type;
        output.Shape = inferred.Shape;
        output.Quantization ??= inferred.Type.IsFloat() ? null : inputs[0]!.Quantization;
        Graph.Nodes.Add(node);
        return output;
    }

    public Tensor Transpose(Tensor x, params int[] permutation) => Op("Transpose", new TransposeAttributes([.. permutation]), x);

    public Tensor Reshape(Tensor x, params int[] extents) => Op("Reshape", new ReshapeAttributes([.. extents]), x);

    public Tensor Relu(Tensor x) => Op("Clamp", new ClampAttributes(Clamp.Relu), x);

    public Tensor Unary(string name, Tensor x) => Op(name, UnaryAttributes.None, x);

    public Tensor Binary(string name, Tensor a, Tensor b) => Op(name, new BinaryAttributes(Clamp.None), a, b);

    public Tensor FullyConnected(Tensor x, int outputs) =>
        Op("FullyConnected", new FullyConnectedAttributes(Clamp.None), x, Constant(outputs, x.Shape[-1]), Constant(outputs));

    public Tensor Conv(Tensor x, int outputs, int kernel = 3, bool bias = true, int stride = 1)
    {
        int pad = kernel / 2;
        return Op("Conv2D", new Conv2DAttributes(stride, stride, 1, 1, pad, pad, pad, pad, 1, Clamp.None),
            x, Constant(outputs, kernel, kernel, x.Shape[3]), bias ? Constant(outputs) : null);
    }

    /// <summary>A convolution as an importer of channels-first files writes it: between two Transposes.</summary>
    public Tensor ChannelsFirstConv(Tensor x, int outputs, int kernel = 3, bool bias = true, int stride = 1) =>
        Transpose(Conv(Transpose(x, ToChannelsLast), outputs, kernel, bias, stride), ToChannelsFirst);

    public Tensor Quantize(Tensor x, float scale, int zeroPoint, ElementType type = ElementType.Int8) =>
        Op("Quantize", QuantizeAttributes.Away, type, QuantizationParameters.PerTensor(scale, zeroPoint), x);

    public Tensor Dequantize(Tensor x) => Op("Dequantize", NoAttributes.Instance, x);

    public Graph Build(params Tensor[] outputs)
    {
        foreach (Tensor output in outputs)
        {
            Graph.Outputs.Add(output);
        }

        Assert.AreEqual("", string.Join("; ", GraphVerifier.Verify(Graph)), "the graph as built");
        return Graph;
    }

    /// <summary>Runs passes, each checked by the runner; fails the test with the pass at fault.</summary>
    public static Graph Pass(Graph graph, params Pass[] passes)
    {
        PassRunner.Run(graph, passes, []);
        return graph;
    }

    public static string Operators(Graph graph) => string.Join(' ', graph.Nodes.Select(node => node.Operator));

    public static float[] Outputs(Graph graph, ulong seed = 3)
    {
        var executor = new GraphExecutor(graph);
        var inputs = new TestInputs(seed);
        for (int i = 0; i < graph.Inputs.Count; i++)
        {
            executor.SetInput(i, inputs.Next(graph.Inputs[i]));
        }

        executor.Run();
        return MemoryMarshal.Cast<byte, float>(executor.Output(0)).ToArray();
    }
}
