using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Tests.Import.TfLite;

[TestClass]
public sealed class TfLiteImporterTests
{
    private const sbyte Float32 = 0;
    private const sbyte Float16 = 1;
    private const sbyte Int32 = 2;
    private const sbyte Text = 5;
    private const sbyte Int8 = 9;

    [TestMethod]
    public void Same_padding_is_settled_to_four_sides()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Float32, [1, 6, 7, 2]);
        int weights = file.Tensor("w", Float32, [3, 3, 4, 2], new byte[3 * 3 * 4 * 2 * 4]);
        int y = file.Tensor("y", Float32, [1, 3, 4, 3]);
        file.Operator(3, [x, weights, -1], [y], (1, 2), (2, 2), (3, (sbyte)3));
        var attributes = Import(file.Finish([x], [y])).Nodes[0].AttributesAs<Conv2DAttributes>();
        Assert.AreEqual(new Conv2DAttributes(2, 2, 1, 1, 0, 1, 1, 2, 1, Clamp.Relu6), attributes);
    }

    [TestMethod]
    public void Per_channel_scales_and_a_one_dimensional_bias_with_a_foreign_axis_are_read()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Int8, [1, 2, 2, 2], scales: [0.5f], zeroPoints: [3]);
        int weights = file.Tensor("w", Int8, [1, 1, 1, 2], [1, 2], scales: [0.1f, 0.2f], zeroPoints: [0, 0], axis: 3);
        int bias = file.Tensor("b", Int32, [2], new byte[8], scales: [0.05f, 0.1f], zeroPoints: [0], axis: 3);
        int y = file.Tensor("y", Int8, [1, 2, 2, 2], scales: [1f], zeroPoints: [-4]);
        file.Operator(4, [x, weights, bias], [y], (0, (sbyte)1), (1, 1), (2, 1), (3, 1));
        Node node = Import(file.Finish([x], [y])).Nodes[0];
        Assert.AreEqual("DepthwiseConv2D", node.Operator);
        Assert.AreEqual(3, node.Input(1).Quantization!.Axis);
        Assert.AreEqual(0, node.Input(2).Quantization!.Axis);
        Assert.AreEqual(QuantizationParameters.PerTensor(1, -4), node.Output.Quantization);
    }

    [TestMethod]
    public void Leftover_quantization_of_float_tensors_is_ignored()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Float32, [1, 4], scales: [-1f, float.NaN], zeroPoints: [0]);
        int y = file.Tensor("y", Float32, [1, 4], scales: [0f]);
        file.Operator(19, [x], [y]);
        Assert.IsNull(Import(file.Finish([x], [y])).Inputs[0].Quantization);
    }

    [TestMethod]
    public void Operators_out_of_order_are_sorted_and_equal_names_kept_apart()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("t", Float32, [1, 4]);
        int a = file.Tensor("t", Float32, [1, 4]);
        int y = file.Tensor("", Float32, [1, 4]);
        file.Operator(0, [a, x], [y]);
        file.Operator(28, [x], [a]);
        Graph graph = Import(file.Finish([x], [y]));
        CollectionAssert.AreEqual(new[] { "Tanh", "Add" }, graph.Nodes.Select(node => node.Operator).ToArray());
        CollectionAssert.AreEqual(new[] { "t", "t_1", "tensor_2" }, graph.Tensors().Select(tensor => tensor.Name).ToArray());
        Assert.AreEqual("TANH #1 (t)", graph.Nodes[0].Source);
    }

    [TestMethod]
    public void Float16_and_int8_weights_behind_dequantize_become_float32()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Float32, [1, 2]);
        int half = file.Tensor("h", Float16, [2], TfLiteFiles.Bytes((Half)1.5f, (Half)(-2f)));
        int small = file.Tensor("s", Int8, [2], [5, 0xFF], scales: [0.5f, 2f], zeroPoints: [1, 1]);
        int wide = file.Tensor("hw", Float32, [2]);
        int wider = file.Tensor("sw", Float32, [2]);
        int sum = file.Tensor("sum", Float32, [1, 2]);
        int y = file.Tensor("y", Float32, [1, 2]);
        file.Operator(6, [half], [wide]);
        file.Operator(6, [small], [wider]);
        file.Operator(0, [x, wide], [sum]);
        file.Operator(0, [sum, wider], [y]);
        Graph graph = Import(file.Finish([x], [y]));
        CollectionAssert.AreEqual(new[] { 1.5f, -2f }, graph.Nodes[0].Input(1).Values<float>().ToArray());
        CollectionAssert.AreEqual(new[] { 2f, -4f }, graph.Nodes[1].Input(1).Values<float>().ToArray());
    }

    [TestMethod]
    public void Shapes_that_the_file_computes_are_known_when_building()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Float32, [2, 3, 4], signature: [-1, 3, 4]);
        int shape = file.Tensor("shape", Int32, [3]);
        int zero = file.Tensor("zero", Int32, [1], TfLiteFiles.Bytes(0));
        int one = file.Tensor("one", Int32, [1], TfLiteFiles.Bytes(1));
        int batch = file.Tensor("batch", Int32, []);
        int rest = file.Tensor("rest", Int32, [], TfLiteFiles.Bytes(12));
        int wanted = file.Tensor("wanted", Int32, [2]);
        int y = file.Tensor("y", Float32, [2, 12], signature: [-1, 12]);
        file.Operator(77, [x], [shape]);
        file.Operator(45, [shape, zero, one, one], [batch], (4, 1));
        file.Operator(83, [batch, rest], [wanted], (0, 2), (1, 0));
        file.Operator(22, [x, wanted], [y]);
        byte[] bytes = file.Finish([x], [y]);
        Assert.AreEqual(new Shape(2, 12), Import(bytes).Nodes.Single().Output.Shape);
        Assert.AreEqual(new Shape(5, 12), Import(bytes, ("x", new Shape(5, 3, 4))).Nodes.Single().Output.Shape);
    }

    [TestMethod]
    public void Strided_slices_take_what_numpy_takes()
    {
        // x[..., None, ::-2, 1] of [2,3,5,4]
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Float32, [2, 3, 5, 4]);
        int begins = file.Tensor("b", Int32, [4], TfLiteFiles.Bytes(0, 0, 0, 1));
        int ends = file.Tensor("e", Int32, [4], TfLiteFiles.Bytes(0, 0, 0, 2));
        int strides = file.Tensor("s", Int32, [4], TfLiteFiles.Bytes(1, 1, -2, 1));
        int y = file.Tensor("y", Float32, [2, 3, 1, 3]);
        file.Operator(45, [x, begins, ends, strides], [y], (0, 0b0100), (1, 0b0100), (2, 0b0001), (3, 0b0010), (4, 0b1000));
        Graph graph = Import(file.Finish([x], [y]));
        var slice = graph.Nodes[0].AttributesAs<SliceAttributes>();
        CollectionAssert.AreEqual(new[] { 0, 0, 4, 1 }, slice.Starts.ToArray());
        CollectionAssert.AreEqual(new[] { 2, 3, 3, 1 }, slice.Extents.ToArray());
        CollectionAssert.AreEqual(new[] { 1, 1, -2, 1 }, slice.Steps.ToArray());
        Assert.AreEqual(new Shape(2, 3, 1, 3), graph.Outputs[0].Shape);
    }

    [TestMethod]
    public void A_symmetric_mirror_repeats_the_edge()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Float32, [2, 3]);
        int paddings = file.Tensor("p", Int32, [2, 2], TfLiteFiles.Bytes(1, 0, 2, 3));
        int y = file.Tensor("y", Float32, [3, 8]);
        file.Operator(100, [x, paddings], [y], (0, (sbyte)1));
        float[] result = Run(file.Finish([x], [y]), 1, 2, 3, 4, 5, 6);
        CollectionAssert.AreEqual(new float[] { 2, 1, 1, 2, 3, 3, 2, 1, 2, 1, 1, 2, 3, 3, 2, 1, 5, 4, 4, 5, 6, 6, 5, 4 }, result);
    }

    [TestMethod]
    public void Unpack_and_pack_undo_each_other()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Float32, [2, 2]);
        int first = file.Tensor("f", Float32, [2]);
        int second = file.Tensor("s", Float32, [2]);
        int y = file.Tensor("y", Float32, [2, 2]);
        file.Operator(88, [x], [first, second], (0, 2), (1, -1));
        file.Operator(83, [second, first], [y], (0, 2), (1, 0));
        CollectionAssert.AreEqual(new float[] { 2, 4, 1, 3 }, Run(file.Finish([x], [y]), 1, 2, 3, 4));
    }

    [TestMethod]
    public void Results_without_a_scale_have_that_of_integers_that_are_only_averaged()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", 9, [1, 2, 2, 1], scales: [0.5f], zeroPoints: [3]);
        int y = file.Tensor("y", 9, [1, 1, 1, 1]);
        file.Operator(1, [x], [y], (0, (sbyte)1), (1, 2), (2, 2), (3, 2), (4, 2));
        Graph graph = Import(file.Finish([x], [y]));
        Assert.AreEqual(graph.Inputs[0].Quantization, graph.Outputs[0].Quantization);
        var executor = new GraphExecutor(graph);
        executor.SetInput(0, [2, 4, 6, 8]);
        executor.Run();
        Assert.AreEqual(5, executor.Output(0)[0]);
    }

    [TestMethod]
    public void Wide_layers_without_a_scale_of_their_result_are_refused()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", 7, [1, 2], scales: [0.5f], zeroPoints: [0]);
        int weights = file.Tensor("w", 9, [2, 2], [1, 2, 3, 4], [0.5f], [0]);
        int y = file.Tensor("y", 7, [1, 2]);
        file.Operator(9, [x, weights], [y]);
        Diagnostic error = Errors(file.Finish([x], [y])).Single();
        Assert.AreEqual("EAI1203", error.Code);
        StringAssert.Contains(error.Message, "no quantization", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Every_unsupported_node_is_reported_with_what_it_is()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Float32, [1, 4]);
        int a = file.Tensor("a", Float32, [1, 4]);
        int y = file.Tensor("y", Float32, [1, 4]);
        file.Operator(125, [x], [a]);
        file.Operator(103, [a], [y]);
        IReadOnlyList<Diagnostic> errors = Errors(file.Finish([x], [y]));
        Assert.HasCount(2, errors);
        Assert.AreEqual("EAI1202", errors[0].Code);
        StringAssert.StartsWith(errors[0].Message, "SEGMENT_SUM #0 (version 1, reads float32[1,4], gives float32[1,4])", StringComparison.Ordinal);
        StringAssert.StartsWith(errors[1].Message, "UNIQUE #1 ", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Open_extents_other_than_the_batch_must_be_fixed()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Float32, [1, 1, 3], signature: [-1, -1, 3]);
        int y = file.Tensor("y", Float32, [1, 1, 3], signature: [-1, -1, 3]);
        file.Operator(19, [x], [y]);
        byte[] bytes = file.Finish([x], [y]);
        Diagnostic error = Errors(bytes).Single();
        Assert.AreEqual("EAI1206", error.Code);
        StringAssert.Contains(error.Message, "InputShape=\"x:1,N,3\"", StringComparison.Ordinal);
        Assert.AreEqual(new Shape(1, 7, 3), Import(bytes, ("x", new Shape(1, 7, 3))).Outputs[0].Shape);
        Assert.AreEqual("EAI1207", Errors(bytes, ("x", new Shape(1, 7, 4))).Single().Code);
        Assert.AreEqual("EAI1207", Errors(bytes, ("x", new Shape(1, 7))).Single().Code);
    }

    [TestMethod]
    public void Faults_of_a_model_have_codes()
    {
        var strings = new TfLiteFiles();
        int text = strings.Tensor("x", Text, [1]);
        int texts = strings.Tensor("y", Text, [1]);
        strings.Operator(22, [text], [texts]);
        Assert.IsTrue(Errors(strings.Finish([text], [texts])).All(error => error.Code == "EAI1205"));

        var variable = new TfLiteFiles();
        int x = variable.Tensor("x", Float32, [1]);
        int state = variable.Tensor("s", Float32, [1], variable: true);
        int y = variable.Tensor("y", Float32, [1]);
        variable.Operator(0, [x, state], [y]);
        CollectionAssert.AreEqual(new[] { "State", "Add" }, Import(variable.Finish([x], [y])).Nodes.Select(node => node.Operator).ToArray());

        var cycle = new TfLiteFiles();
        int a = cycle.Tensor("a", Float32, [1]);
        int b = cycle.Tensor("b", Float32, [1]);
        cycle.Operator(19, [a], [b]);
        cycle.Operator(19, [b], [a]);
        StringAssert.Contains(Errors(cycle.Finish([], [b])).Single().Message, "cycle", StringComparison.Ordinal);

        var missing = new TfLiteFiles();
        int nothing = missing.Tensor("nothing", Float32, [1]);
        int result = missing.Tensor("r", Float32, [1]);
        missing.Operator(19, [nothing], [result]);
        StringAssert.Contains(Errors(missing.Finish([], [result])).Single().Message, "'nothing'", StringComparison.Ordinal);

        var fused = new TfLiteFiles();
        int p = fused.Tensor("p", Float32, [1]);
        int q = fused.Tensor("q", Float32, [1]);
        fused.Operator(0, [p, p], [q], (0, (sbyte)4));
        Assert.AreEqual("EAI1203", Errors(fused.Finish([p], [q])).Single().Code);
    }

    [TestMethod]
    public void Contents_behind_the_flatbuffer_are_read()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Float32, [1, 2]);
        int weights = file.FarTensor("w", Float32, [2], offset: 4096, size: 8);
        int y = file.Tensor("y", Float32, [1, 2]);
        file.Operator(0, [x, weights], [y]);
        byte[] bytes = file.Finish([x], [y]);
        Assert.AreEqual("EAI1201", Errors(bytes).Single().Code);
        Array.Resize(ref bytes, 4096);
        Graph graph = Import([.. bytes, .. TfLiteFiles.Bytes(7f, -1f)]);
        CollectionAssert.AreEqual(new[] { 7f, -1f }, graph.Nodes[0].Input(1).Values<float>().ToArray());
    }

    [TestMethod]
    public void Arithmetic_without_an_int16_form_runs_over_reals()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", 7, [4], scales: [0.5f], zeroPoints: [0]);
        int y = file.Tensor("y", 7, [4], scales: [0.5f], zeroPoints: [0]);
        file.Operator(18, [x, x], [y]);
        CollectionAssert.AreEqual(
            new[] { "Dequantize", "Dequantize", "Multiply", "Quantize" }, Import(file.Finish([x], [y])).Nodes.Select(node => node.Operator).ToArray());
    }

    [TestMethod]
    public void Fused_activations_are_limits()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Float32, [1]);
        int y = file.Tensor("y", Float32, [1]);
        file.Operator(18, [x, x], [y], (0, (sbyte)2));
        Assert.AreEqual(new BinaryAttributes(new Clamp(-1, 1)), Import(file.Finish([x], [y])).Nodes[0].Attributes);
    }

    private static Graph Import(byte[] bytes, params (string, Shape)[] shapes)
    {
        Graph graph = TfLiteImporter.Import(ConformanceModels.Request("m.tflite", bytes, shapes), new List<Diagnostic>(), CancellationToken.None);
        Assert.IsEmpty(GraphVerifier.Verify(graph));
        return graph;
    }

    private static IReadOnlyList<Diagnostic> Errors(byte[] bytes, params (string, Shape)[] shapes) =>
        Assert.Throws<DiagnosticException>(() => Import(bytes, shapes)).Diagnostics;

    private static float[] Run(byte[] bytes, params float[] input)
    {
        var executor = new GraphExecutor(Import(bytes));
        executor.SetInput(0, TfLiteFiles.Bytes(input));
        executor.Run();
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(executor.Output(0)).ToArray();
    }
}
