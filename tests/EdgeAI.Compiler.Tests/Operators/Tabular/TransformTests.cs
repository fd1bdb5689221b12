using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Tests.Import.Onnx;
using AttributeType = EdgeAI.Compiler.Import.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace EdgeAI.Compiler.Tests.Operators.Tabular;

/// <summary>What ONNX-ML models do with their raw scores.</summary>
[TestClass]
public sealed class TransformTests
{
    [TestMethod]
    [DataRow("SOFTMAX_ZERO", new[] { 1f, 0, 3 }, new[] { 0.11920292f, 0, 0.88079708f })]
    [DataRow("SOFTMAX", new[] { 1f, 1, 1 }, new[] { 0.33333333f, 0.33333333f, 0.33333333f })]
    [DataRow("PROBIT", new[] { 0.975f, 0.5f, 0.1586553f }, new[] { 1.96f, 0, -1f })]
    [DataRow("LOGISTIC", new[] { 0f, 100, -100 }, new[] { 0.5f, 1, 0 })]
    public void Scores_are_transformed(string transform, float[] x, float[] expected)
    {
        OnnxModels model = new OnnxModels(15).Input("x", 1, 3);
        model.Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 1 });
        model.Node("LinearRegressor", ["x"], ["y"], Floats("coefficients", 1, 0, 0, 0, 1, 0, 0, 0, 1), OnnxModels.Int("targets", 3), OnnxModels.Text("post_transform", transform)).Output("y");
        model.Model.Graph.Node[0].Domain = "ai.onnx.ml";
        float[] made = model.Run(x);
        for (int i = 0; i < 3; i++)
        {
            Assert.AreEqual(expected[i], made[i], transform == "PROBIT" ? 5e-3f : 1e-6f);
        }
    }

    private static AttributeProto Floats(string name, params float[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeType.Floats };
        attribute.Floats.AddRange(values);
        return attribute;
    }
}
