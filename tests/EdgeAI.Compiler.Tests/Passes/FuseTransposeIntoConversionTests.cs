using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Shaping;
using EdgeAI.Compiler.Passes;

namespace EdgeAI.Compiler.Tests.Passes;

[TestClass]
public sealed class FuseTransposeIntoConversionTests
{
    private static readonly QuantizationParameters Scale = QuantizationParameters.PerTensor(0.1f, 3);

    [TestMethod]
    [DataRow("Quantize Transpose", "QuantizeTransposed")]
    [DataRow("Transpose Quantize", "QuantizeTransposed")]
    [DataRow("Dequantize Transpose", "DequantizeTransposed")]
    [DataRow("Transpose Dequantize", "DequantizeTransposed")]
    public void A_conversion_and_a_transpose_become_one(string operators, string fused)
    {
        Graph graph = Chain(operators.Split(' '));
        (Tensor input, Tensor output) = (graph.Inputs[0], graph.Outputs[0]);
        FuseTransposeIntoConversion.Run(graph);
        Node node = graph.Nodes.Single();
        Assert.AreEqual(fused, node.Operator);
        Assert.AreSame(input, node.Input(0));
        Assert.AreSame(output, node.Output);
        Assert.IsEmpty(GraphVerifier.Verify(graph));
    }

    [TestMethod]
    public void What_others_read_stays_apart()
    {
        Graph graph = Chain("Quantize", "Transpose");
        graph.Outputs.Add(graph.Nodes[0].Output);
        FuseTransposeIntoConversion.Run(graph);
        Assert.HasCount(2, graph.Nodes);
    }

    private static Graph Chain(params string[] operators)
    {
        Tensor at = Make("x", operators.Contains("Dequantize"), new Shape(1, 2, 3, 4));
        var graph = new Graph { Name = "chain", Inputs = [at] };
        foreach (string name in operators)
        {
            bool moves = name == "Transpose";
            bool isInteger = moves ? at.Type == ElementType.Int8 : name == "Quantize";
            Tensor next = Make(name, isInteger, moves ? new Shape(1, 3, 4, 2) : at.Shape);
            graph.Nodes.Add(new(name, name, moves ? new TransposeAttributes([0, 2, 3, 1]) : NoAttributes.Instance) { Inputs = [at], Outputs = [next] });
            at = next;
        }

        graph.Outputs.Add(at);
        return graph;
    }

    private static Tensor Make(string name, bool isInteger, Shape shape) =>
        new(name, isInteger ? ElementType.Int8 : ElementType.Float32, shape) { Quantization = isInteger ? Scale : null };
}
