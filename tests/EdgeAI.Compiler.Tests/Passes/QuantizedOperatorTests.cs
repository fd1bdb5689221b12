using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Operators.Reduction;
using EdgeAI.Compiler.Operators.Shaping;
using EdgeAI.Compiler.Operators.Softmax;
using EdgeAI.Compiler.Passes;

namespace EdgeAI.Compiler.Tests.Passes;

[TestClass]
public sealed class QuantizedOperatorTests
{
    [TestMethod]
    [DataRow(ElementType.Int8)]
    [DataRow(ElementType.UInt8)]
    public void AConvolutionalNetworkBecomesInteger(ElementType type)
    {
        int zero = type == ElementType.Int8 ? 0 : 128;
        var builder = new GraphBuilder();
        Tensor x = builder.Dequantize(builder.Quantize(builder.Input(1, 1, 8, 8), 0.03f, zero, type));
        Tensor conv = builder.Op("Conv2D", new Conv2DAttributes(1, 1, 1, 1, 1, 1, 1, 1, 1, Clamp.None),
            builder.Transpose(x, GraphBuilder.ToChannelsLast), Weights(builder, 4, 3, 3, 1), Bias(builder, 4));
        Tensor relu = builder.Relu(builder.Transpose(conv, GraphBuilder.ToChannelsFirst));
        Tensor a = builder.Dequantize(builder.Quantize(relu, 0.02f, zero - 128, type));
        Tensor flat = builder.Dequantize(builder.Quantize(builder.Reshape(a, 1, 256), 0.02f, zero - 128, type));
        Tensor scores = builder.Op("FullyConnected", new FullyConnectedAttributes(Clamp.None), flat, Weights(builder, 10, 256), builder.Constant(10));
        Tensor result = builder.Dequantize(builder.Quantize(scores, 0.1f, zero + 5, type));
        Graph graph = builder.Build(result);
        float[] before = GraphBuilder.Outputs(graph);
        PassRunner.Run(graph, [], CancellationToken.None);
        Assert.AreEqual("Quantize Reshape Conv2D Reshape FullyConnected Dequantize", GraphBuilder.Operators(graph));
        float[] after = GraphBuilder.Outputs(graph);
        for (int i = 0; i < before.Length; i++)
        {
            Assert.AreEqual(before[i], after[i], 0.101f, "one step of the output's scale");
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void FactorsOfChannelsBecomeScalesOfIntegerWeights(bool isDepthwise)
    {
        // As PyTorch writes a layer that was trained with its batch normalization: the factor is taken off behind the convolution, one is negative.
        var builder = new GraphBuilder();
        Tensor x = builder.Dequantize(builder.Quantize(builder.Input(1, 8, 8, 4), 0.03f, 0));
        Tensor weights = isDepthwise
            ? builder.Dequantize(builder.Integers(new QuantizationParameters([0.01f, 0.02f, 0.03f, 0.04f], [0, 0, 0, 0], 3), 1, 3, 3, 4))
            : builder.Dequantize(builder.Integers(QuantizationParameters.PerTensor(0.01f, 0), 4, 3, 3, 4));
        Tensor conv = isDepthwise
            ? builder.Op("DepthwiseConv2D", new DepthwiseConv2DAttributes(1, 1, 1, 1, 1, 1, 1, 1, 1, Clamp.None), x, weights, null)
            : builder.Op("Conv2D", new Conv2DAttributes(1, 1, 1, 1, 1, 1, 1, 1, 1, Clamp.None), x, weights, Bias(builder, 4));
        Tensor divided = builder.Binary("Divide", conv, Row(builder, 1.25f, -0.5f, 2, 1));
        Tensor shifted = builder.Binary("Add", divided, Row(builder, 0.1f, 0.2f, -0.3f, 0));
        Graph graph = builder.Build(builder.Dequantize(builder.Quantize(shifted, 0.1f, 5)));
        float[] before = GraphBuilder.Outputs(graph);
        PassRunner.Run(graph, [], CancellationToken.None);
        Assert.AreEqual($"Quantize {(isDepthwise ? "DepthwiseConv2D" : "Conv2D")} Dequantize", GraphBuilder.Operators(graph));
        float[] after = GraphBuilder.Outputs(graph);
        for (int i = 0; i < before.Length; i++)
        {
            Assert.AreEqual(before[i], after[i], 0.101f, "one step of the output's scale");
        }
    }

    [TestMethod]
    public void ElementWiseOperatorsBecomeInteger()
    {
        var builder = new GraphBuilder();
        Tensor a = builder.Dequantize(builder.Quantize(builder.Input(1, 4, 4, 8), 0.03f, 3));
        Tensor b = builder.Dequantize(builder.Quantize(builder.Input(1, 4, 4, 8), 0.02f, -7));
        Tensor sum = builder.Dequantize(builder.Quantize(builder.Relu(builder.Binary("Add", a, b)), 0.02f, -128));
        Tensor product = builder.Dequantize(builder.Quantize(builder.Binary("Multiply", sum, a), 0.05f, 0));
        Tensor result = builder.Dequantize(builder.Quantize(builder.Unary("Sigmoid", product), 1f / 256, -128));
        Graph graph = builder.Build(result);
        PassRunner.Run(graph, [], CancellationToken.None);
        Assert.AreEqual("Quantize Quantize Add Multiply Sigmoid Dequantize", GraphBuilder.Operators(graph));
    }

    [TestMethod]
    public void ShapingBecomesIntegerAndIsRescaledWhereTheFileSaysSo()
    {
        var builder = new GraphBuilder();
        Tensor a = builder.Dequantize(builder.Quantize(builder.Input(1, 6, 4), 0.03f, 3));
        Tensor b = builder.Dequantize(builder.Quantize(builder.Input(1, 6, 4), 0.02f, -7));
        Tensor joined = builder.Dequantize(builder.Quantize(builder.Op("Concatenate", new ConcatenateAttributes(2), a, b), 0.03f, 3));
        Tensor mean = builder.Dequantize(builder.Quantize(builder.Op("ReduceMean", new ReduceAttributes([1], false), joined), 0.01f, 0));
        Tensor result = builder.Dequantize(builder.Quantize(builder.Op("Softmax", new SoftmaxAttributes(1), mean), 1f / 256, -128));
        Graph graph = builder.Build(result);
        PassRunner.Run(graph, [], CancellationToken.None);
        Assert.AreEqual("Quantize Quantize Requantize Concatenate ReduceMean Softmax Dequantize", GraphBuilder.Operators(graph));
    }

    [TestMethod]
    public void AsymmetricWeightsStayInFloat()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Dequantize(builder.Quantize(builder.Input(1, 16), 0.03f, 3));
        Tensor weights = builder.Dequantize(builder.Integers(QuantizationParameters.PerTensor(0.01f, 5), 4, 16));
        Tensor scores = builder.Op("FullyConnected", new FullyConnectedAttributes(Clamp.None), x, weights, null);
        Graph graph = builder.Build(builder.Dequantize(builder.Quantize(scores, 0.1f, 0)));
        PassRunner.Run(graph, [], CancellationToken.None);
        Assert.AreEqual("Quantize Dequantize FullyConnected Quantize Dequantize", GraphBuilder.Operators(graph));
        Assert.IsTrue(graph.Nodes[2].Input(1).IsConstant, "the weights are float constants");
    }

    [TestMethod]
    public void ABiasOfAnotherScaleKeepsItsValue()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Dequantize(builder.Quantize(builder.Input(1, 16), 0.03f, 3));
        Tensor weights = builder.Dequantize(builder.Integers(QuantizationParameters.PerTensor(0.01f, 0), 2, 16));
        Tensor bias = builder.Dequantize(Tensor.FromValues("bias", ElementType.Int32, new Shape(2), [100, -50], QuantizationParameters.PerTensor(0.002f, 0)));
        Tensor scores = builder.Op("FullyConnected", new FullyConnectedAttributes(Clamp.None), x, weights, bias);
        Graph graph = builder.Build(builder.Dequantize(builder.Quantize(scores, 0.1f, 0)));
        PassRunner.Run(graph, [], CancellationToken.None);
        Node layer = graph.Nodes.Single(node => node.Operator == "FullyConnected");
        CollectionAssert.AreEqual(new[] { 667, -333 }, layer.Input(2).Values<int>().ToArray());
    }

    private static Tensor Weights(GraphBuilder builder, params int[] extents)
    {
        float[] scales = [.. Enumerable.Range(0, extents[0]).Select(i => 0.002f + (0.0003f * i))];
        return builder.Dequantize(builder.Integers(new QuantizationParameters([.. scales], [.. new int[scales.Length]], 0), extents));
    }

    private static Tensor Bias(GraphBuilder builder, int count)
    {
        float[] scales = [.. Enumerable.Range(0, count).Select(i => 0.03f * (0.002f + (0.0003f * i)))];
        int[] values = [.. Enumerable.Range(0, count).Select(i => (i * 1000) - 1500)];
        return builder.Dequantize(Tensor.FromValues("bias", ElementType.Int32, new Shape(count), values,
            new QuantizationParameters([.. scales], [.. new int[count]], 0)));
    }

    private static Tensor Row(GraphBuilder builder, params float[] values) => Tensor.FromValues<float>($"row_{values[0]}", ElementType.Float32, new Shape(1, 1, 1, values.Length), values);
}
