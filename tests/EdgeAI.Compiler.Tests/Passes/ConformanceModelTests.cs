using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Compiler.Tests.Passes;

/// <summary>Real exports through import: what is left of Transposes and batch normalization.</summary>
[TestClass]
public sealed class ConformanceModelTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    [DataRow("torch/asym_pad_same/model.onnx", 1)]
    [DataRow("torch/conv1d_bn/model.onnx", 1)]
    [DataRow("torch/mbv3_se_opset11_bn/model.onnx", 1)]
    [DataRow("torch/resnet_tiny_bn_unfused/model.onnx", 1)]
    [DataRow("torch/torch_ptq_digits_perchannel/model.onnx", 0)]
    [DataRow("torch/unet_tiny/model.onnx", 1)]
    [DataRow("torch/inception_split/model.onnx", 3)]
    [DataRow("quantization/hard_digits_cnn/model.onnx", 0)]
    public void AConvolutionalNetworkHasTransposesAtItsBorderOnly(string path, int transposes)
    {
        if (Import(path) is not { } graph)
        {
            return;
        }

        string operators = GraphBuilder.Operators(graph);
        foreach (Node node in graph.Nodes.Where(node => node.Operator == "Transpose"))
        {
            bool behindInput = IsInput(graph, node.Input(0));
            Assert.IsTrue(behindInput || graph.Outputs.Contains(node.Output), $"{node.Name} of {operators}");
        }

        Assert.AreEqual(transposes, graph.Nodes.Count(node => node.Operator == "Transpose"), operators);
        Assert.IsFalse(graph.Nodes.Any(node => node.Operator is "BatchNormalization" or "Clamp" or "Pad"), operators);
    }

    [TestMethod]
    public void AQuantizedExportIsIntegerThroughout()
    {
        if (Import("torch/torch_ptq_digits_perchannel/model.onnx") is { } graph)
        {
            Assert.AreEqual("Quantize Reshape Conv2D Conv2D DepthwiseConv2D Add ReduceMean Reshape FullyConnected Dequantize", GraphBuilder.Operators(graph));
        }
    }

    /// <summary>Whether a value is a graph input, perhaps under other extents.</summary>
    private static bool IsInput(Graph graph, Tensor tensor)
    {
        Dictionary<Tensor, Node> producers = graph.Producers();
        while (producers.TryGetValue(tensor, out Node? node) && node.Operator is "Reshape" or "Quantize")
        {
            tensor = node.Input(0);
        }

        return graph.Inputs.Contains(tensor);
    }

    private Graph? Import(string path)
    {
        string? root = Environment.GetEnvironmentVariable("EDGEAI_CONFORMANCE");
        for (string? folder = AppContext.BaseDirectory; root is null && folder is not null; folder = Path.GetDirectoryName(folder))
        {
            root = File.Exists(Path.Combine(folder, "EdgeAI.Sdk.sln")) ? Path.Combine(Path.GetDirectoryName(folder)!, "shared", "conformance") : null;
        }

        string file = Path.Combine(root ?? "", path);
        if (!File.Exists(file))
        {
            TestContext.WriteLine($"ran without {path}: the conformance data is not there");
            return null;
        }

        var request = new ImportRequest("model", path, File.ReadAllBytes(file), ImmutableSortedDictionary<string, Shape>.Empty, _ => null);
        return ImportStage.Run(request, new List<Diagnostic>(), CancellationToken.None).Graph;
    }
}
