using System.Runtime.InteropServices;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using DataType = EdgeAI.Compiler.Import.Onnx.Schema.TensorProto.Types.DataType;

namespace EdgeAI.Compiler.Tests.Import.Onnx;

/// <summary>Where frameworks disagree about types, axes and orders: ONNX's own rules, each with the numbers that another rule would not give.</summary>
[TestClass]
public sealed class TypeTrapTests
{
    [TestMethod]
    public void Quantizing_adds_the_zero_point_behind_the_rounding_and_saturates()
    {
        OnnxModels model = new OnnxModels().Input("x", 8).Constant("scale", [], 0.5f).Initializer(Scalar("zero", DataType.Int8, 3)).Node("QuantizeLinear", ["x", "scale", "zero"], ["y"]).Output("y");
        CollectionAssert.AreEqual(
            new sbyte[] { 3, 4, 5, 3, 2, 1, 127, -128 }, Run<float, sbyte>(model, 0.24f, 0.74f, 0.76f, -0.24f, -0.74f, -0.76f, 1000, -1000));
    }

    [TestMethod]
    public void Whole_numbers_divide_towards_zero()
    {
        OnnxModels model = new OnnxModels().Input("a", DataType.Int32, 3).Input("b", DataType.Int32, 3).Node("Div", ["a", "b"], ["y"]).Output("y");
        Graph graph = Import(model);
        var executor = new GraphExecutor(graph);
        executor.SetInput(0, MemoryMarshal.AsBytes<int>([-7, 7, 7]));
        executor.SetInput(1, MemoryMarshal.AsBytes<int>([2, 2, -2]));
        executor.Run();
        CollectionAssert.AreEqual(new[] { -3, 3, -3 }, MemoryMarshal.Cast<byte, int>(executor.Output(0)).ToArray());
    }

    [TestMethod]
    [DataRow(0L, new[] { 1, -1, 2 })]
    [DataRow(1L, new[] { -1, 1, -1 })]
    public void Remainders_have_the_sign_that_the_file_says(long fmod, int[] expected)
    {
        OnnxModels model = new OnnxModels().Input("a", DataType.Int32, 3).Input("b", DataType.Int32, 3).Node("Mod", ["a", "b"], ["y"], OnnxModels.Int("fmod", fmod)).Output("y");
        var executor = new GraphExecutor(Import(model));
        executor.SetInput(0, MemoryMarshal.AsBytes<int>([-7, 7, -7]));
        executor.SetInput(1, MemoryMarshal.AsBytes<int>([2, -2, 3]));
        executor.Run();
        CollectionAssert.AreEqual(expected, MemoryMarshal.Cast<byte, int>(executor.Output(0)).ToArray());
    }

    [TestMethod]
    public void Casts_of_reals_drop_the_fraction() => CollectionAssert.AreEqual(
        new[] { 1, -1, 2, -2 },
        Run<float, int>(new OnnxModels().Input("x", 4).Node("Cast", ["x"], ["y"], OnnxModels.Int("to", (long)DataType.Int32)).Output("y"), 1.9f, -1.9f, 2.5f, -2.5f));

    [TestMethod]
    [DataRow(12L, DisplayName = "opset 12: all axes from 1 on together")]
    [DataRow(13L, DisplayName = "opset 13: the last axis alone")]
    public void Softmax_without_an_axis_depends_on_the_operator_set(long operatorSet)
    {
        float[] x = [0, 1, 2, 3, -1, 0.5f];
        float[] y = Run<float, float>(new OnnxModels(operatorSet).Input("x", 1, 2, 3).Node("Softmax", ["x"], ["y"]).Output("y"), x);
        double[] sums = operatorSet == 12 ? [.. Enumerable.Repeat(x.Sum(v => Math.Exp(v)), 6)] : [.. Enumerable.Range(0, 6).Select(i => x.Skip(i / 3 * 3).Take(3).Sum(v => Math.Exp(v)))];
        for (int i = 0; i < 6; i++)
        {
            Assert.AreEqual(Math.Exp(x[i]) / sums[i], y[i], 1e-6);
        }
    }

