using EdgeAI.Compiler.Import.Onnx.Schema;
using Google.Protobuf;

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
    [DataRow("HardSigmoid", new[] { 0.3f }, new[] { 0.4f }, 0.7f)]
    [DataRow("HardSigmoid", new float[0], new float[0], 0.7f)]
    [DataRow("ScaledTanh", new[] { 2f }, new[] { 0f }, 0f)]
    [DataRow("leakyrelu", new[] { 0.5f }, new float[0], 1f)]
    [DataRow("Affine", new[] { -1f }, new[] { 0.5f }, -0.5f)]
    public void Functions_take_their_parameters_in_order(string function, float[] alpha, float[] beta, float expected)
    {
        // One step of one unit whose sum is 1.
        var model = new OnnxModels(14).Input("x", 1, 1, 1).Constant("w", [1, 1, 1], 1).Constant("r", [1, 1, 1], 0);
        AttributeProto Floats(string name, float[] values)
        {
            var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Floats };
            attribute.Floats.AddRange(values);
            return attribute;
        }

        var activations = new AttributeProto { Name = "activations", Type = AttributeProto.Types.AttributeType.Strings };
        activations.Strings.Add(ByteString.CopyFromUtf8(function));
        model.Node("RNN", ["x", "w", "r"], ["y"], OnnxModels.Int("hidden_size", 1), activations, Floats("activation_alpha", alpha), Floats("activation_beta", beta)).Output("y");
        Assert.AreEqual(expected, model.Run([1f])[0], 1e-6f);
    }

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
