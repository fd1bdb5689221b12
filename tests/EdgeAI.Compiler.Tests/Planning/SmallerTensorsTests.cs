using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.Quantizing;
using EdgeAI.Compiler.Planning;

namespace EdgeAI.Compiler.Tests.Planning;

/// <summary>Types are advised only where a tensor of the peak has a larger one than it must.</summary>
[TestClass]
public sealed class SmallerTensorsTests
{
    [TestMethod]
    [DataRow(ElementType.Int8, "resolution, channels")]
    [DataRow(ElementType.Int16, "resolution, channels, int8 in place of int16")]
    public void BordersInFloatAreNotMeant(ElementType type, string ways)
    {
        var x = new Tensor("x", ElementType.Float32, new Shape(1, 8));
        Tensor Inner(string name) => new(name, type, x.Shape) { Quantization = QuantizationParameters.PerTensor(0.5f, 0) };
        (Tensor first, Tensor second) = (Inner("first"), Inner("second"));
        var y = new Tensor("y", ElementType.Float32, x.Shape);
        var graph = new Graph
        {
            Inputs = [x],
            Outputs = [y],
            Nodes =
            [
                new Node("q", "Quantize", QuantizeAttributes.Away) { Inputs = [x], Outputs = [first] },
                new Node("add", "Add", new BinaryAttributes(Clamp.None)) { Inputs = [first, first], Outputs = [second] },
                new Node("dq", "Dequantize", NoAttributes.Instance) { Inputs = [second], Outputs = [y] },
            ],
        };
        MemoryPlan plan = MemoryPlanner.Plan(graph);
        Assert.AreEqual(ways, SmallerTensors.Ways(graph, plan.Buffers));
        Assert.AreEqual("resolution, channels", SmallerTensors.Ways(graph, [.. plan.Buffers.Where(buffer => buffer.Tensors.Contains("x") || buffer.Tensors.Contains("y"))]));
    }

    [TestMethod]
    public void ValuesInFloatInsideAreMeant()
    {
        var builder = new GraphBuilder();
        builder.Graph.Outputs.Add(builder.Transpose(builder.AddInput("x", 2, 4), 1, 0));
        Assert.AreEqual("resolution, channels, an integer type in place of float", SmallerTensors.Ways(builder.Graph, MemoryPlanner.Plan(builder.Graph).Buffers));
    }
}
