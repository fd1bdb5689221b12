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

    [TestMethod]
    [DataRow(0, 0, 1, 2)]
    [DataRow(1, 0, 0, 7)]
    [DataRow(0, 4, 0, -1)]
    [DataRow(-1, 2, 2, 5)]
    public void Rows_and_columns_go_on_at_their_other_ends(int top, int left, int bottom, int right)
    {
        float[] x = [.. Enumerable.Range(1, 6).Select(i => (float)i)]; // [2,3]
        OnnxModels model = new OnnxModels(19).Input("x", 2, 3).Integers("pads", top, left, bottom, right)
            .Node("Pad", ["x", "pads"], ["y"], OnnxModels.Text("mode", "wrap")).Output("y");
        float[] found = model.Run(x);
        int firstRow = Math.Max(0, -top);
        int rows = 2 - firstRow - Math.Max(0, -bottom);
        int columns = 3 - Math.Max(0, -left) - Math.Max(0, -right);
        var expected = new List<float>();
        for (int row = -Math.Max(0, top); row < rows + Math.Max(0, bottom); row++)
        {
            for (int column = -Math.Max(0, left); column < columns + Math.Max(0, right); column++)
            {
                expected.Add(x[((firstRow + Mod(row, rows)) * 3) + Mod(column, columns)]);
            }
        }

        CollectionAssert.AreEqual(expected, found);
    }

    private static int Mod(int a, int b) => ((a % b) + b) % b;
}
