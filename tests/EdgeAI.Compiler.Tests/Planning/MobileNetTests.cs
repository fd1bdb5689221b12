using System.Runtime.InteropServices;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.Pooling;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Streams;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Tests.Planning;

/// <summary>MobileNetV2 1.0 at 224×224 in int8, with weights from a generator of numbers, in a quarter of its live tensors.</summary>
[TestClass]
public sealed class MobileNetTests(TestContext context)
{
    private static readonly (int Expansion, int Channels, int Blocks, int Stride)[] Stages =
        [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

    private readonly GraphBuilder _builder = new();
    private readonly Random _random = new(2018);
    private int _layer;

    [TestMethod]
    public void RunsInAQuarterOfItsLiveTensors()
    {
        Graph graph = Build();
        Assert.AreEqual("", string.Join('\n', GraphVerifier.Verify(graph)));
        MemoryPlan whole = MemoryPlanner.Plan(graph, InstructionSet.Dsp);
        const long LiveTensors = 112 * 112 * 96 + 56 * 56 * 96;
        IReadOnlyList<MemoryPlan> ways = StreamSearch.Run(graph, whole, InstructionSet.Dsp, StreamSearch.AskedWork, default);
        MemoryPlan plan = ways[BudgetedPlan.Choose(ways, new(null, LiveTensors / 4), _ => true)];
        PlanPoint[] points = [.. ways.Select(way => PlanPoint.Of(graph, way))];
        context.WriteLine($"{whole.ArenaBytes}, {whole.LowerBoundBytes}: {string.Join("; ", points.Select(point => point.ToString()))}");
        Assert.IsGreaterThanOrEqualTo(LiveTensors, whole.LowerBoundBytes);
        Assert.IsLessThanOrEqualTo(LiveTensors / 4, plan.ArenaBytes);
        Assert.IsTrue(points.All(point => point.ExtraMacs == 0));
        Assert.AreEqual("", string.Join('\n', PlanVerifier.Verify(graph, plan, InstructionSet.Dsp)));
        sbyte[] image = new sbyte[224 * 224 * 3];
        _random.NextBytes(MemoryMarshal.AsBytes(image.AsSpan()));
        var apart = new GraphExecutor(graph);
        var together = new ArenaExecutor(graph, plan, poisonDeadBytes: true);
        apart.SetInput(0, MemoryMarshal.AsBytes(image.AsSpan()));
        together.SetInput(0, MemoryMarshal.AsBytes(image.AsSpan()));
        apart.Run();
        together.Run();
        Assert.IsTrue(apart.Output(0).SequenceEqual(together.Output(0)));
        Assert.IsGreaterThan(10, apart.Output(0).ToArray().Distinct().Count());
    }

    private Graph Build()
    {
        Tensor x = _builder.AddInput("image", 1, 224, 224, 3);
        x.Type = ElementType.Int8;
        x.Quantization = QuantizationParameters.PerTensor(0.02f, 0);
        x = Convolution(x, 32, 3, 2, Clamp.Relu6);
        foreach ((int expansion, int channels, int blocks, int stride) in Stages)
        {
            for (int block = 0; block < blocks; block++)
            {
                Tensor wide = expansion == 1 ? x : Convolution(x, x.Shape[3] * expansion, 1, 1, Clamp.Relu6);
                Tensor narrow = Convolution(Depthwise(wide, block == 0 ? stride : 1), channels, 1, 1, Clamp.None);
                x = block == 0 ? narrow : Quantized(_builder.Node("Add", new BinaryAttributes(Clamp.None), x, narrow), 0.05f, 0);
            }
        }

        x = Convolution(x, 1280, 1, 1, Clamp.Relu6);
        QuantizationParameters quantization = x.Quantization!;
        x = _builder.Node("AveragePool2D", new Pool2DAttributes(7, 7, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, CountIncludePad: false, Clamp.None), x);
        x.Quantization = quantization;
        _builder.Graph.Outputs.Add(Convolution(x, 1000, 1, 1, Clamp.None));
        return _builder.Graph;
    }

    private Tensor Convolution(Tensor x, int channels, int kernel, int stride, Clamp clamp)
    {
        var padding = Padding2D.Same(x.Shape[1], x.Shape[2], kernel, kernel, stride, stride, 1, 1);
        return Quantized(
            _builder.Node(
                "Conv2D", new Conv2DAttributes(stride, stride, 1, 1, padding.Top, padding.Bottom, padding.Left, padding.Right, 1, clamp),
                x, Weights(kernel * kernel * x.Shape[3], channels, kernel, kernel, x.Shape[3]), null),
            clamp.IsNone ? 0.05f : 6f / 255, clamp.IsNone ? 0 : -128);
    }

    private Tensor Depthwise(Tensor x, int stride)
    {
        var padding = Padding2D.Same(x.Shape[1], x.Shape[2], 3, 3, stride, stride, 1, 1);
        return Quantized(
            _builder.Node(
                "DepthwiseConv2D",
                new DepthwiseConv2DAttributes(stride, stride, 1, 1, padding.Top, padding.Bottom, padding.Left, padding.Right, 1, Clamp.Relu6),
                x, Weights(9, 1, 3, 3, x.Shape[3]), null),
            6f / 255, -128);
    }

    /// <summary>Weights whose sums keep the spread of the values.</summary>
    private Tensor Weights(int depth, params int[] extents)
    {
        sbyte[] values = new sbyte[extents.Aggregate(1, (product, extent) => product * extent)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (sbyte)_random.Next(-127, 128);
        }

        return Tensor.FromValues<sbyte>(
            $"w{_layer++}", ElementType.Int8, new Shape(extents), values, QuantizationParameters.PerTensor(2f / (73 * MathF.Sqrt(depth)), 0));
    }

    private static Tensor Quantized(Tensor tensor, float scale, int zeroPoint)
    {
        tensor.Quantization = QuantizationParameters.PerTensor(scale, zeroPoint);
        return tensor;
    }
}
