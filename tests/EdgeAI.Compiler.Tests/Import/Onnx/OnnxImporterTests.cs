using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Convolution;

namespace EdgeAI.Compiler.Tests.Import.Onnx;

/// <summary>What import makes of whole graphs: names, order, folded shapes, weights in their new order.</summary>
[TestClass]
public sealed class OnnxImporterTests
{
    [TestMethod]
    public void InitializersListedAsInputsAreConstants()
    {
        Graph graph = new OnnxModels().Input("w", 2).Input("x", 1, 2).Constant("w", [2], 1, 2)
            .Node("Add", ["x", "w"], ["y"]).Output("y").Import();
        Assert.AreEqual("x", graph.Inputs.Single().Name);
        CollectionAssert.AreEqual(new[] { 1f, 2 }, graph.Nodes[0].Input(1).Values<float>().ToArray());
    }

    [TestMethod]
    public void NodesAndValuesKeepTheFilesNames()
    {
        OnnxModels model = new OnnxModels().Input("x", 1, 4).Node("Relu", ["x"], ["h"]).Node("Tanh", ["h"], ["y"]).Output("y");
        model.Model.Graph.Node[0].Name = "act";
        model.Model.Graph.Node[1].Name = "act";
        Graph graph = model.Import();
        CollectionAssert.AreEqual(new[] { "act", "act_1" }, graph.Nodes.Select(node => node.Name).ToArray());
        CollectionAssert.AreEqual(new[] { "h", "y" }, graph.Nodes.Select(node => node.Output.Name).ToArray());
        Assert.AreEqual("y", graph.Outputs.Single().Name);
    }

    [TestMethod]
    public void AnOutputBehindIdentityKeepsItsName()
    {
        Graph graph = new OnnxModels().Input("x", 1, 4).Node("Relu", ["x"], ["h"]).Node("Identity", ["h"], ["y"]).Output("y").Import();
        Assert.AreEqual("y", graph.Outputs.Single().Name);
        Assert.HasCount(1, graph.Nodes);
    }

    [TestMethod]
    public void AConvolutionStandsBetweenTransposesWithItsWeightsReordered()
    {
        float[] weights = [.. Enumerable.Range(0, 2 * 3 * 2 * 2).Select(i => (float)i)];
        Graph graph = new OnnxModels().Input("x", 1, 3, 5, 5).Constant("w", [2, 3, 2, 2], weights)
            .Node("Conv", ["x", "w"], ["y"], OnnxModels.Ints("pads", 1, 0, 0, 2), OnnxModels.Ints("strides", 2, 1)).Output("y").Import();
        CollectionAssert.AreEqual(new[] { "Transpose", "Conv2D", "Transpose" }, graph.Nodes.Select(node => node.Operator).ToArray());
        Node conv = graph.Nodes[1];
        Assert.AreEqual("Conv_0", conv.Name);
        Assert.AreEqual(new Conv2DAttributes(2, 1, 1, 1, 1, 0, 0, 2, 1, Clamp.None), conv.Attributes);
        Assert.AreEqual(new Shape(2, 2, 2, 3), conv.Input(1).Shape);
        CollectionAssert.AreEqual(new[] { 0f, 4, 8, 1, 5, 9 }, conv.Input(1).Values<float>()[..6].ToArray());
        Assert.AreEqual(new Shape(1, 2, 3, 6), graph.Outputs[0].Shape);
    }

    [TestMethod]
    public void AsManyGroupsAsChannelsAreDepthwise()
    {
        Graph graph = new OnnxModels().Input("x", 1, 3, 5, 5).Constant("w", [6, 1, 2, 2], [.. Enumerable.Range(0, 24).Select(i => (float)i)])
            .Node("Conv", ["x", "w"], ["y"], OnnxModels.Int("group", 3)).Output("y").Import();
        Node conv = graph.Nodes.Single(node => node.Operator == "DepthwiseConv2D");
        Assert.AreEqual(2, conv.AttributesAs<DepthwiseConv2DAttributes>().DepthMultiplier);
        Assert.AreEqual(new Shape(1, 2, 2, 6), conv.Input(1).Shape);
        CollectionAssert.AreEqual(new[] { 0f, 4, 8, 12, 16, 20, 1 }, conv.Input(1).Values<float>()[..7].ToArray());
    }

    [TestMethod]
    public void ShapeArithmeticLeavesNoNode()
    {
        // PyTorch's x.view(x.shape[0], -1) and a padding made of a tensor of zeros.
        Graph graph = new OnnxModels().Input("x", 1, 3, 4, 5).Integers("zero", 0).Integers("minus", -1)
            .Node("Shape", ["x"], ["shape"]).Node("Gather", ["shape", "zero"], ["batch"])
            .Node("Concat", ["batch", "minus"], ["wanted"], OnnxModels.Int("axis", 0))
            .Node("Reshape", ["x", "wanted"], ["y"]).Output("y").Import();
        Assert.AreEqual("Reshape", graph.Nodes.Single().Operator);
        Assert.AreEqual(new Shape(1, 60), graph.Outputs[0].Shape);
    }

