using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Tests.Import.Onnx;

namespace EdgeAI.Compiler.Tests.Quantization;

/// <summary>Comparisons in models that are made integer: of a value with what integers made of it.</summary>
[TestClass]
public sealed class ComparisonTests
{
    [TestMethod]
    [DataRow("Equal", QuantizationScheme.Int8)]
    [DataRow("GreaterOrEqual", QuantizationScheme.Int8)]
    [DataRow("Equal", QuantizationScheme.Int16x8)]
    public void The_largest_input_is_equal_to_the_largest(string comparison, QuantizationScheme scheme)
    {
        byte[] model = new OnnxModels().Input("x", 1, 16).Node("ReduceMax", ["x"], ["most"], OnnxModels.Ints("axes", 1), OnnxModels.Int("keepdims", 1))
            .Node(comparison, ["x", "most"], ["is"]).Node("Cast", ["is"], ["y"], OnnxModels.Int("to", 1)).Output("y").Bytes;
        ImportedModel imported = ImportStage.Run(new("most", "most.onnx", model, ImmutableSortedDictionary<string, Shape>.Empty, _ => null), [], CancellationToken.None);
        Graph graph = QuantizeStage.Run(imported, new ModelSettings { Name = "most", Quantization = scheme }, [], CancellationToken.None).Graph;
        Assert.IsTrue(graph.Nodes.Any(node => node.Operator == "ReduceMax" && node.Output.Quantization is not null), ModelText.Write(graph).Text);
        var random = new Random(3);
        for (int number = 0; number < 20; number++)
        {
            float[] x = [.. Enumerable.Range(0, 16).Select(_ => (float)random.NextDouble() - 0.5f)];
            x[random.Next(16)] = 0.75f + ((float)random.NextDouble() / 8);
            var executor = new GraphExecutor(graph);
            executor.SetInput(0, MemoryMarshal.AsBytes<float>(x));
            executor.Run();
            CollectionAssert.AreEqual(x.Select(value => value == x.Max() ? 1f : 0).ToArray(), MemoryMarshal.Cast<byte, float>(executor.Output(0)).ToArray());
        }
    }
}
