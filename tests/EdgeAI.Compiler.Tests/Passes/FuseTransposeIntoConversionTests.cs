using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Quantizing;
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
    [DataRow("Quantize Reshape Transpose", "Reshape QuantizeTransposed")]
    [DataRow("Transpose Reshape Dequantize", "DequantizeTransposed Reshape")]
    [DataRow("Quantize Reshape", "Quantize Reshape")]
    public void A_reshape_between_them_goes_outside(string operators, string expected)
    {
        Graph graph = Chain(operators.Split(' '));
        (Tensor input, Tensor output) = (graph.Inputs[0], graph.Outputs[0]);
        FuseTransposeIntoConversion.Run(graph);
        Assert.AreEqual(expected, string.Join(' ', graph.Nodes.Select(node => node.Operator)));
        Assert.AreSame(input, graph.Nodes[0].Input(0));
        Assert.AreSame(output, graph.Nodes[^1].Output);
        Assert.IsEmpty(GraphVerifier.Verify(graph));
    }

    [TestMethod]
    public void Rounding_half_to_even_stays_so()
    {
        Graph graph = Chain("Quantize", "Transpose");
        Node old = graph.Nodes[0];
        graph.Nodes[0] = new Node(old.Name, "Quantize", new QuantizeAttributes(HalfToEven: true)) { Inputs = old.Inputs, Outputs = old.Outputs };
        FuseTransposeIntoConversion.Run(graph);
        Assert.AreEqual("QuantizeEvenTransposed", graph.Nodes.Single().Operator);
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
            bool isConversion = name.EndsWith("uantize", StringComparison.Ordinal);
            bool isInteger = isConversion ? name == "Quantize" : at.Type == ElementType.Int8;
            Tensor next = Make(name, isInteger, name switch
            {
                "Transpose" => new Shape(at.Shape[0], at.Shape[2], at.Shape[3], at.Shape[1]),
                "Reshape" => new Shape(at.Shape[0], at.Shape[1] * at.Shape[2], at.Shape[3], 1),
                _ => at.Shape,
            });
            OperatorAttributes attributes = name switch
            {
                "Transpose" => new TransposeAttributes([0, 2, 3, 1]),
                "Reshape" => new ReshapeAttributes(next.Shape.Extents),
                _ => QuantizeAttributes.Of(name),
            };
            graph.Nodes.Add(new(name, name, attributes) { Inputs = [at], Outputs = [next] });
            at = next;
        }

        graph.Outputs.Add(at);
        return graph;
    }

    private static Tensor Make(string name, bool isInteger, Shape shape) =>
        new(name, isInteger ? ElementType.Int8 : ElementType.Float32, shape) { Quantization = isInteger ? Scale : null };
}
