namespace EdgeAI.Compiler.Tests.Import.Onnx;

/// <summary>An LSTM whose last cell state nothing reads has an int8 form; it computes what the general form does.</summary>
[TestClass]
public sealed class PlainLstmTests
{
    private const int Steps = 5;
    private const int Batch = 2;
    private const int Inputs = 3;
    private const int Hidden = 4;

    [TestMethod]
    [DataRow("forward", 0)]
    [DataRow("reverse", 0)]
    [DataRow("bidirectional", 0)]
    [DataRow("forward", 1)]
    [DataRow("reverse", 1)]
    [DataRow("bidirectional", 1)]
    public void Gives_the_general_forms_numbers(string direction, int layout)
    {
        var random = new Random(5);
        int directions = direction == "bidirectional" ? 2 : 1;
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
        float[] weights = Numbers(directions * 4 * Hidden * Inputs);
        float[] recurrent = Numbers(directions * 4 * Hidden * Hidden);
        float[] bias = Numbers(directions * 8 * Hidden);
        float[] x = Numbers(Steps * Batch * Inputs);
        object[] extents = layout == 1 ? [Batch, Steps, Inputs] : [Steps, Batch, Inputs];
        foreach (string output in new[] { "y", "h" })
        {
            OnnxModels Model(params string[] outputs) => new OnnxModels(14).Input("x", extents)
                .Constant("w", [directions, 4 * Hidden, Inputs], weights).Constant("r", [directions, 4 * Hidden, Hidden], recurrent)
                .Constant("b", [directions, 8 * Hidden], bias)
                .Node("LSTM", ["x", "w", "r", "b"], outputs,
                    OnnxModels.Text("direction", direction), OnnxModels.Int("layout", layout), OnnxModels.Int("hidden_size", Hidden))
                .Output(output);
            OnnxModels plain = Model("y", "h");
            OnnxModels general = Model("y", "h", "c").Output("c");
            Assert.AreEqual(directions, plain.Import().Nodes.Count(node => node.Operator == "SequenceLstm"));
            Assert.IsTrue(general.Import().Nodes.Any(node => node.Operator == "Recurrent"));
            Assert.AreEqual(general.Import().Outputs[0].Shape, plain.Import().Outputs[0].Shape);
            float[] wanted = general.Run(x);
            float[] made = plain.Run(x);
            for (int i = 0; i < wanted.Length; i++)
            {
                Assert.AreEqual(wanted[i], made[i], 1e-6f, $"{output} {i}");
            }
        }
    }
}
