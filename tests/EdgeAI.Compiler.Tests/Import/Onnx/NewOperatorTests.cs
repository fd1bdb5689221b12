using System.Runtime.InteropServices;
using DataType = EdgeAI.Compiler.Import.Onnx.Schema.TensorProto.Types.DataType;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Tests.Import.Onnx;

/// <summary>Operators that are made of others, of the newer sets most of them.</summary>
[TestClass]
public sealed class NewOperatorTests
{
    [TestMethod]
    [DataRow(0, 0, new float[] { 1, 2, 6, 24 })]
    [DataRow(1, 0, new float[] { 1, 1, 2, 6 })]
    [DataRow(0, 1, new float[] { 24, 24, 12, 4 })]
    [DataRow(1, 1, new float[] { 24, 12, 4, 1 })]
    public void Products_run_along_an_axis(int exclusive, int reverse, float[] expected) => CollectionAssert.AreEqual(expected,
        new OnnxModels(26).Input("x", 1, 4).Integers("axis", -1).Node("CumProd", ["x", "axis"], ["y"], OnnxModels.Int("exclusive", exclusive), OnnxModels.Int("reverse", reverse))
            .Output("y").Run([1, 2, 3, 4]));

    [TestMethod]
    [DataRow(new float[] { 3 }, 3f)]
    [DataRow(new float[] { 1, 2, 3, 4 }, -2f)]
    [DataRow(new float[] { 2, 0, 1, 1, 3, 2, 1, 1, 4 }, 18f)]
    public void Determinants_are_those_of_square_matrices(float[] matrix, float expected)
    {
        int size = (int)MathF.Sqrt(matrix.Length);
        Assert.AreEqual(expected, new OnnxModels(11).Input("x", size, size).Node("Det", ["x"], ["y"]).Output("y").Run(matrix).Single(), 1e-5f * Math.Max(1, Math.Abs(expected)));
        Assert.AreEqual("EAI1103", new OnnxModels(11).Input("x", 5, 4).Node("Det", ["x"], ["y"]).Output("y").Errors().Single().Code);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_cache_is_written_from_a_place_of_each_batch(bool isConstant)
    {
        OnnxModels model = new OnnxModels(24).Input("cache", 2, 3, 2).Input("rows", 2, 2, 2);
        model = isConstant ? model.Integers("places", 0, 2) : model.Input("places", DataType.Int64, 2);
        var executor = new GraphExecutor(model.Node("TensorScatter", ["cache", "rows", "places"], ["y"], OnnxModels.Text("mode", "circular")).Output("y").Import());
        executor.SetInput(0, new byte[48]);
        executor.SetInput(1, MemoryMarshal.AsBytes<float>([1, 2, 3, 4, 5, 6, 7, 8]));
        if (!isConstant)
        {
            executor.SetInput(2, MemoryMarshal.AsBytes<long>([0, 2]));
        }

        executor.Run();
        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 4, 0, 0, 7, 8, 0, 0, 5, 6 }, MemoryMarshal.Cast<byte, float>(executor.Output(0)).ToArray());
    }

    [TestMethod]
    public void Bits_are_read_as_another_type_of_the_size()
    {
        var mask = new TensorProto { Name = "mask", DataType = (int)DataType.Int32 };
        mask.Int32Data.Add(int.MaxValue);
        float[] made = new OnnxModels(26).Input("x", 4).Initializer(mask)
            .Node("BitCast", ["x"], ["bits"], OnnxModels.Int("to", (long)DataType.Int32)).Node("BitwiseAnd", ["bits", "mask"], ["low"])
            .Node("BitCast", ["low"], ["y"], OnnxModels.Int("to", (long)DataType.Float)).Output("y").Run([-1.5f, 2, -0f, float.NegativeInfinity]);
        CollectionAssert.AreEqual(new[] { 1.5f, 2, 0, float.PositiveInfinity }, made);
    }

    [TestMethod]
    [DataRow((int)DataType.Double, (int)DataType.Int64, "DOUBLE")]
    [DataRow((int)DataType.Float, (int)DataType.Bfloat16, "BFLOAT16")]
    [DataRow((int)DataType.Float, (int)DataType.Int16, "the same size")]
    public void Bits_that_are_not_kept_are_refused(int from, int to, string named)
    {
        Diagnostic error = new OnnxModels(26).Input("x", (DataType)from, 4).Node("BitCast", ["x"], ["y"], OnnxModels.Int("to", to)).Output("y").Errors().Single();
        Assert.AreEqual("EAI1103", error.Code);
        Assert.Contains(named, error.Message, StringComparison.OrdinalIgnoreCase);
    }
}
