using System.Runtime.InteropServices;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Tests.Import.Onnx;

/// <summary>QONNX's Quant against values worked out from its definition.</summary>
[TestClass]
public sealed class QuantTests
{
    [TestMethod]
    [DataRow(true, false, 0, "ROUND", new float[] { -2, 1.75f, 0.5f, 0, 0.25f })]
    [DataRow(true, true, 0, "ROUND", new float[] { -1.75f, 1.75f, 0.5f, 0, 0.25f })]
    [DataRow(false, false, 0, "ROUND", new float[] { 0, 3.75f, 0.5f, 0, 0.25f })]
    [DataRow(false, true, 0, "ROUND", new float[] { 0, 3.5f, 0.5f, 0, 0.25f })]
    [DataRow(true, false, 0, "FLOOR", new float[] { -2, 1.75f, 0.5f, 0, 0.25f })]
    [DataRow(true, false, 0, "CEIL", new float[] { -2, 1.75f, 0.75f, 0.25f, 0.5f })]
    [DataRow(true, false, 2, "ROUND", new float[] { -2.5f, 1.25f, 0.5f, 0, 0.25f })]
    public void Values_are_rounded_and_limited(bool signed, bool narrow, float zeroPoint, string mode, float[] expected)
    {
        OnnxModels model = new OnnxModels().Input("x", 5).Constant("scale", [], 0.25f).Constant("zero", [], zeroPoint).Constant("bits", [], 4)
            .Node("Quant", ["x", "scale", "zero", "bits"], ["y"], OnnxModels.Int("signed", signed ? 1 : 0), OnnxModels.Int("narrow", narrow ? 1 : 0), OnnxModels.Text("rounding_mode", mode)).Output("y");
        model.Model.Graph.Node[0].Domain = "qonnx.custom_op.general";
        var executor = new GraphExecutor(model.Import());

        // 0.625 and 0.125 lie between two steps: half to even.
        executor.SetInput(0, MemoryMarshal.AsBytes<float>([-9, 9, 0.625f, 0.125f, 0.3f]).ToArray());
        executor.Run();
        CollectionAssert.AreEqual(expected, MemoryMarshal.Cast<byte, float>(executor.Output(0)).ToArray());
    }

    [TestMethod]
    public void Weights_are_rounded_while_building()
    {
        OnnxModels model = new OnnxModels().Input("x", 1, 2).Constant("w", [2, 2], 0.6f, -0.6f, 9, -9).Constant("scale", [1, 2], 0.25f, 0.5f).Constant("zero", [], 0).Constant("bits", [], 4)
            .Node("Quant", ["w", "scale", "zero", "bits"], ["q"]).Node("MatMul", ["x", "q"], ["y"]).Output("y");
        model.Model.Graph.Node[0].Domain = "qonnx.custom_op.general";
        Graph graph = model.Import();
        Assert.HasCount(1, graph.Nodes);
        var executor = new GraphExecutor(graph);
        executor.SetInput(0, MemoryMarshal.AsBytes<float>([1, 10]).ToArray());
        executor.Run();
        CollectionAssert.AreEqual(new float[] { 0.5f + 17.5f, -0.5f - 40 }, MemoryMarshal.Cast<byte, float>(executor.Output(0)).ToArray());
    }

    [TestMethod]
    [DataRow("HALF_UP", 4f, "rounding_mode")]
    [DataRow("ROUND", 1.5f, "whole number")]
    public void Other_modes_and_widths_are_refused(string mode, float bits, string words)
    {
        OnnxModels model = new OnnxModels().Input("x", 4).Constant("scale", [], 0.25f).Constant("zero", [], 0).Constant("bits", [], bits)
            .Node("Quant", ["x", "scale", "zero", "bits"], ["y"], OnnxModels.Text("rounding_mode", mode)).Output("y");
        model.Model.Graph.Node[0].Domain = "finn.custom_op.general";
        var told = model.Errors().Single();
        Assert.AreEqual("EAI1103", told.Code);
        StringAssert.Contains(told.Message, words, StringComparison.Ordinal);
    }
}
