using System.Runtime.InteropServices;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using Google.Protobuf;
using DataType = EdgeAI.Compiler.Import.Onnx.Schema.TensorProto.Types.DataType;

namespace EdgeAI.Compiler.Tests.Import.Onnx;

/// <summary>ONNX operators on plain integers: sums of any length are exact, and what has constant scales becomes integer operators.</summary>
[TestClass]
public sealed class IntegerProductTests(TestContext context)
{
    private const int Columns = 3;

    [TestMethod]
    [DataRow(64, true)]
    [DataRow(2500, true)]
    [DataRow(600, false)]
    public void Sums_of_any_length_are_exact(int length, bool isConstant)
    {
        var random = new Random(Seeds.Of(context));
        byte[] a = Bytes(random, 2 * length);
        byte[] b = Bytes(random, length * Columns);
        OnnxModels model = new OnnxModels().Input("a", DataType.Uint8, 2, length).Initializer(Raw("az", DataType.Uint8, [], [3])).Initializer(Raw("bz", DataType.Int8, [Columns], [1, 0xFB, 0]));
        model = isConstant ? model.Initializer(Raw("b", DataType.Int8, [length, Columns], b)) : model.Input("b", DataType.Int8, length, Columns);
        var executor = new GraphExecutor(model.Node("MatMulInteger", ["a", "b", "az", "bz"], ["y"]).Output("y").Import());
        executor.SetInput(0, a);
        if (!isConstant)
        {
            executor.SetInput(1, b);
        }

        executor.Run();
        int[] zeros = [1, -5, 0];
        int[] expected = [.. Enumerable.Range(0, 2 * Columns).Select(i =>
            Enumerable.Range(0, length).Sum(k => (a[(i / Columns * length) + k] - 3) * ((sbyte)b[(k * Columns) + (i % Columns)] - zeros[i % Columns])))];
        CollectionAssert.AreEqual(expected, MemoryMarshal.Cast<byte, int>(executor.Output(0)).ToArray());
    }

    [TestMethod]
    public void Sums_over_many_channels_are_exact()
    {
        const int Channels = 300;
        byte[] x = [.. Enumerable.Repeat((byte)255, Channels)];
        byte[] filter = [.. Enumerable.Repeat((byte)255, Channels)];
        var executor = new GraphExecutor(new OnnxModels().Input("x", DataType.Uint8, 1, Channels, 1, 1).Initializer(Raw("w", DataType.Uint8, [1, Channels, 1, 1], filter))
            .Node("ConvInteger", ["x", "w"], ["y"]).Output("y").Import());
        executor.SetInput(0, x);
        executor.Run();
        Assert.AreEqual(Channels * 65025, MemoryMarshal.Cast<byte, int>(executor.Output(0))[0]);
    }

    [TestMethod]
    [DataRow("QLinearMatMul", "FullyConnected")]
    [DataRow("QLinearConv", "Conv2D")]
    public void Constant_scales_make_an_integer_operator(string name, string made)
    {
        bool isConvolution = name == "QLinearConv";
        object[] extents = isConvolution ? [1, 4, 1, 1] : [1, 4];
        long[] weights = isConvolution ? [2, 4, 1, 1] : [4, 2];
        OnnxModels Model() => new OnnxModels().Input("x", DataType.Int8, extents).Constant("s", [], 0.5f).Initializer(Raw("z", DataType.Int8, [], [0]))
            .Initializer(Raw("w", DataType.Int8, weights, [1, 2, 3, 4, 5, 6, 7, 8])).Constant("ws", [2], 0.25f, 0.5f).Initializer(Raw("wz", DataType.Int8, [2], [0, 0]))
            .Node(name, ["x", "s", "z", "w", "ws", "wz", "s", "z"], ["y"]).Output("y");
        byte[] x = [4, 8, 0xFC, 12];
        int[] expected = isConvolution ? [(4 + 16 - 12 + 48) / 4, (20 + 48 - 28 + 96) / 2] : [(4 + 24 - 20 + 84) / 4, (8 + 32 - 24 + 96) / 2];
        foreach (bool asWritten in new[] { false, true })
        {
            ImportRequest request = OnnxModels.Request(Model().Bytes) with { AsWritten = asWritten };
            Graph graph = ImportStage.Run(request, [], CancellationToken.None).Graph;
            Assert.AreEqual(!asWritten, graph.Nodes.Any(node => node.Operator == made && node.Output.Type == ElementType.Int8), string.Join(' ', graph.Nodes.Select(node => node.Operator)));
            var executor = new GraphExecutor(graph);
            executor.SetInput(0, x);
            executor.Run();
            CollectionAssert.AreEqual(expected, executor.Output(0).ToArray().Select(value => (int)(sbyte)value).ToArray(), $"{asWritten}");
        }
    }

    private static byte[] Bytes(Random random, int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static TensorProto Raw(string name, DataType type, long[] extents, byte[] bytes)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.AddRange(extents);
        return tensor;
    }
}
