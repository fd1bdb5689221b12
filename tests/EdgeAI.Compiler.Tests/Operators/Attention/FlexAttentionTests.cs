using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Tests.Import.Onnx;
using AttributeType = EdgeAI.Compiler.Import.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace EdgeAI.Compiler.Tests.Operators.Attention;

/// <summary>FlexAttention: its graphs stand between the product and the softmax, and behind it.</summary>
[TestClass]
public sealed class FlexAttentionTests
{
    [TestMethod]
    public void GraphsChangeScoresAndShares()
    {
        float[] q = [1, 2];
        float[] k = [0.5f, -1];
        float[] v = [3, 5];
        float[] plain = Model().Run(q, k, v);
        Assert.AreEqual(Mixed(1 * 0.5f, 1 * -1), plain[0], 1e-5f);
        Assert.AreEqual(Mixed(2 * 0.5f, 2 * -1), plain[1], 1e-5f);
        float[] changed = Model(Graph("score_mod", "Add", 0, -2, 1, 0), Graph("prob_mod", "Mul", 10, 10, 1, 1)).Run(q, k, v);
        Assert.AreEqual(10 * Mixed(0.5f, -3), changed[0], 1e-4f);
        Assert.AreEqual(Mixed(2, -2), changed[1], 1e-5f);

        float Mixed(float a, float b) => ((MathF.Exp(a) * v[0]) + (MathF.Exp(b) * v[1])) / (MathF.Exp(a) + MathF.Exp(b));
    }

    [TestMethod]
    public void GraphsThatChangeTheShapeOrCannotBeReadAreRefused()
    {
        Assert.Contains("score_mod makes", Model(Graph("score_mod", "Greater", 0, 0, 0, 0)).Errors().Single().Message);
        Assert.AreEqual("EAI1102", Model(Graph("prob_mod", "Nothing", 0, 0, 0, 0)).Errors().Single().Code);
        AttributeProto two = Graph("prob_mod", "Add", 0, 0, 0, 0);
        two.G.Output.Add(two.G.Output[0]);
        Assert.Contains("1 inputs and 2 outputs", Model(two).Errors().Single().Message);
    }

    private static OnnxModels Model(params AttributeProto[] graphs)
    {
        OnnxModels model = new OnnxModels(24).Input("q", 1, 1, 2, 1).Input("k", 1, 1, 2, 1).Input("v", 1, 1, 2, 1)
            .Node("FlexAttention", ["q", "k", "v"], ["y"], graphs).Output("y");
        model.Model.Graph.Node[0].Domain = "ai.onnx.preview";
        model.Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx.preview", Version = 1 });
        return model;
    }

    private static AttributeProto Graph(string name, string operatorType, params float[] operand)
    {
        var graph = new GraphProto { Name = name };
        graph.Input.Add(new ValueInfoProto { Name = name + "_in" });
        graph.Output.Add(new ValueInfoProto { Name = name + "_out" });
        graph.Initializer.Add(OnnxModels.Floats(name + "_operand", [2, 2], operand));
        graph.Node.Add(OnnxModels.MakeNode(operatorType, [name + "_in", name + "_operand"], [name + "_out"]));
        return new AttributeProto { Name = name, Type = AttributeType.Graph, G = graph };
    }
}
