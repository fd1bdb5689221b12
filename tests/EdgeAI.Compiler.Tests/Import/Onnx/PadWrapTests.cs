namespace EdgeAI.Compiler.Tests.Import.Onnx;

/// <summary>Pad that goes on at the other end, as numpy.pad's mode wrap.</summary>
[TestClass]
public sealed class PadWrapTests
{
    [TestMethod]
    [DataRow(1L, 1L, new float[] { 3, 1, 2, 3, 1 })]
    [DataRow(4L, 0L, new float[] { 3, 1, 2, 3, 1, 2, 3 })]
    [DataRow(0L, 5L, new float[] { 1, 2, 3, 1, 2, 3, 1, 2 })]
    [DataRow(-1L, 2L, new float[] { 2, 3, 2, 3 })]
    public void The_operand_goes_on_at_its_other_end(long before, long after, float[] expected) => CollectionAssert.AreEqual(expected,
        new OnnxModels(19).Input("x", 3).Integers("pads", before, after).Node("Pad", ["x", "pads"], ["y"], OnnxModels.Text("mode", "wrap")).Output("y").Run([1, 2, 3]));

    [TestMethod]
    public void A_few_elements_go_round_many_times() => CollectionAssert.AreEqual(Enumerable.Range(0, 104).Select(i => (float)((i + 1) % 3)).ToArray(),
        new OnnxModels(19).Input("x", 3).Integers("pads", 50, 51).Node("Pad", ["x", "pads"], ["y"], OnnxModels.Text("mode", "wrap")).Output("y").Run([0, 1, 2]));
}
