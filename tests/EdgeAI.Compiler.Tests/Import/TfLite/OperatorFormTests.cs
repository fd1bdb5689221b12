using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Tests.Emission;

namespace EdgeAI.Compiler.Tests.Import.TfLite;

/// <summary>Operators whose forms are arithmetic, selection or movement of others, against values worked out from TensorFlow's definitions.</summary>
[TestClass]
public sealed class OperatorFormTests(TestContext context)
{
    private const sbyte Float = 0;
    private const sbyte Int32 = 2;
    private const sbyte Bool = 6;

    [TestMethod]
    [DataRow(11, new[] { 3f, 4f }, new[] { 0.6f, 0.8f }, DisplayName = "L2_NORMALIZATION")]
    [DataRow(158, new[] { -2f, 0f }, new[] { -1f, 0f }, DisplayName = "SIGN")]
    public void Functions_of_one_operand(int code, float[] x, float[] expected)
    {
        var file = new TfLiteFiles();
        int input = file.Tensor("x", Float, [1, x.Length]);
        int output = file.Tensor("y", Float, [1, x.Length]);
        file.Operator(code, [input], [output]);
        Same(expected, Run<float>(file.Finish([input], [output]), Bytes(x)));
    }

    [TestMethod]
    [DataRow(1, new[] { 1f, 2f, 3f, 4f }, DisplayName = "same")]
    [DataRow(2, new[] { 1f, 2f, 3f, 4f }, DisplayName = "valid")]
    public void TransposedConvolutionOfMediaPipe(int padding, float[] x)
    {
        var file = new TfLiteFiles();
        int extent = padding == 1 ? 4 : 5;
        int input = file.Tensor("x", Float, [1, 2, 2, 1]);
        int weights = file.Tensor("w", Float, [1, 3, 3, 1], Bytes(Enumerable.Range(1, 9).Select(i => (float)i).ToArray()));
        int bias = file.Tensor("b", Float, [1], Bytes(new[] { 100f }));
        int output = file.Tensor("y", Float, [1, extent, extent, 1]);
        file.Custom("Convolution2DTransposeBias", Bytes(new[] { padding, 2, 2 }), [input, weights, bias], [output]);
        float[] whole = new float[25];
        Array.Fill(whole, 100f);
        for (int i = 0; i < 36; i++)
        {
            int at = (((i / 18 * 2) + (i % 9 / 3)) * 5) + (i / 9 % 2 * 2) + (i % 3);
            whole[at] += x[i / 9] * (1 + (i % 9));
        }

        Same([.. Enumerable.Range(0, extent * extent).Select(i => whole[(i / extent * 5) + (i % extent)])], Run<float>(file.Finish([input], [output]), Bytes(x)));
    }

    [TestMethod]
    public void WhereGivesAsManyPlacesAsTheFileFixes()
    {
        var file = new TfLiteFiles();
        int input = file.Tensor("x", Bool, [2, 3]);
        int output = file.Tensor("y", 4, [4, 2]);
        file.Operator(109, [input], [output]);
        CollectionAssert.AreEqual(new long[] { 0, 1, 1, 0, 1, 2, -1, -1 }, RunBoth<long>(file.Finish([input], [output]), [0, 1, 0, 1, 0, 1]));

        var open = new TfLiteFiles();
        input = open.Tensor("x", Bool, [2, 3]);
        output = open.Tensor("y", 4, [1, 2], signature: [-1, 2]);
        open.Operator(109, [input], [output]);
        DiagnosticException told = Assert.ThrowsExactly<DiagnosticException>(() => Run<long>(open.Finish([input], [output]), new byte[6]));
        Assert.Contains("depends on values", told.Message);
    }

