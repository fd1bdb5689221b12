using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.Shaping;
using EdgeAI.Compiler.Passes;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;
using EdgeAI.Compiler.Tests.Operators;

namespace EdgeAI.Compiler.Tests.Passes;

[TestClass]
public sealed class FuseTransposeIntoConvolutionTests
{
    [TestMethod]
    public void Convolutions_read_channels_first_by_themselves()
    {
        Graph graph = Image(readers: 2, groups: 1);
        Graph fused = FuseTransposeIntoConvolution.Of(graph)!;
        Assert.AreEqual("PlanarConv2D PlanarConv2D", Operators(fused));
        Assert.AreEqual("Transpose Conv2D Conv2D", Operators(graph), "the graph itself stays");
        Assert.IsEmpty(GraphVerifier.Verify(fused));
        var random = new Random(3);
        byte[] x = RandomTensors.Floats(random, "x", 1, 3, 9, 8).Constant!.Value.ToArray();
        IReadOnlyList<byte[]> expected = Run(graph, x);
        IReadOnlyList<byte[]> actual = Run(fused, x);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.AreEqual("", ResultDifference.Find(graph.Outputs[i], expected[i], actual[i], exactFloats: false));
        }
    }

    [TestMethod]
    [DataRow("groups")]
    [DataRow("another reader")]
    [DataRow("an output")]
    [DataRow("another order")]
    public void What_cannot_read_planes_keeps_the_transpose(string obstacle)
    {
        Graph graph = Image(readers: 1, groups: obstacle == "groups" ? 3 : 1);
        Node transpose = graph.Nodes[0];
        switch (obstacle)
        {
            case "another reader":
                graph.Nodes.Add(Made(new Node("r", "Clamp", new ClampAttributes(Clamp.Relu)) { Inputs = [transpose.Output] }));
                graph.Outputs.Add(graph.Nodes[^1].Output);
                break;
            case "an output":
                graph.Outputs.Add(transpose.Output);
                break;
            case "another order":
                transpose.Attributes = new TransposeAttributes([0, 3, 2, 1]);
                break;
        }

        Assert.IsNull(FuseTransposeIntoConvolution.Of(graph));
    }

    /// <summary>The image must live as long as its reader: where the copy could be overwritten and the image not, the copy makes the smaller arena.</summary>
    [TestMethod]
    [DataRow(2, "PlanarConv2D")]
    [DataRow(16, "Transpose Conv2D")]
    public void The_smaller_arena_decides(int channels, string expected)
    {
        Graph graph = Image(readers: 1, groups: 1, channels);
        var quantized = new QuantizedModel(
            graph, new ModelSource("image.onnx", new string('0', 64), "onnx"), nameof(QuantizationScheme.Float32), false, 0, new BorderLayouts([[]], [[]]));
        PlannedModel planned = PlanStage.Run(quantized, TargetCatalog.Get("cortex-m4"), new ModelSettings { Name = "image" }, new List<Diagnostic>(), CancellationToken.None);
        Assert.AreEqual(expected, Operators(planned.Quantized.Graph));
    }

    private static string Operators(Graph graph) => string.Join(' ', graph.Nodes.Select(node => node.Operator));

    private static IReadOnlyList<byte[]> Run(Graph graph, byte[] x)
    {
        var executor = new GraphExecutor(graph);
        executor.SetInput(0, x);
        executor.Run();
        return [.. graph.Outputs.Select((_, i) => executor.Output(i).ToArray())];
    }

    private static Graph Image(int readers, int groups, int channels = 6)
    {
        var random = new Random(5);
        var x = new Tensor("x", ElementType.Float32, new Shape(1, 3, 9, 8));
        var graph = new Graph { Name = "image", Inputs = [x] };
        Node transpose = Made(new Node("t", "Transpose", new TransposeAttributes([0, 2, 3, 1])) { Inputs = [x] });
        graph.Nodes.Add(transpose);
        for (int i = 0; i < readers; i++)
        {
            graph.Nodes.Add(Made(new Node($"c{i}", "Conv2D", new Conv2DAttributes(2, 1, 1, 1, 1, 1, 0, 1, groups, Clamp.Relu))
            {
                Inputs = [transpose.Output, RandomTensors.Floats(random, $"w{i}", channels, 3, 3, 3 / groups), RandomTensors.Floats(random, $"b{i}", channels)],
            }));
            graph.Outputs.Add(graph.Nodes[^1].Output);
        }

        return graph;
    }

    private static Node Made(Node node)
    {
        TensorType type = OperatorCatalog.Of(node).Infer(node)[0];
        node.Outputs.Add(new Tensor($"{node.Name}:y", type.Type, type.Shape));
        return node;
    }
}
