using EdgeAI.Compiler.Tests.Import.Onnx;

namespace EdgeAI.Compiler.Tests.Operators.Convolution;

/// <summary>CausalConvWithState: what is in front of the elements, what is handed on, and the gate.</summary>
[TestClass]
public sealed class CausalConvolutionTests
{
    [TestMethod]
    public void ElementsInFrontAreZerosOrTheState()
    {
        // Channel 0 weighs the element before 10 and an element 3, channel 1 them 1 and 10.
        CollectionAssert.AreEqual(new float[] { 3, 10 + 6, -30, -3 + 40, 2, 4 }, Model(past: false).Run([1, 2, -3, 4]));
        CollectionAssert.AreEqual(new float[] { 50 + 3, 10 + 6, 6 - 30, -3 + 40, 2, 4 }, Model(past: true).Run([1, 2, -3, 4], [5, 6]));
    }

    [TestMethod]
    public void AStateLongerThanTheElementsKeepsWhatIsInFront()
    {
        float[] made = new OnnxModels(27).Input("x", 1, 1, 1).Constant("w", [1, 1, 4], 1, 2, 3, 4)
            .Node("CausalConvWithState", ["x", "w"], ["c", "s"]).Node("Concat", ["c", "s"], ["y"], OnnxModels.Int("axis", 2)).Output("y").Run([7]);
        CollectionAssert.AreEqual(new float[] { 28, 0, 0, 7 }, made);
    }

    [TestMethod]
    public void SiluIsTheGate()
    {
        foreach (string name in (string[])["silu", "swish"])
        {
            float made = new OnnxModels(27).Input("x", 1, 1, 1).Constant("w", [1, 1, 1], 2).Constant("b", [1], 0.5f)
                .Node("CausalConvWithState", ["x", "w", "b"], ["y"], OnnxModels.Text("activation", name)).Output("y").Run([1])[0];
            Assert.AreEqual(2.5f / (1 + MathF.Exp(-2.5f)), made, 1e-5f);
        }
    }

    [TestMethod]
    public void StatesAndWeightsThatDoNotFitAreRefused()
    {
        OnnxModels Wrong(long[] weights, int past, string activation) => new OnnxModels(27).Input("x", 1, 2, 4).Input("s", 1, 2, past)
            .Constant("w", weights, new float[weights[0] * weights[1] * weights[2]])
            .Node("CausalConvWithState", ["x", "w", "", "s"], ["y"], OnnxModels.Text("activation", activation)).Output("y");
        Assert.Contains("[1,2,2] is meant", Wrong([2, 1, 3], 1, "none").Errors().Single().Message);
        Assert.Contains("weights", Wrong([2, 2, 3], 2, "none").Errors().Single().Message);
        Assert.Contains("'relu'", Wrong([2, 1, 3], 2, "relu").Errors().Single().Message);
    }

    /// <summary>Two channels of two elements; the results, and behind them the state.</summary>
    private static OnnxModels Model(bool past)
    {
        OnnxModels model = new OnnxModels(27).Input("x", 1, 2, 2);
        model = past ? model.Input("p", 1, 2, 1) : model;
        return model.Constant("w", [2, 1, 2], 10, 3, 1, 10)
            .Node("CausalConvWithState", ["x", "w", "", past ? "p" : ""], ["c", "s"]).Integers("flat", -1)
            .Node("Reshape", ["c", "flat"], ["cs"]).Node("Reshape", ["s", "flat"], ["ss"])
            .Node("Concat", ["cs", "ss"], ["y"], OnnxModels.Int("axis", 0)).Output("y");
    }
}
