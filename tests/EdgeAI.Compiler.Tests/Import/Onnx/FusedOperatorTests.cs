using EdgeAI.Compiler.Import.Onnx.Schema;
using AttributeType = EdgeAI.Compiler.Import.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace EdgeAI.Compiler.Tests.Import.Onnx;

/// <summary>Operators that stand for several: those of ONNX Runtime's optimizer, and of the first operator sets.</summary>
[TestClass]
public sealed class FusedOperatorTests
{
    private static readonly float[] Four = [1, -2, 3, -4];

    [TestMethod]
    [DataRow("Clip", new float[] { -3, 2.5f }, 9, new float[] { 2.5f, -3, 2.5f, -3 })]
    [DataRow("Clip", new float[] { -3, 2.5f }, 13, new float[] { 2.5f, -3, 2.5f, -3 })]
    [DataRow("LeakyRelu", new float[] { 0.25f }, 13, new float[] { 3, -0.75f, 7, -1.75f })]
    [DataRow("Relu", null, 13, new float[] { 3, 0, 7, 0 })]
    public void A_fused_convolution_adds_and_is_activated(string activation, float[]? parameters, int operatorSet, float[] expected)
    {
        AttributeProto[] attributes = parameters is null ? [OnnxModels.Text("activation", activation)] : [OnnxModels.Text("activation", activation), Floats("activation_params", parameters)];
        OnnxModels model = new OnnxModels(operatorSet).Input("x", 1, 1, 4).Constant("w", [1, 1, 1], 2).Constant("b", [1], 0).Constant("z", [1, 1, 4], 1, 1, 1, 1);
        CollectionAssert.AreEqual(expected, Microsoft(model, "FusedConv", ["x", "w", "b", "z"], ["y"], attributes).Output("y").Run(Four));
    }

    [TestMethod]
    public void A_fused_product_exchanges_axes()
    {
        OnnxModels model = Microsoft(new OnnxModels().Input("x", 2, 2).Constant("w", [1, 2], 1, 10), "FusedMatMul", ["x", "w"], ["y"], OnnxModels.Int("transB", 1), OnnxModels.Float("alpha", 0.5f)).Output("y");
        CollectionAssert.AreEqual(new[] { -9.5f, -18.5f }, model.Run(Four));
    }

    [TestMethod]
    public void A_skipped_normalization_gives_the_sum_too()
    {
        OnnxModels model = Microsoft(new OnnxModels().Input("x", 1, 4).Constant("s", [1, 4], 0, 0, 0, 4).Constant("g", [4], 2, 2, 2, 2), "SkipSimplifiedLayerNormalization",
            ["x", "s", "g"], ["y", "", "", "sum"]).Node("Add", ["y", "sum"], ["z"]).Output("z");
        float root = MathF.Sqrt(14 / 4f);
        float[] expected = [1 + (2 / root), -2 - (4 / root), 3 + (6 / root), 0];
        float[] made = model.Run(Four);
        for (int i = 0; i < 4; i++)
        {
            Assert.AreEqual(expected[i], made[i], 1e-5f);
        }
    }

    [TestMethod]
    public void Legacy_operators_are_arithmetic()
    {
        OnnxModels model = new OnnxModels(7).Input("x", 1, 1, 2, 2).Node("ImageScaler", ["x"], ["scaled"], OnnxModels.Float("scale", 3), Floats("bias", 0.5f))
            .Node("Affine", ["scaled"], ["shifted"], OnnxModels.Float("alpha", 2), OnnxModels.Float("beta", -1)).Node("Crop", ["shifted"], ["y"], OnnxModels.Ints("border", 1, 0, 0, 1)).Output("y");
        CollectionAssert.AreEqual(new float[] { -12 }, model.Run(Four));
    }

    private static OnnxModels Microsoft(OnnxModels model, string operatorType, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        model.Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.microsoft", Version = 1 });
        model.Node(operatorType, inputs, outputs, attributes).Model.Graph.Node[^1].Domain = "com.microsoft";
        return model;
    }

    private static AttributeProto Floats(string name, params float[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeType.Floats };
        attribute.Floats.AddRange(values);
        return attribute;
    }
}
