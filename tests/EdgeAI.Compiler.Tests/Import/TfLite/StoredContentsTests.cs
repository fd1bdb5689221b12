using System.Runtime.InteropServices;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using Level = EdgeAI.Compiler.Tests.Import.TfLite.TfLiteFiles.Level;

namespace EdgeAI.Compiler.Tests.Import.TfLite;

/// <summary>Constants that a file stores in fewer bytes than they have: integers of 4 bits and sparse tensors.</summary>
[TestClass]
public sealed class StoredContentsTests
{
    private const sbyte Float = 0;
    private const sbyte Int32 = 2;
    private const sbyte Int8 = 9;
    private const sbyte Int4 = 17;

    private static readonly float[] Matrix = [1, 0, 2, 3, 0, 4, 0, 0, 0, 0, 5, 0, 0, 0, 0, 6];

    [TestMethod]
    public void Integers_of_4_bits_are_unpacked_from_the_lower_half()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Int8, [1, 3], scales: [0.5f], zeroPoints: [0]);
        int weights = file.Tensor("w", Int4, [1, 3], [0x87, 0x0F], [0.25f], [0]);
        int bias = file.Tensor("b", Int32, [1], TfLiteFiles.Bytes(0), [0.125f], [0]);
        int y = file.Tensor("y", Int8, [1, 1], scales: [0.125f], zeroPoints: [0]);
        file.Operator(9, [x, weights, bias], [y]);
        Graph graph = Import(file.Finish([x], [y]));
        Tensor read = graph.Nodes.Single().Input(1);
        Assert.AreEqual(ElementType.Int8, read.Type);
        CollectionAssert.AreEqual(new sbyte[] { 7, -8, -1 }, read.Values<sbyte>().ToArray());
        var executor = new GraphExecutor(graph);
        executor.SetInput(0, [2, 1, 3]);
        executor.Run();
        Assert.AreEqual(3, (sbyte)executor.Output(0)[0]);
    }

    [TestMethod]
    public void Integers_of_4_bits_in_another_number_of_bytes_are_damage()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Int8, [1, 3], scales: [0.5f], zeroPoints: [0]);
        int weights = file.Tensor("w", Int4, [1, 3], [0x87, 0x0F, 0], [0.25f], [0]);
        int y = file.Tensor("y", Int8, [1, 1], scales: [0.125f], zeroPoints: [0]);
        file.Operator(9, [x, weights], [y]);
        Refused("EAI1201", "3 bytes", file.Finish([x], [y]));
    }

    [TestMethod]
    public void Integers_of_4_bits_at_run_time_are_refused()
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Int4, [1, 3]);
        int y = file.Tensor("y", Int4, [1, 3]);
        file.Operator(19, [x], [y]);
        Refused("EAI1205", "INT4 at run time", file.Finish([x], [y]));
    }

    [TestMethod]
    [DataRow((byte)1)]
    [DataRow((byte)2)]
    [DataRow((byte)3)]
    public void Sparse_rows_become_dense(byte kind) => Same(TfLiteFiles.Bytes(1f, 2, 3, 4, 5, 6), [0, 1], [],
        new(4), new(0, [0, 3, 4, 5, 6], [0, 2, 3, 1, 2, 3], kind));

    [TestMethod]
    public void Sparse_columns_become_dense() => Same(TfLiteFiles.Bytes(1f, 4, 2, 5, 3, 6), [1, 0], [],
        new(4), new(0, [0, 1, 2, 4, 6], [0, 1, 0, 2, 0, 3]));

    [TestMethod]
    public void Sparse_blocks_become_dense() => Same(TfLiteFiles.Bytes(1f, 0, 0, 4, 2, 3, 0, 0, 5, 0, 0, 6), [0, 1, 2, 3], [0, 1],
        new(2), new(0, [0, 2, 3], [0, 1, 1]), new(2), new(2));

    [TestMethod]
    public void Blocks_of_one_axis_whose_inner_order_is_turned_become_dense() => Same(TfLiteFiles.Bytes(1f, 0, 0, 4, 2, 0, 3, 0, 5, 0, 0, 6), [0, 1, 3, 2], [0, 1],
        new(2), new(0, [0, 2, 3], [0, 1, 1]), new(2), new(2));

    [TestMethod]
    public void Sparse_contents_that_do_not_fit_are_damage()
    {
        byte[] six = TfLiteFiles.Bytes(1f, 2, 3, 4, 5, 6);
        Refused("EAI1201", "index 4", Sparse(six, [0, 1], [], new(4), new(0, [0, 3, 4, 5, 6], [0, 2, 4, 1, 2, 3])));
        Refused("EAI1201", "segment 7", Sparse(six, [0, 1], [], new(4), new(0, [0, 3, 4, 5, 7], [0, 2, 3, 1, 2, 3])));
        Refused("EAI1201", "segments", Sparse(six, [0, 1], [], new(4), new(0, [0, 3, 4, 5], [0, 2, 3, 1, 2, 3])));
        Refused("EAI1201", "6 values", Sparse(six, [0, 1], [], new(4), new(4)));
        Refused("EAI1201", "24 bytes", Sparse(six, [0, 1], [], new(4), new(0, [0, 3, 4, 5, 5], [0, 2, 3, 1, 2, 3])));
        Refused("EAI1201", "level of 5", Sparse(six, [0, 1], [], new(5), new(4)));
        Refused("EAI1201", "axes", Sparse(six, [0, 0], [], new(4), new(4)));
        Refused("EAI1201", "blocks of 3", Sparse(six, [0, 1, 2], [0], new(2), new(4), new(3)));
        Refused("EAI1201", "kind 4", Sparse(six, [0, 1], [], new(4), new(0, [0, 3, 4, 5, 6], [0, 2, 3, 1, 2, 3], 4)));
    }

    private static byte[] Sparse(byte[] values, int[] order, int[] blocks, params Level[] levels)
    {
        var file = new TfLiteFiles();
        int x = file.Tensor("x", Float, [4, 4]);
        int weights = file.SparseTensor("w", Float, [4, 4], values, order, blocks, levels);
        int dense = file.Tensor("d", Float, [4, 4]);
        int y = file.Tensor("y", Float, [4, 4]);
        file.Operator(124, [weights], [dense]);
        file.Operator(0, [x, dense], [y]);
        return file.Finish([x], [y]);
    }

    private static void Same(byte[] values, int[] order, int[] blocks, params Level[] levels)
    {
        var executor = new GraphExecutor(Import(Sparse(values, order, blocks, levels)));
        executor.Run();
        CollectionAssert.AreEqual(Matrix, MemoryMarshal.Cast<byte, float>(executor.Output(0)).ToArray());
    }

    private static void Refused(string code, string words, byte[] file)
    {
        Diagnostic told = Assert.ThrowsExactly<DiagnosticException>(() => Import(file)).Diagnostics[0];
        Assert.AreEqual(code, told.Code);
        StringAssert.Contains(told.Message, words, StringComparison.Ordinal);
    }

    private static Graph Import(byte[] file) => TfLiteImporter.Import(ConformanceModels.Request("m.tflite", file), [], CancellationToken.None);
}
