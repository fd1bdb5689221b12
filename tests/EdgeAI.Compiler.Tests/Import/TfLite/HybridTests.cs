using System.Runtime.InteropServices;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Tests.Import.TfLite;

/// <summary>Integer weights beside float activations: read as the reals they stand for, each layer exactly, and told once.</summary>
[TestClass]
public sealed class HybridTests
{
    private const sbyte Float = 0;
    private const sbyte Int32 = 2;
    private const sbyte UInt8 = 3;
    private const sbyte Int8 = 9;

    [TestMethod]
    public void Weights_by_channel_become_reals()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Float, [1, 2]);
        int weights = file.Tensor("w", Int8, [2, 2], [1, unchecked((byte)-2), 127, unchecked((byte)-128)], [0.5f, 0.25f], [0, 0]);
        int bias = file.Tensor("b", Float, [2], TfLiteFiles.Bytes(10f, 20f));
        int y = file.Tensor("y", Float, [1, 2]);
        file.Operator(9, [x, weights, bias], [y]);
        Check(file.Finish([x], [y]), [4f, 8f], [10 + 2 - 8, 20 + 127 - 256], 1);
    }

    [TestMethod]
    public void Unsigned_weights_keep_their_zero_point_and_are_read_once_by_two_layers()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Float, [1, 2]);
        int weights = file.Tensor("w", UInt8, [2, 2], [101, 100, 100, 104], [0.5f], [100]);
        int middle = file.Tensor("m", Float, [1, 2]);
        int y = file.Tensor("y", Float, [1, 2]);
        file.Operator(9, [x, weights], [middle]);
        file.Operator(9, [middle, weights], [y]);
        Graph graph = Check(file.Finish([x], [y]), [4f, 8f], [1, 32], 2);
        Assert.AreSame(graph.Nodes[0].Input(1), graph.Nodes[1].Input(1));
    }

    [TestMethod]
    public void A_table_becomes_reals()
    {
        var file = new TfLiteFiles();
        int places = file.Tensor("places", Int32, [2]);
        int table = file.Tensor("table", Int8, [3, 2], [1, 2, 3, 4, 5, 6], [0.5f], [1]);
        int y = file.Tensor("y", Float, [2, 2]);
        file.Operator(7, [places, table], [y]);
        Check(file.Finish([places], [y]), [2, 0], [2, 2.5f, 0, 0.5f], 1);
    }

    /// <summary>The memory of an SVDF is float beside its integer weights; two runs give what float weights give.</summary>
    [TestMethod]
    public void Both_weights_of_an_svdf_become_reals()
    {
        float[][] made = [Svdf(isHybrid: true), Svdf(isHybrid: false)];
        CollectionAssert.AreEqual(made[1], made[0]);
        CollectionAssert.AreEqual(new float[] { (1 * 0.5f) + (2 * -1.5f) + (((3 * 0.5f) + (4 * -1.5f)) * 2) }, made[0][^1..]);
    }

    private static float[] Svdf(bool isHybrid)
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Float, [1, 2]);
        int features = isHybrid ? file.Tensor("f", Int8, [1, 2], [1, unchecked((byte)-3)], [0.5f], [0]) : file.Tensor("f", Float, [1, 2], TfLiteFiles.Bytes(0.5f, -1.5f));
        int time = isHybrid ? file.Tensor("t", Int8, [1, 2], [4, 8], [0.25f], [0]) : file.Tensor("t", Float, [1, 2], TfLiteFiles.Bytes(1f, 2f));
        int state = file.Tensor("s", Float, [1, 2], variable: true);
        int y = file.Tensor("y", Float, [1, 1]);
        file.Operator(27, [x, features, time, -1, state], [y], (0, 1));
        var executor = new GraphExecutor(Import(file.Finish([x], [y]), []));
        var made = new List<float>();
        foreach (float[] input in new[] { new[] { 1f, 2 }, [3, 4] })
        {
            executor.SetInput(0, MemoryMarshal.AsBytes(input.AsSpan()).ToArray());
            executor.Run();
            made.Add(MemoryMarshal.Cast<byte, float>(executor.Output(0))[0]);
        }

        return [.. made];
    }

    [TestMethod]
    public void Integers_known_only_at_run_time_are_refused()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Float, [1, 2]);
        int weights = file.Tensor("w", Int8, [2, 2], scales: [0.5f], zeroPoints: [0]);
        int y = file.Tensor("y", Float, [1, 2]);
        file.Operator(9, [x, weights], [y]);
        Diagnostic told = Assert.ThrowsExactly<DiagnosticException>(() => Import(file.Finish([x, weights], [y]), [])).Diagnostics.Single();
        Assert.AreEqual("EAI1203", told.Code);
        StringAssert.Contains(told.Message, "'w", StringComparison.Ordinal);
    }

    /// <summary>
    /// With activations rounded to 8 bits in front of each layer, as LiteRT rounds them, the graph gives LiteRT's numbers: the weights are the
    /// file's, and the rounding is all that differs.
    /// </summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void Rounded_activations_give_the_numbers_of_LiteRT(int set)
    {
        if (ConformanceModels.Folder is not { } folder)
        {
            return;
        }

        string golden = Path.Combine(folder, "tflite", "golden", "mlperf_toycar_dynrange");
        Graph graph = TfLiteImporter.Import(ConformanceModels.Request("tflite/mlperf_toycar_dynrange.tflite"), [], CancellationToken.None);
        float[] x = Read(Path.Combine(golden, $"set{set}_input_0.npy"));
        foreach (Node node in graph.Nodes)
        {
            x = Layer(node, Rounded(x));
        }

        float[] expected = Read(Path.Combine(golden, $"set{set}_litert_output_0.npy"));
        Assert.IsLessThanOrEqualTo(1e-5 * expected.Max(Math.Abs), expected.Zip(x, (a, b) => Math.Abs(a - b)).Max());
    }

    private static float[] Read(string path) => MemoryMarshal.Cast<byte, float>(ConformanceModels.ReadNpy(path)).ToArray();

    /// <summary>To 255 steps between the lowest and the highest, zero among them.</summary>
    private static float[] Rounded(float[] x)
    {
        double lowest = Math.Min(0, x.Min());
        double scale = (Math.Max(0, x.Max()) - lowest) / 255;
        double zeroPoint = Math.Round(-128 - (lowest / scale));
        return [.. x.Select(value => (float)(scale * (Math.Clamp(Math.Round(value / scale) + zeroPoint, -128, 127) - zeroPoint)))];
    }

    private static float[] Layer(Node node, float[] x)
    {
        var given = new Tensor("x", ElementType.Float32, new Shape(1, x.Length));
        var layer = new Graph { Name = "layer", Inputs = { given }, Outputs = { node.Output } };
        layer.Nodes.Add(new Node(node.Name, node.Operator, node.Attributes) { Inputs = [given, .. node.Inputs.Skip(1)], Outputs = [node.Output], Source = node.Source });
        var executor = new GraphExecutor(layer);
        executor.SetInput(0, MemoryMarshal.AsBytes(x.AsSpan()).ToArray());
        executor.Run();
        return MemoryMarshal.Cast<byte, float>(executor.Output(0)).ToArray();
    }

    private static Graph Import(byte[] file, List<Diagnostic> diagnostics) =>
        TfLiteImporter.Import(ConformanceModels.Request("m.tflite", file), diagnostics, CancellationToken.None);

    private static Graph Check<T>(byte[] file, T[] x, float[] expected, int layers)
        where T : unmanaged
    {
        var diagnostics = new List<Diagnostic>();
        Graph graph = Import(file, diagnostics);
        Assert.IsEmpty(GraphVerifier.Verify(graph));
        Assert.AreEqual("EAI1204", diagnostics.Single().Code);
        StringAssert.Contains(diagnostics[0].Message, $"{layers} operators", StringComparison.Ordinal);
        Assert.IsTrue(graph.Tensors().All(tensor => tensor.Quantization is null));
        var executor = new GraphExecutor(graph);
        executor.SetInput(0, MemoryMarshal.AsBytes(x.AsSpan()).ToArray());
        executor.Run();
        CollectionAssert.AreEqual(expected, MemoryMarshal.Cast<byte, float>(executor.Output(0)).ToArray());
        return graph;
    }
}