    [TestMethod]
    [DataRow(120)]
    [DataRow(121)]
    public void BoxesThatAreCoveredAreSuppressed(int code)
    {
        var file = new TfLiteFiles();
        int boxes = file.Tensor("boxes", Float, [3, 4]);
        int scores = file.Tensor("scores", Float, [3]);
        int[] constants =
        [
            file.Tensor("most", Int32, [], Bytes(new[] { 3 })), file.Tensor("share", Float, [], Bytes(new[] { 0.5f })), file.Tensor("least", Float, [], Bytes(new[] { 0.1f })),
            .. code == 121 ? new[] { file.Tensor("sigma", Float, [], Bytes(new[] { 0f })) } : [],
        ];
        int indexes = file.Tensor("indexes", Int32, [3]);
        int kept = file.Tensor("kept", Float, [3]);
        int count = file.Tensor("count", Int32, []);
        int[] outputs = code == 121 ? [indexes, kept, count] : [indexes, count];
        file.Operator(code, [boxes, scores, .. constants], outputs);
        byte[] model = file.Finish([boxes, scores], outputs);
        byte[][] given = [Bytes(new[] { 0f, 0, 1, 1, 0, 0, 1, 0.9f, 5, 5, 6, 6 }), Bytes(new[] { 0.6f, 0.7f, 0.9f })];
        int[] result = code == 121 ? RunBoth<int>(model, given) : Run<int>(model, given);
        int[] expected = [2, 1, 0, .. code == 121 ? Array.ConvertAll(new[] { 0.9f, 0.7f, 0f }, BitConverter.SingleToInt32Bits) : [], 2];
        CollectionAssert.AreEqual(expected, result);
    }

    [TestMethod]
    [DataRow(113, new[] { 2 }, new[] { 5f, 7 }, new[] { 5f, 0, 0, 7 }, DisplayName = "MATRIX_DIAG")]
    [DataRow(115, new[] { 2, 3 }, new[] { 5f, 7 }, new[] { 5f, 2, 3, 4, 7, 6 }, DisplayName = "MATRIX_SET_DIAG of a wide matrix")]
    [DataRow(115, new[] { 3, 2 }, new[] { 5f, 7 }, new[] { 5f, 2, 3, 7, 5, 6 }, DisplayName = "MATRIX_SET_DIAG of a high matrix")]
    public void Diagonals(int code, int[] extents, float[] diagonal, float[] expected)
    {
        var file = new TfLiteFiles();
        bool isSet = code == 115;
        int input = file.Tensor("x", Float, isSet ? extents : [2]);
        int values = file.Tensor("d", Float, [2], isSet ? Bytes(diagonal) : null);
        int output = file.Tensor("y", Float, isSet ? extents : [2, 2]);
        file.Operator(code, isSet ? [input, values] : [input], [output]);
        Same(expected, Run<float>(file.Finish([input], [output]), Bytes(isSet ? [1f, 2, 3, 4, 5, 6] : diagonal)));
    }

    [TestMethod]
    public void FakeQuantizationRoundsToStepsWithZeroAmongThem()
    {
        var file = new TfLiteFiles();
        int input = file.Tensor("x", Float, [5]);
        int output = file.Tensor("y", Float, [5]);
        file.Operator(80, [input], [output], (0, -0.9f), (1, 2.1f), (2, 2));
        Same([-1, 0, 1, 2, 2], RunBoth<float>(file.Finish([input], [output]), Bytes(new[] { -5f, 0.49f, 0.5f, 1.9f, 9 })));
    }

