using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.Shaping;
using EdgeAI.Compiler.Quantization;

namespace EdgeAI.Compiler.Tests.Quantization;

/// <summary>What is told of models that come quantized.</summary>
[TestClass]
public sealed class QuantizedModelCheckTests
{
    [TestMethod]
    [DataRow(0.1f, 0.3f, true)]
    [DataRow(0.3f, 0.1f, true)]
    [DataRow(0.1f, 0.2f, false)]
    public void Scales_far_apart_in_a_concatenation_are_told(float first, float second, bool isTold)
    {
        Tensor a = Value("a", first);
        Tensor b = Value("b", second);
        Tensor same = Value("a:same", second);
        var joined = new Tensor("joined", ElementType.Int8, new Shape(1, 8)) { Quantization = b.Quantization };
        var graph = new Graph
        {
            Inputs = [a, b],
            Outputs = [joined],
            Nodes =
            [
                new Node("rescale", "Requantize", NoAttributes.Instance) { Inputs = [a], Outputs = [same] },
                new Node("join", "Concatenate", new ConcatenateAttributes(1)) { Inputs = [same, b], Outputs = [joined], Source = "concat_7" },
            ],
        };
        List<Diagnostic> told = Check(graph);
        Assert.AreEqual(isTold ? 1 : 0, told.Count, string.Join('\n', told));
        if (isTold)
        {
            Assert.AreEqual(("EAI2013", Severity.Note), (told[0].Code, told[0].Severity));
            StringAssert.Contains(told[0].Message, "'concat_7' (Concatenate)");
            StringAssert.Contains(told[0].Message, first > second ? "'a' with the scale 0.3 and 'b' with 0.1" : "'b' with the scale 0.3 and 'a' with 0.1");
        }
    }

    /// <summary>Between a Dequantize and nothing a quantizer is missing; a float operator elsewhere is an island.</summary>
    [TestMethod]
    public void Float_operators_are_told_by_what_they_read()
    {
        Tensor x = Value("x", 0.1f);
        Tensor real = Real("real");
        Tensor root = Real("root");
        Tensor again = Real("again");
        var graph = new Graph
        {
            Inputs = [x],
            Outputs = [again],
            Nodes =
            [
                new Node("dq", "Dequantize", NoAttributes.Instance) { Inputs = [x], Outputs = [real] },
                new Node("act", "Clamp", new ClampAttributes(Clamp.Relu)) { Inputs = [real], Outputs = [root], Source = "relu_1" },
                new Node("act2", "Clamp", new ClampAttributes(Clamp.Relu)) { Inputs = [root], Outputs = [again], Source = "relu_2" },
            ],
        };
        CollectionAssert.AreEqual(new[] { "EAI2014", "EAI2006" }, Check(graph).Select(diagnostic => diagnostic.Code).ToArray());
    }

    private static List<Diagnostic> Check(Graph graph)
    {
        var told = new List<Diagnostic>();
        QuantizedModelCheck.Run(graph, told);
        return told;
    }

    private static Tensor Value(string name, float scale) =>
        new(name, ElementType.Int8, new Shape(1, 4)) { Quantization = QuantizationParameters.PerTensor(scale, 0) };

    private static Tensor Real(string name) => new(name, ElementType.Float32, new Shape(1, 4));
}
