using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Quantization;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Tests.Import.Onnx;
using EdgeAI.Compiler.Tests.Import.TfLite;
using EdgeAI.Compiler.Tests.Operators;
using Google.Protobuf;

namespace EdgeAI.Compiler.Tests.Quantization;

/// <summary>Weights of 4 bits: packed, stored, told, and the same layer as before.</summary>
[TestClass]
public sealed class NarrowWeightsTests
{
    private const sbyte Int8 = 9;
    private const sbyte Int32 = 2;
    private const sbyte Int4 = 17;

    /// <summary>Set by the runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void PackedIntegersComeBack()
    {
        int seed = Seeds.Of(TestContext);
        var random = new Random(seed);
        for (int count = 0; count < 40; count++)
        {
            sbyte[] integers = [.. Enumerable.Range(0, count).Select(_ => (sbyte)random.Next(-8, 8))];
            byte[] packed = Nibbles.Pack(integers);
            Assert.HasCount((count + 1) / 2, packed);
            CollectionAssert.AreEqual(integers, Nibbles.Unpack(packed, count), $"seed {seed}");
        }

        CollectionAssert.AreEqual(new byte[] { 0x87, 0x0F }, Nibbles.Pack([7, -8, -1]));
        Assert.ThrowsExactly<ArgumentException>(() => Nibbles.Pack([8]));
        Assert.ThrowsExactly<ArgumentException>(() => Nibbles.Pack([-9]));
    }

    [TestMethod]
    public void WeightsThatAFileHasInFourBitsStaySo()
    {
        Graph imported = Import(Int4, [0x87, 0x0F]);
        byte[] expected = Run(imported);
        Graph quantized = Quantized(Import(Int4, [0x87, 0x0F]));
        Tensor weights = quantized.Nodes.Single(node => node.Operator == "FullyConnected").Input(1);
        Assert.AreEqual(ElementType.Int4, weights.Type);
        Assert.AreEqual(2, weights.ByteSize);
        CollectionAssert.AreEqual(new byte[] { 0x87, 0x0F }, weights.Constant!.Value.ToArray());
        CollectionAssert.AreEqual(expected, Run(quantized));
        Assert.IsEmpty(GraphVerifier.Verify(quantized));
        Assert.Contains("int4[1,3]", ModelText.Write(quantized).Text);
    }

    [TestMethod]
    public void SoDoThoseOfAnOnnxFileBehindDequantizeLinear()
    {
        var weights = new TensorProto { Name = "w", DataType = (int)TensorProto.Types.DataType.Int4, RawData = ByteString.CopyFrom([0x87, 0x21, 0x0F, 0x91]) };
        weights.Dims.AddRange([4, 2]);
        var zero = new TensorProto { Name = "z", DataType = (int)TensorProto.Types.DataType.Int8 };
        zero.Int32Data.Add(0);
        OnnxModels model = new OnnxModels(21).Input("x", 1, 4).Initializer(weights).Initializer(zero).Constant("sx", [], 0.1f).Constant("sw", [], 0.5f).Constant("sy", [], 0.2f)
            .Node("QuantizeLinear", ["x", "sx", "z"], ["qx"]).Node("DequantizeLinear", ["qx", "sx", "z"], ["dx"])
            .Node("DequantizeLinear", ["w", "sw"], ["dw"]).Node("MatMul", ["dx", "dw"], ["m"])
            .Node("QuantizeLinear", ["m", "sy", "z"], ["qm"]).Node("DequantizeLinear", ["qm", "sy", "z"], ["y"]).Output("y");
        Graph graph = QuantizeStage.Run(
            ImportStage.Run(OnnxModels.Request(model.Bytes), [], CancellationToken.None), new ModelSettings { Name = "m" }, [], CancellationToken.None).Graph;
        Tensor read = graph.Nodes.Single(node => node.Operator == "FullyConnected").Input(1);
        Assert.AreEqual(ElementType.Int4, read.Type, ModelText.Write(graph).Text);
        CollectionAssert.AreEqual(new sbyte[] { 7, 1, -1, 1, -8, 2, 0, -7 }, read.Values<sbyte>().ToArray());
    }

