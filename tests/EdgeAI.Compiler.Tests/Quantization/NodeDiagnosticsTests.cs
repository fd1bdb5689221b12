using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Quantization;

namespace EdgeAI.Compiler.Tests.Quantization;

/// <summary>What is told of nodes of which the file has one and the graph several.</summary>
[TestClass]
public sealed class NodeDiagnosticsTests
{
    [TestMethod]
    public void Copies_are_told_of_once_with_the_sum_of_their_costs()
    {
        var told = new NodeDiagnostics();
        foreach (Node node in new[] { Add("loop/add", "loop/add"), Add("last", "last"), Add("loop/add_1", "loop/add"), Add("loop/add_1", "loop/add"), Add("loop/add_2", "loop/add") })
        {
            told.AddCost(node, DiagnosticCatalog.FloatIsland, node.Source, node.Operator);
            told.Add(node, DiagnosticCatalog.ResultCoarsened.With(null, node.Source, 0.5, 1));
        }

        var diagnostics = new List<Diagnostic>();
        told.Tell(diagnostics);
        string[] messages = [.. diagnostics.Select(one => one.Message)];
        Assert.HasCount(4, messages, string.Join('\n', messages));
        StringAssert.Contains(messages[0], "'loop/add' (Add) of the quantized model runs in float32. It runs 3 times and costs in all 0 MACs and 144 bytes in float;", StringComparison.Ordinal);
        StringAssert.EndsWith(messages[1], "So it is in 3 copies of the node, as the rounds of a loop make; this is the first.", StringComparison.Ordinal);
        StringAssert.Contains(messages[2], "'last' (Add) of the quantized model runs in float32. It costs 0 MACs and 48 bytes in float;", StringComparison.Ordinal);
        StringAssert.EndsWith(messages[3], "so that no input can.", StringComparison.Ordinal);
    }

    private static Node Add(string name, string source)
    {
        Tensor Of(string suffix) => new(name + suffix, ElementType.Float32, new Shape(4));
        return new Node(name, "Add", new BinaryAttributes(Clamp.None)) { Source = source, Inputs = [Of("_a"), Of("_b")], Outputs = [Of("_y")] };
    }
}