    [TestMethod]
    public void QuantizedWeightsStayIntegersInFrontOfDequantize()
    {
        var weights = new TensorProto { Name = "w", DataType = (int)TensorProto.Types.DataType.Int8 };
        weights.Dims.AddRange([2, 3, 1, 1]);
        weights.Int32Data.AddRange([1, 2, 3, -4, -5, -6]);
        var zero = new TensorProto { Name = "z", DataType = (int)TensorProto.Types.DataType.Int8 };
        zero.Dims.Add(2);
        zero.Int32Data.AddRange([0, 0]);
        Graph graph = new OnnxModels().Input("x", 1, 3, 2, 2).Initializer(weights).Initializer(zero).Constant("s", [2], 0.5f, 0.25f)
            .Node("DequantizeLinear", ["w", "s", "z"], ["real"], OnnxModels.Int("axis", 0))
            .Node("Conv", ["x", "real"], ["y"]).Output("y").Import();
        Node conv = graph.Nodes.Single(node => node.Operator == "Conv2D");
        Node dequantize = graph.Nodes.Single(node => node.Operator == "Dequantize");
        Assert.AreSame(dequantize.Output, conv.Input(1));
        Tensor integers = dequantize.Input(0);
        Assert.AreEqual(new Shape(2, 1, 1, 3), integers.Shape);
        Assert.AreEqual(new QuantizationParameters([0.5f, 0.25f], [0, 0], 0), integers.Quantization);
    }

    [TestMethod]
    public void FunctionsOfTheModelAreReplacedByTheirBodies()
    {
        OnnxModels model = new OnnxModels().Input("x", 1, 4).Node("Scaled", ["x"], ["y"], OnnxModels.Float("factor", 3)).Output("y");
        model.Model.Graph.Node[0].Domain = "local";
        var function = new FunctionProto { Name = "Scaled", Domain = "local" };
        function.Input.Add("a");
        function.Output.Add("b");
        function.Attribute.Add("factor");
        NodeProto constant = OnnxModels.MakeNode("Constant", [], ["f"],
            new AttributeProto { Name = "value_float", RefAttrName = "factor", Type = AttributeProto.Types.AttributeType.Float });
        function.Node.Add(constant);
        function.Node.Add(OnnxModels.MakeNode("Mul", ["a", "f"], ["b"]));
        model.Model.Functions.Add(function);
        CollectionAssert.AreEqual(new[] { 3f, 6, -3, 0 }, model.Run([1, 2, -1, 0]));
    }

    [TestMethod]
    public void AnIfWithAKnownConditionIsItsBranch()
    {
        static AttributeProto Branch(string name, string operatorType)
        {
            var graph = new GraphProto();
            graph.Node.Add(OnnxModels.MakeNode(operatorType, ["x"], [name + "_result"]));
            graph.Output.Add(new ValueInfoProto { Name = name + "_result" });
            return new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Graph, G = graph };
        }

        OnnxModels model = new OnnxModels().Input("x", 1, 2).Integers("two", 2)
            .Node("Shape", ["x"], ["s"]).Node("Size", ["x"], ["n"]).Node("Equal", ["n", "two"], ["c"])
            .Node("If", ["c"], ["y"], Branch("then_branch", "Neg"), Branch("else_branch", "Abs")).Output("y");
        CollectionAssert.AreEqual(new[] { -1f, 2 }, model.Run([1, -2]));
    }

    [TestMethod]
    public void RunningSumsOfConstantsFold()
    {
        OnnxModels model = new OnnxModels().Input("x", 3).Constant("c", [3, 2], 1, 2, 3, 4, 5, 6).Integers("axis", 0).Integers("one", 1)
            .Node("CumSum", ["c", "axis"], ["s"], OnnxModels.Int("exclusive", 1), OnnxModels.Int("reverse", 1))
            .Node("Gather", ["s", "one"], ["column"], OnnxModels.Int("axis", 1)).Node("Squeeze", ["column"], ["row"])
            .Node("Add", ["x", "row"], ["y"]).Output("y");
        CollectionAssert.AreEqual(new[] { 10f, 6, 0 }, model.Run([0, 0, 0]));
    }

    [TestMethod]
    public void AResultThatNobodyReadsIsNotAskedFor() =>
        Assert.HasCount(0, new OnnxModels(9).Input("x", 1, 2).Node("Dropout", ["x"], ["y", "mask"]).Output("y").Import().Nodes);

    [TestMethod]
    public void NarrowAndWideFloatsBecomeFloat32()
    {
        var half = new TensorProto { Name = "w", DataType = (int)TensorProto.Types.DataType.Float16 };
        half.Dims.Add(2);
        half.Int32Data.AddRange([0x3C00, 0xC000]);
        CollectionAssert.AreEqual(new[] { 2f, -4 }, new OnnxModels().Input("x", 1, 2).Initializer(half)
            .Node("Mul", ["x", "w"], ["y"]).Output("y").Run([2, 2]));
    }

    [TestMethod]
    public void OperatorsAreListedOnce()
    {
        CollectionAssert.AllItemsAreUnique(OnnxImporter.SupportedOperators.ToArray());
        Assert.Contains("Conv", OnnxImporter.SupportedOperators);
        Assert.Contains("Shape", OnnxImporter.FoldedOperators);
    }
}