    [TestMethod]
    public void ElementsFallIntoBuckets()
    {
        var file = new TfLiteFiles();
        int input = file.Tensor("x", Float, [2, 2]);
        int output = file.Tensor("y", Int32, [2, 2]);
        file.Operator(147, [input], [output], (0, new[] { 0f, 10f, 100f }));
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3 }, RunBoth<int>(file.Finish([input], [output]), Bytes(new[] { -5f, 0, 10.5f, 100 })));
    }

    [TestMethod]
    public void DetectionsOfTensorFlowLite()
    {
        var file = new TfLiteFiles();
        int boxes = file.Tensor("boxes", Float, [1, 2, 4]);
        int scores = file.Tensor("scores", 3, [1, 2, 2], scales: [1f / 256], zeroPoints: [0]);
        int anchors = file.Tensor("anchors", Float, [2, 4], Bytes(new[] { 0.25f, 0.25f, 0.5f, 0.5f, 0.75f, 0.75f, 0.5f, 0.5f }));
        int[] outputs = [file.Tensor("b", Float, [1, 3, 4]), file.Tensor("c", Float, [1, 3]), file.Tensor("s", Float, [1, 3]), file.Tensor("n", Float, [1])];
        file.Custom("TFLite_Detection_PostProcess", FlexBuffers.OfValues(("max_detections", 3), ("max_classes_per_detection", 1), ("num_classes", 1), ("nms_score_threshold", 0.2f),
            ("nms_iou_threshold", 0.6f), ("y_scale", 10f), ("x_scale", 10f), ("h_scale", 5f), ("w_scale", 5f)), [boxes, scores, anchors], outputs);
        byte[] model = file.Finish([boxes, scores], outputs);
        Same([0.5f, 0.5f, 1, 1, 0, 0, 0.5f, 0.5f, 0, 0, 0, 0, 0, 0, 0, 0.5f, 0.25f, 0, 2], RunBoth<float>(model, Bytes(new float[8]), [9, 64, 200, 128]));
    }

    [TestMethod]
    public void CustomOptionsThatAreTooShortAreTold()
    {
        var file = new TfLiteFiles();
        int input = file.Tensor("x", Float, [1, 2, 2, 1]);
        int weights = file.Tensor("w", Float, [1, 3, 3, 1], Bytes(new float[9]));
        int output = file.Tensor("y", Float, [1, 4, 4, 1]);
        file.Custom("Convolution2DTransposeBias", [1], [input, weights], [output]);
        DiagnosticException told = Assert.ThrowsExactly<DiagnosticException>(() => Run<float>(file.Finish([input], [output]), Bytes(new float[4])));
        Assert.Contains("1 bytes of options", told.Message);
    }

    [TestMethod]
    [DataRow(90, new[] { 7f, -7f, 7f, -7f }, new[] { 2f, 2f, -2f, -2f }, new[] { 3f, -4f, -4f, 3f }, DisplayName = "FLOOR_DIV")]
    [DataRow(95, new[] { 7f, -7f, 7f, -8f }, new[] { 3f, 3f, -3f, 2f }, new[] { 1f, 2f, -2f, 0f }, DisplayName = "FLOOR_MOD")]
    public void Whole_quotients_round_down(int code, float[] a, float[] b, float[] expected)
    {
        var file = new TfLiteFiles();
        int left = file.Tensor("a", Float, [a.Length]);
        int right = file.Tensor("b", Float, [a.Length]);
        int output = file.Tensor("y", Float, [a.Length]);
        file.Operator(code, [left, right], [output]);
        Same(expected, Run<float>(file.Finish([left, right], [output]), Bytes(a), Bytes(b)));

        int[] integers = Whole(code, a, b);
        CollectionAssert.AreEqual(expected.Select(value => (int)value).ToArray(), integers);
    }

    [TestMethod]
    [DataRow(71, new[] { false, true, false }, DisplayName = "EQUAL")]
    [DataRow(72, new[] { true, false, true }, DisplayName = "NOT_EQUAL")]
    [DataRow(58, new[] { true, false, false }, DisplayName = "LESS")]
    [DataRow(61, new[] { false, false, true }, DisplayName = "GREATER")]
    [DataRow(62, new[] { false, true, true }, DisplayName = "GREATER_EQUAL")]
    [DataRow(63, new[] { true, true, false }, DisplayName = "LESS_EQUAL")]
    public void Comparisons(int code, bool[] expected)
    {
        var file = new TfLiteFiles();
        int left = file.Tensor("a", Float, [3]);
        int right = file.Tensor("b", Float, [3]);
        int output = file.Tensor("y", Bool, [3]);
        file.Operator(code, [left, right], [output]);
        byte[] made = Run<byte>(file.Finish([left, right], [output]), Bytes(1f, 2, 3), Bytes(2f, 2, 2));
        CollectionAssert.AreEqual(expected.Select(value => (byte)(value ? 1 : 0)).ToArray(), made);
    }

    [TestMethod]
    public void Blocks_of_an_image_become_channels_and_go_back()
    {
        float[] image = [.. Enumerable.Range(0, 16).Select(i => (float)i)];
        float[] channels = Blocks(26, image, [1, 4, 4, 1], [1, 2, 2, 4]);
        Same([0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15], channels);
        Same(image, Blocks(5, channels, [1, 2, 2, 4], [1, 4, 4, 1]));
    }

    [TestMethod]
    public void Space_goes_into_batches_and_back()
    {
        float[] image = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
        float[] batches = Batches(38, image, [1, 4, 4, 1], [4, 2, 2, 1], [0, 0, 0, 0], [2, 2]);
        Same([1, 3, 9, 11, 2, 4, 10, 12, 5, 7, 13, 15, 6, 8, 14, 16], batches);
        Same(image, Batches(37, batches, [4, 2, 2, 1], [1, 4, 4, 1], [0, 0, 0, 0], [2, 2]));
        Same([0, 0, 0, 5, 0, 6, 0, 0, 3, 0, 4, 0], Batches(38, [3, 4, 5, 6], [1, 2, 2, 1], [6, 2, 1, 1], [1, 1, 1, 0], [2, 3]));
    }

    [TestMethod]
    public void Elements_are_taken_and_put()
    {
        var gather = new TfLiteFiles();
        int table = gather.Tensor("x", Float, [2, 3], TfLiteFiles.Bytes(1f, 2, 3, 4, 5, 6));
        int places = gather.Tensor("i", Int32, [2]);
        int taken = gather.Tensor("y", Float, [2, 2]);
        gather.Operator(36, [table, places], [taken], (0, 1));
        Same([3, 1, 6, 4], Run<float>(gather.Finish([places], [taken]), Bytes(2, 0)));

        var tuples = new TfLiteFiles();
        table = tuples.Tensor("x", Float, [2, 3], TfLiteFiles.Bytes(1f, 2, 3, 4, 5, 6));
        places = tuples.Tensor("i", Int32, [2, 2]);
        taken = tuples.Tensor("y", Float, [2]);
        tuples.Operator(107, [table, places], [taken]);
        Same([6, 2], Run<float>(tuples.Finish([places], [taken]), Bytes(1, 2, 0, 1)));

        var scatter = new TfLiteFiles();
        places = scatter.Tensor("i", Int32, [3, 1]);
        int updates = scatter.Tensor("u", Float, [3]);
        int shape = scatter.Tensor("s", Int32, [1], TfLiteFiles.Bytes(4));
        int put = scatter.Tensor("y", Float, [4]);
        scatter.Operator(122, [places, updates, shape], [put]);
        Same([0, 5, 0, 3], Run<float>(scatter.Finish([places, updates], [put]), Bytes(1, 3, 1), Bytes(2f, 3, 3)));

        var update = new TfLiteFiles();
        int x = update.Tensor("x", Float, [2, 3]);
        int part = update.Tensor("u", Float, [1, 2]);
        int start = update.Tensor("s", Int32, [2]);
        int changed = update.Tensor("y", Float, [2, 3]);
        update.Operator(151, [x, part, start], [changed]);
        byte[] bytes = update.Finish([x, part, start], [changed]);
        Same([1, 2, 3, 4, 8, 9], Run<float>(bytes, Bytes(1f, 2, 3, 4, 5, 6), Bytes(8f, 9), Bytes(1, 2)));
        Same([8, 9, 3, 4, 5, 6], Run<float>(bytes, Bytes(1f, 2, 3, 4, 5, 6), Bytes(8f, 9), Bytes(-3, 0)));
    }

    [TestMethod]
    public void Rows_are_repeated_reversed_and_summed()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Float, [2, 2]);
        int repeats = file.Tensor("r", Int32, [2], TfLiteFiles.Bytes(2, 2));
        int tiled = file.Tensor("t", Float, [4, 4]);
        int axis = file.Tensor("a", Int32, [1], TfLiteFiles.Bytes(1));
        int reversed = file.Tensor("v", Float, [2, 2]);
        int scalar = file.Tensor("c", Int32, [], TfLiteFiles.Bytes(0));
        int summed = file.Tensor("s", Float, [2, 2]);
        file.Operator(69, [x, repeats], [tiled]);
        file.Operator(105, [x, axis], [reversed]);
        file.Operator(128, [x, scalar], [summed]);
        float[] made = Run<float>(file.Finish([x], [tiled, reversed, summed]), Bytes(1f, 2, 3, 4));
        Same([1, 2, 1, 2, 3, 4, 3, 4, 1, 2, 1, 2, 3, 4, 3, 4, 2, 1, 4, 3, 1, 2, 4, 6], made);
    }

    [TestMethod]
    public void The_largest_elements_and_their_indexes()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Float, [2, 3]);
        int k = file.Tensor("k", Int32, [], TfLiteFiles.Bytes(2));
        int values = file.Tensor("v", Float, [2, 2]);
        int indexes = file.Tensor("i", Int32, [2, 2]);
        file.Operator(48, [x, k], [values, indexes]);
        byte[] bytes = file.Finish([x], [values, indexes]);
        byte[] made = Run<byte>(bytes, Bytes(5f, 9, 7, 1, 0, 2));
        Same([9, 7, 2, 1], MemoryMarshal.Cast<byte, float>(made.AsSpan(0, 16)).ToArray());
        CollectionAssert.AreEqual(new[] { 1, 2, 2, 0 }, MemoryMarshal.Cast<byte, int>(made.AsSpan(16)).ToArray());
    }

    private static int[] Whole(int code, float[] a, float[] b)
    {
        var file = new TfLiteFiles();
        int left = file.Tensor("a", Int32, [a.Length]);
        int right = file.Tensor("b", Int32, [a.Length]);
        int output = file.Tensor("y", Int32, [a.Length]);
        file.Operator(code, [left, right], [output]);
        return Run<int>(file.Finish([left, right], [output]), Bytes([.. a.Select(value => (int)value)]), Bytes([.. b.Select(value => (int)value)]));
    }

    private static float[] Blocks(int code, float[] x, int[] from, int[] to)
    {
        var file = new TfLiteFiles();
        int input = file.Tensor("x", Float, from);
        int output = file.Tensor("y", Float, to);
        file.Operator(code, [input], [output], (0, 2));
        return Run<float>(file.Finish([input], [output]), Bytes(x));
    }

    private static float[] Batches(int code, float[] x, int[] from, int[] to, int[] borders, int[] blocks)
    {
        var file = new TfLiteFiles();
        int input = file.Tensor("x", Float, from);
        int block = file.Tensor("b", Int32, [2], Bytes(blocks));
        int pads = file.Tensor("p", Int32, [2, 2], Bytes(borders));
        int output = file.Tensor("y", Float, to);
        file.Operator(code, [input, block, pads], [output]);
        return Run<float>(file.Finish([input], [output]), Bytes(x));
    }

    private static byte[] Bytes<T>(params T[] values) where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static void Same(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], 1e-5f, $"element {i} of [{string.Join(' ', actual)}]");
        }
    }

    /// <summary>The managed numbers, which those of generated C must be.</summary>
    private T[] RunBoth<T>(byte[] file, params byte[][] inputs) where T : unmanaged => Run<T>(file, (graph, executor) => GeneratedC.Check(context, graph, executor, inputs), inputs);

    private static T[] Run<T>(byte[] file, params byte[][] inputs) where T : unmanaged => Run<T>(file, (_, _) => { }, inputs);

    private static T[] Run<T>(byte[] file, Action<Graph, GraphExecutor> check, params byte[][] inputs) where T : unmanaged
    {
        Graph graph = TfLiteImporter.Import(
            new ImportRequest("model", "model.tflite", file, ImmutableSortedDictionary<string, Shape>.Empty, _ => null), new List<Diagnostic>(), CancellationToken.None);
        Assert.IsEmpty(GraphVerifier.Verify(graph));
        var executor = new GraphExecutor(graph);
        for (int i = 0; i < inputs.Length; i++)
        {
            executor.SetInput(i, inputs[i]);
        }

        executor.Run();
        check(graph, executor);
        byte[] outputs = [.. Enumerable.Range(0, graph.Outputs.Count).SelectMany(i => executor.Output(i).ToArray())];
        return MemoryMarshal.Cast<byte, T>(outputs.AsSpan()).ToArray();
    }
}
