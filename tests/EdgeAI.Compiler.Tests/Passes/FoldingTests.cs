using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.Normalization;
using EdgeAI.Compiler.Operators.Pooling;
using EdgeAI.Compiler.Operators.Shaping;
using EdgeAI.Compiler.Passes;

namespace EdgeAI.Compiler.Tests.Passes;

[TestClass]
public sealed class FoldingTests
{
    [TestMethod]
    public void DeadNodesGo()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 8);
        builder.Relu(builder.Unary("Sigmoid", x));
        Graph graph = GraphBuilder.Pass(builder.Build(builder.Unary("Tanh", x)), new RemoveDeadNodes());
        Assert.AreEqual("Tanh", GraphBuilder.Operators(graph));
    }

    [TestMethod]
    public void ConstantsFold()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(3, 8);
        Tensor constant = builder.Transpose(builder.Unary("Sigmoid", builder.Constant(8, 3)), 1, 0);
        Graph graph = GraphBuilder.Pass(builder.Build(builder.Binary("Add", x, constant)), new FoldConstants());
        Assert.AreEqual("Add", GraphBuilder.Operators(graph));
    }

    [TestMethod]
    public void ConstantsDoNotBlowUp()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(64, 64);
        Tensor constant = builder.Binary("Add", builder.Constant(64, 1), builder.Constant(1, 64));
        Graph graph = GraphBuilder.Pass(builder.Build(builder.Binary("Add", x, constant)), new FoldConstants());
        Assert.AreEqual("Add Add", GraphBuilder.Operators(graph));
    }

    [TestMethod]
    [DataRow("Conv2D", true)]
    [DataRow("Conv2D", false)]
    [DataRow("DepthwiseConv2D", true)]
    [DataRow("TransposeConv2D", false)]
    [DataRow("FullyConnected", true)]
    public void BatchNormalizationFoldsIntoTheLayer(string layer, bool bias)
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 5, 6, 4);
        Graph graph = Layers.Normalized(builder, Layers.Of(builder, layer, x, bias), 3);
        GraphBuilder.Pass(graph, new FoldBatchNormalization());
        Assert.AreEqual(layer, GraphBuilder.Operators(graph));
    }

    [TestMethod]
    public void BatchNormalizationFoldsAcrossTransposeAndReshape()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 3, 1, 8);
        Tensor narrow = builder.Reshape(builder.ChannelsFirstConv(x, 4, 1, bias: false), 1, 4, 8);
        Graph graph = GraphBuilder.Pass(Layers.Normalized(builder, narrow, 1), new FoldBatchNormalization());
        Assert.AreEqual("Transpose Conv2D Transpose Reshape", GraphBuilder.Operators(graph));
    }

    [TestMethod]
    public void BatchNormalizationBehindAnythingElseSplits()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 5, 6, 4);
        Graph graph = GraphBuilder.Pass(Layers.Normalized(builder, builder.Relu(x), 3), new FoldBatchNormalization());
        Assert.AreEqual("Clamp Multiply Add", GraphBuilder.Operators(graph));
    }

    [TestMethod]
    public void ALayerThatIsReadTwiceIsNotScaled()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 5, 6, 4);
        Tensor conv = builder.Conv(x, 4);
        Tensor scaled = builder.Binary("Multiply", conv, builder.Constant(4));
        Graph graph = GraphBuilder.Pass(builder.Build(builder.Binary("Add", scaled, conv)), new FoldChannelScales());
        Assert.AreEqual("Conv2D Multiply Add", GraphBuilder.Operators(graph));
    }

    [TestMethod]
    [DataRow("Add", false)]
    [DataRow("Subtract", false)]
    [DataRow("Subtract", true)]
    [DataRow("Multiply", true)]
    [DataRow("Divide", false)]
    public void ChannelScalesFoldIntoTheLayer(string operatorName, bool constantFirst)
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 3, 6, 5);
        Tensor layer = builder.ChannelsFirstConv(x, 4, bias: false);
        Tensor constant = builder.Reshape(builder.Positive(4), 4, 1, 1);
        Tensor result = constantFirst ? builder.Binary(operatorName, constant, layer) : builder.Binary(operatorName, layer, constant);
        Graph graph = GraphBuilder.Pass(builder.Build(result), new FoldConstants(), new FoldChannelScales());
        Assert.AreEqual("Transpose Conv2D Transpose", GraphBuilder.Operators(graph));
    }

    [TestMethod]
    public void ADivisionByTheLayerStays()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 8);
        Tensor layer = builder.FullyConnected(x, 4);
        Graph graph = GraphBuilder.Pass(builder.Build(builder.Binary("Divide", builder.Constant(4), layer)), new FoldChannelScales());
        Assert.AreEqual("FullyConnected Divide", GraphBuilder.Operators(graph));
    }

    [TestMethod]
    public void ActivationsFuseThroughTransposes()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 3, 6, 5);
        Tensor result = builder.Op("Clamp", new ClampAttributes(Clamp.Relu6), builder.ChannelsFirstConv(x, 4));
        Graph graph = GraphBuilder.Pass(builder.Build(result), new HoistActivations(), new FuseActivations());
        Assert.AreEqual("Transpose Conv2D Transpose", GraphBuilder.Operators(graph));
        Assert.AreEqual(Clamp.Relu6, ((IClamped)graph.Nodes[1].Attributes).Clamp);
    }

    [TestMethod]
    public void IntegerActivationsFuseWhenTheQuantizationIsTheSame()
    {
        foreach (bool same in new[] { true, false })
        {
            var builder = new GraphBuilder();
            var quantization = QuantizationParameters.PerTensor(0.05f, 3);
            Tensor x = builder.Input(ElementType.Int8, quantization, 1, 16);
            Tensor sum = builder.Op("Add", new BinaryAttributes(Clamp.None), ElementType.Int8, QuantizationParameters.PerTensor(0.1f, -5), x, x);
            Tensor result = builder.Op("Clamp", new ClampAttributes(Clamp.Relu), ElementType.Int8,
                same ? sum.Quantization : QuantizationParameters.PerTensor(0.06f, -128), sum);
            Graph graph = GraphBuilder.Pass(builder.Build(result), new FuseActivations());
            Assert.AreEqual(same ? "Add" : "Add Clamp", GraphBuilder.Operators(graph));
        }
    }

    [TestMethod]
    [DataRow("Conv2D", 0f, true)]
    [DataRow("DepthwiseConv2D", 0f, true)]
    [DataRow("Conv2D", 1f, false)]
    public void ZerosBecomePadding(string layer, float value, bool folds)
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 5, 6, 4);
        Tensor padded = builder.Op("Pad", new PadAttributes([0, 1, 2, 0], [0, 3, 0, 0], PadMode.Constant, value), x);
        Graph graph = GraphBuilder.Pass(builder.Build(Layers.Of(builder, layer, padded, true)), new FoldPadding());
        Assert.AreEqual(folds ? layer : $"Pad {layer}", GraphBuilder.Operators(graph));
    }

    [TestMethod]
    [DataRow("MaxPool2D", 0f, true, true)]
    [DataRow("MaxPool2D", 0f, false, false)]
    [DataRow("MaxPool2D", float.NegativeInfinity, false, true)]
    [DataRow("AveragePool2D", 0f, false, true)]
    public void PoolsTakePaddingThatCannotWin(string pool, float value, bool afterRelu, bool folds)
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 5, 6, 4);
        Tensor image = builder.Op("Add", new BinaryAttributes(afterRelu ? Clamp.Relu : Clamp.None), x, x);
        Tensor padded = builder.Op("Pad", new PadAttributes([0, 1, 1, 0], [0, 1, 0, 0], PadMode.Constant, value), image);
        Tensor result = builder.Op(pool, new Pool2DAttributes(3, 3, 2, 2, 1, 1, 0, 0, 0, 0, 3, 3, false, Clamp.None), padded);
        Graph graph = GraphBuilder.Pass(builder.Build(result), new FoldPadding());
        Assert.AreEqual(folds ? $"Add {pool}" : $"Add Pad {pool}", GraphBuilder.Operators(graph));
    }

    [TestMethod]
    public void IdentitiesGoAndOutputsKeepTheirNames()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(2, 8);
        Tensor y = builder.Unary("Tanh", x);
        y = builder.Op("Slice", new SliceAttributes([0, 0], [2, 8], [1, 1]), y);
        y = builder.Op("Pad", new PadAttributes([0, 0], [0, 0], PadMode.Constant, 0), y);
        y = builder.Op("Clamp", new ClampAttributes(Clamp.None), y);
        y = builder.Op("Concatenate", new ConcatenateAttributes(0), y);
        y = builder.Binary("Multiply", y, builder.Scalar(1));
        y = builder.Reshape(y, 2, 8);
        Graph graph = builder.Build(y);
        string name = y.Name;
        GraphBuilder.Pass(graph, new RemoveIdentities());
        Assert.AreEqual("Tanh", GraphBuilder.Operators(graph));
        Assert.AreEqual(name, graph.Outputs[0].Name);
    }

    [TestMethod]
    public void ReshapesMerge()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(2, 8);
        Tensor y = builder.Reshape(builder.Transpose(builder.Reshape(x, 4, 1, 4), 1, 0, 2), 16);
        Graph graph = GraphBuilder.Pass(builder.Build(y), new MergeReshapes());
        Assert.AreEqual("Reshape", GraphBuilder.Operators(graph));
    }

    [TestMethod]
    public void EqualConstantsBecomeOne()
    {
        var builder = new GraphBuilder();
        Tensor x = builder.Input(1, 2);
        Tensor a = Tensor.FromValues("a", ElementType.Float32, new Shape(2), [1f, 2f]);
        Tensor b = Tensor.FromValues("b", ElementType.Float32, new Shape(2), [1f, 2f]);
        Graph graph = GraphBuilder.Pass(builder.Build(builder.Binary("Multiply", builder.Binary("Add", x, a), b)), new DeduplicateConstants());
        Assert.AreSame(graph.Nodes[0].Inputs[1], graph.Nodes[1].Inputs[1]);
    }
}