    [TestMethod]
    [DataRow(0L, 0L)]
    [DataRow(1L, 2L)]
    public void The_first_or_last_of_equal_maxima_is_taken_as_the_file_says(long last, long expected) => CollectionAssert.AreEqual(
        new[] { expected },
        Run<float, long>(new OnnxModels().Input("x", 1, 4).Node("ArgMax", ["x"], ["y"], OnnxModels.Int("axis", 1), OnnxModels.Int("select_last_index", last), OnnxModels.Int("keepdims", 0)).Output("y"), 5, 1, 5, 0));

    [TestMethod]
    [DataRow("DCR")]
    [DataRow("CRD")]
    public void Depth_goes_to_space_in_the_order_that_the_file_says(string mode)
    {
        const int block = 2;
        const int depth = 2;
        float[] x = [.. Enumerable.Range(0, depth * block * block * 2 * 3).Select(i => (float)i)];
        float[] y = Run<float, float>(
            new OnnxModels().Input("x", 1, depth * block * block, 2, 3).Node("DepthToSpace", ["x"], ["y"], OnnxModels.Int("blocksize", block), OnnxModels.Text("mode", mode)).Output("y"), x);
        for (int at = 0; at < y.Length; at++)
        {
            (int channel, int row, int column) = (at / (4 * 6), at / 6 % 4, at % 6);
            int part = (row % block * block) + (column % block);
            int source = mode == "DCR" ? (part * depth) + channel : (channel * block * block) + part;
            Assert.AreEqual(x[(((source * 2) + (row / block)) * 3) + (column / block)], y[at]);
        }
    }

    /// <summary>Images are kept with channels last; what flattens them must still see the file's order.</summary>
    [TestMethod]
    public void Flattening_behind_a_convolution_keeps_the_files_order()
    {
        float[] kernel = [1, 10, 100, 2, 20, 200];
        float[] dense = [.. Enumerable.Range(0, 3 * 2 * 2 * 2).Select(i => (float)i)];
        float[] x = [.. Enumerable.Range(0, 2 * 2 * 2).Select(i => i + 1f)];
        float[] y = Run<float, float>(
            new OnnxModels().Input("x", 1, 2, 2, 2).Constant("w", [3, 2, 1, 1], kernel).Constant("d", [12, 2], dense)
                .Node("Conv", ["x", "w"], ["c"]).Node("Flatten", ["c"], ["f"]).Node("MatMul", ["f", "d"], ["y"]).Output("y"), x);
        double[] expected = new double[2];
        for (int i = 0; i < 12; i++)
        {
            double feature = (x[i % 4] * (double)kernel[i / 4 * 2]) + (x[4 + (i % 4)] * (double)kernel[(i / 4 * 2) + 1]);
            expected[0] += feature * dense[i * 2];
            expected[1] += feature * dense[(i * 2) + 1];
        }

        Assert.AreEqual(expected[0], y[0], Math.Abs(expected[0]) * 1e-5);
        Assert.AreEqual(expected[1], y[1], Math.Abs(expected[1]) * 1e-5);
    }

    private static TensorProto Scalar(string name, DataType type, int value)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type };
        tensor.Int32Data.Add(value);
        return tensor;
    }

    private static Graph Import(OnnxModels model) => ImportStage.Run(OnnxModels.Request(model.Bytes), [], CancellationToken.None).Graph;

    private static TOut[] Run<TIn, TOut>(OnnxModels model, params TIn[] x) where TIn : unmanaged where TOut : unmanaged
    {
        var executor = new GraphExecutor(Import(model));
        executor.SetInput(0, MemoryMarshal.AsBytes<TIn>(x));
        executor.Run();
        return MemoryMarshal.Cast<byte, TOut>(executor.Output(0)).ToArray();
    }

    [TestMethod]
    public void Texts_images_and_training_are_told_apart()
    {
        var texts = new OnnxModels().Input("x", TensorProto.Types.DataType.String, 2).Node("StringNormalizer", ["x"], ["y"]).Output("y");
        Assert.AreEqual("EAI1124", texts.Errors().Single().Code);
        OnnxModels image = new OnnxModels(20).Input("x", TensorProto.Types.DataType.Uint8, 99).Node("ImageDecoder", ["x"], ["y"]).Output("y");
        Assert.Contains("Decode images before the model", image.Errors().Single().Message);
        OnnxModels training = new OnnxModels(20).Input("x", 1).Node("Adam", ["x"], ["y"]).Output("y");
        training.Model.Graph.Node[0].Domain = "ai.onnx.preview.training";
        Assert.Contains("Export the model for inference", training.Errors().Single().Message);
    }
}
