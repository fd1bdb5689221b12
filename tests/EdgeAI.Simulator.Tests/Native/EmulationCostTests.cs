using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Targets;
using EdgeAI.Simulator.Native;

namespace EdgeAI.Simulator.Tests.Native;

[TestClass]
public sealed class EmulationCostTests
{
    [TestMethod]
    [DataRow("cortex-m0", 400, null)]
    [DataRow("cortex-m0", 40_000, "192 thousand million")]
    [DataRow("cortex-m4", 40_000, null)]
    public void A_float_model_is_too_large_for_cores_without_floating_point_first(string core, int rows, string? expected)
    {
        var x = new Tensor("x", ElementType.Float32, new Shape(rows, 200));
        var y = new Tensor("y", ElementType.Float32, new Shape(rows, 200));
        var weights = Tensor.FromValues<float>("w", ElementType.Float32, new Shape(200, 200), new float[200 * 200]);
        var graph = new Graph
        {
            Name = "large",
            Inputs = [x],
            Outputs = [y],
            Nodes = [new("fc", "FullyConnected", new FullyConnectedAttributes(Clamp.None)) { Inputs = [x, weights, null], Outputs = [y] }],
        };
        var quantized = new QuantizedModel(graph, new("large.onnx", "", ""), "None", false, 0, new BorderLayouts([[]], [[]]));
        TargetDescription target = TargetCatalog.Get(core);
        string? told = EmulationCost.WhyNot(new PlannedModel(quantized, target, MemoryPlanner.Plan(graph, target.Instructions, CancellationToken.None)));
        if (expected is null)
        {
            Assert.IsNull(told);
        }
        else
        {
            StringAssert.Contains(told, expected, StringComparison.Ordinal);
        }
    }
}
