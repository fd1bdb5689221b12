using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Attention;
using EdgeAI.Compiler.Tests.Import.Onnx;

namespace EdgeAI.Compiler.Tests.Operators.Attention;

/// <summary>LinearAttention: managed against C in every rule, against steps by hand, and operands that do not fit its rule.</summary>
[TestClass]
public sealed class LinearAttentionTests(TestContext context)
{
    [TestMethod]
    public void CKernelsGiveTheManagedNumbers()
    {
        var nodes = new List<Node>();
        foreach ((int queryHeads, int keyHeads) in ((int, int)[])[(1, 1), (4, 2), (3, 1)])
        {
            foreach ((bool past, int decays, int rates) in ((bool, int, int)[])[(false, 0, 0), (true, 1, 0), (true, 3, 0), (false, 0, 1), (true, 3, keyHeads)])
            {
                nodes.Add(Node(queryHeads, keyHeads, past, decays, rates));
            }
        }

        KernelHarness.Check(context, nodes, 20261128);
    }

    /// <summary>One head of one key and value: the state is a number.</summary>
    [TestMethod]
    [DataRow("linear", new float[] { 2 * (10 + (3 * 5)), 4 * (10 + (3 * 5) + (1 * 7)), 32 })]
    [DataRow("gated", new float[] { 2 * (20 + (3 * 5)), 4 * (70 + (1 * 7)), 77 })]
    [DataRow("delta", new float[] { 2 * (10 + (3 * (5 - 30) * 0.5f)), 4 * (-27.5f + ((7 + 27.5f) * 0.25f)), -18.875f })]
    [DataRow("gated_delta", new float[] { 2 * (20 + (3 * (5 - 60) * 0.5f)), 4 * (-125 + ((7 + 125) * 0.25f)), -92 })]
    public void StepsFollowTheRule(string rule, float[] expected)
    {
        bool fades = rule.StartsWith("gated", StringComparison.Ordinal);
        bool corrects = rule.EndsWith("delta", StringComparison.Ordinal);
        float[] made = Model(rule, fades, corrects).Run([2, 4], [3, 1], [5, 7], [10], [MathF.Log(2), MathF.Log(2)], [0.5f, 0.25f]);
        for (int i = 0; i < 2; i++)
        {
            Assert.AreEqual(expected[i] * 0.5f, made[i], 1e-4f);
        }

        Assert.AreEqual(expected[2], made[2], 1e-4f);
    }

    [TestMethod]
    public void OperandsThatDoNotFitTheRuleAreRefused()
    {
        Assert.Contains("no decay and a beta", Model("delta", true, true).Errors().Single().Message);
        Assert.Contains("a decay and a beta", Model("gated_delta", true, false).Errors().Single().Message);
        Assert.Contains("'squared'", Model("squared", true, true).Errors().Single().Message);
        Node node = Node(4, 2, true, 1, 1);
        node.Inputs[3] = new Tensor("past", ElementType.Float32, new Shape(2, 2, 5, 3));
        Assert.ThrowsExactly<OperatorException>(() => OperatorCatalog.Of(node).Infer(node));
        Node wrong = Node(3, 2, true, 1, 1);
        Assert.ThrowsExactly<OperatorException>(() => OperatorCatalog.Of(wrong).Infer(wrong));
    }

    /// <summary>Two steps, and the results with the last state behind them.</summary>
    private static OnnxModels Model(string rule, bool fades, bool corrects) => new OnnxModels(27)
        .Input("q", 1, 2, 1).Input("k", 1, 2, 1).Input("v", 1, 2, 1).Input("past", 1, 1, 1, 1).Input("decay", 1, 2, 1).Input("beta", 1, 2, 1)
        .Node("LinearAttention", ["q", "k", "v", "past", fades ? "decay" : "", corrects ? "beta" : ""], ["o", "s"], OnnxModels.Text("update_rule", rule),
            OnnxModels.Int("q_num_heads", 1), OnnxModels.Int("kv_num_heads", 1), OnnxModels.Float("scale", 0.5f))
        .Integers("three", 1, 1, 1).Node("Reshape", ["s", "three"], ["last"])
        .Node("Concat", ["o", "last"], ["y"], OnnxModels.Int("axis", 1)).Output("y");

    /// <summary>Two batches of three steps with keys of 3 and values of 5 elements.</summary>
    private static Node Node(int queryHeads, int keyHeads, bool past, int decays, int rates) =>
        new($"rule{queryHeads}{keyHeads}{past}{decays}{rates}", "LinearAttention", new LinearAttentionAttributes(queryHeads, keyHeads, 0.25f))
        {
            Inputs =
            [
                new Tensor("q", ElementType.Float32, new Shape(2, 3, queryHeads * 3)), new Tensor("k", ElementType.Float32, new Shape(2, 3, keyHeads * 3)),
                new Tensor("v", ElementType.Float32, new Shape(2, 3, keyHeads * 5)),
                past ? new Tensor("past", ElementType.Float32, new Shape(2, keyHeads, 3, 5)) : null,
                decays > 0 ? new Tensor("decays", ElementType.Float32, new Shape(2, 3, keyHeads * decays)) : null,
                rates > 0 ? new Tensor("rates", ElementType.Float32, new Shape(2, 3, rates)) : null,
            ],
        };
}