    [TestMethod]
    public void IntegersOfMoreBitsAndThoseOfOtherReadersStayInInt8()
    {
        Graph large = Quantized(Import(Int8, [7, 0xF8, 8]));
        Assert.AreEqual(ElementType.Int8, large.Nodes.Single(node => node.Operator == "FullyConnected").Input(1).Type);
        Graph shared = Import(Int8, [7, 0xF8, 1]);
        shared.Outputs.Add(shared.Nodes[0].Input(1));
        NarrowWeights.Pack(shared);
        Assert.AreEqual(ElementType.Int8, shared.Nodes[0].Input(1).Type);
        Graph shifted = Import(Int8, [7, 0xF8, 1]);
        shifted.Nodes[0].Input(1).Quantization = QuantizationParameters.PerTensor(0.25f, 1);
        NarrowWeights.Pack(shifted);
        Assert.AreEqual(ElementType.Int8, shifted.Nodes[0].Input(1).Type);
    }

    [TestMethod]
    public void AModelFileKeepsThemPacked()
    {
        Graph graph = Quantized(Import(Int4, [0x87, 0x0F]));
        var model = new QuantizedModel(graph, new ModelSource("m.tflite", new string('0', 64), "tflite"), "None", false, 0, new BorderLayouts([[]], [[]]));
        Graph read = ModelFile.ReadQuantized(ModelFile.Write(model)).Graph;
        Tensor weights = read.Nodes.Single(node => node.Operator == "FullyConnected").Input(1);
        Assert.AreEqual(ElementType.Int4, weights.Type);
        CollectionAssert.AreEqual(new sbyte[] { 7, -8, -1 }, weights.Values<sbyte>().ToArray());
        Assert.AreEqual(ModelText.Write(graph).Text, ModelText.Write(read).Text);
    }

    [TestMethod]
    public void OnlyConstantsAndOnlyLayersWithKernelsForThemTakeFourBits()
    {
        var x = new Tensor("x", ElementType.Int4, new Shape(1, 3));
        var graph = new Graph { Name = "g", Inputs = [x], Outputs = [x] };
        Assert.Contains("which constants alone are", string.Join("; ", GraphVerifier.Verify(graph)));

        var random = new Random(1);
        Node node = QuantizedLayers.WithNibbles(Enumerable.Range(0, 50).Select(i => QuantizedLayers.Random(random, i)).First(node => node.Operator == "Conv2D"));
        var wide = new Tensor("wide", ElementType.Int16, node.Input(0).Shape) { Quantization = QuantizationParameters.PerTensor(0.1f, 0) };
        node.Inputs[0] = wide;
        OperatorException error = Assert.ThrowsExactly<OperatorException>(() => OperatorCatalog.Of(node).Infer(node));
        Assert.Contains("is int4; int8 is taken", error.Message);
    }

    private static Graph Import(sbyte type, byte[] weights)
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Int8, [1, 3], scales: [0.5f], zeroPoints: [0]);
        int w = file.Tensor("w", type, [1, 3], weights, [0.25f], [0]);
        int bias = file.Tensor("b", Int32, [1], TfLiteFiles.Bytes(0), [0.125f], [0]);
        int y = file.Tensor("y", Int8, [1, 1], scales: [0.125f], zeroPoints: [0]);
        file.Operator(9, [x, w, bias], [y]);
        return TfLiteImporter.Import(ConformanceModels.Request("m.tflite", file.Finish([x], [y])), [], CancellationToken.None);
    }

    private static Graph Quantized(Graph graph) => QuantizeStage.Run(
        new ImportedModel(graph, new ModelSource("m.tflite", new string('0', 64), "tflite")), new ModelSettings { Name = "m" }, [], CancellationToken.None).Graph;

    private static byte[] Run(Graph graph)
    {
        var executor = new GraphExecutor(graph);
        executor.SetInput(0, [2, 1, 3]);
        executor.Run();
        return executor.Output(0).ToArray();
    }
}
