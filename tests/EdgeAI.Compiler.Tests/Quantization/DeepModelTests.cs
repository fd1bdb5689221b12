using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Quantization;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;
using EdgeAI.Compiler.Tests.Import.Onnx;
using DataType = EdgeAI.Compiler.Import.Onnx.Schema.TensorProto.Types.DataType;

namespace EdgeAI.Compiler.Tests.Quantization;

/// <summary>Models of thousands of small nodes, as a loop with a known number of rounds becomes.</summary>
[TestClass]
public sealed class DeepModelTests
{
    /// <summary>Each of these took minutes while every range was tried by itself over the whole depth; work of that kind never ends at this depth.</summary>
    [TestMethod]
    [DataRow(QuantizationScheme.Int8, 2000)]
    [DataRow(QuantizationScheme.Auto, 300)]
    [Timeout(300_000, CooperativeCancellation = true)]
    public void Quantization_ends(QuantizationScheme scheme, int rounds)
    {
        (PlannedModel planned, List<Diagnostic> diagnostics) = Compile(scheme, rounds);
        Assert.IsEmpty(GraphVerifier.Verify(planned.Quantized.Graph));
        Assert.IsTrue(planned.Quantized.Graph.Nodes.Any(node => node.Output.Quantization is not null));
        Assert.IsLessThan(12, diagnostics.Count, string.Join('\n', diagnostics));
    }

    [TestMethod]
    public void A_node_of_a_loop_is_told_of_once_with_what_its_rounds_cost()
    {
        const int rounds = 30;
        (_, List<Diagnostic> diagnostics) = Compile(QuantizationScheme.Int8, rounds);
        Diagnostic[] told = [.. diagnostics.Where(diagnostic => diagnostic.Code == "EAI2002")];
        Assert.HasCount(2, told, string.Join('\n', diagnostics));
        StringAssert.Contains(told[0].Message, "'loop/small'", StringComparison.Ordinal);
        StringAssert.Contains(told[1].Message, "'loop/kept'", StringComparison.Ordinal);
        StringAssert.Contains(told[0].Message, string.Create(CultureInfo.InvariantCulture, $"runs {rounds} times and costs in all 0 MACs and {rounds * 5 * sizeof(float)} bytes"), StringComparison.Ordinal);
    }

    [TestMethod]
    public void Copies_of_one_node_of_the_file_are_rounded_together()
    {
        Tensor Result(string name) => new(name, ElementType.Float32, new Shape(1));
        Node Make(string name, string source, string operation) => new(name, operation, NoAttributes.Instance) { Source = source, Outputs = [Result(name)] };
        Node[] nodes = [Make("a", "a", "Add"), Make("loop/b", "loop/b", "Add"), Make("loop/b_1", "loop/b", "Add"), Make("loop/b_2", "loop/b", "Multiply"), Make("loop/b_3", "loop/b", "Add")];
        var one = QuantizationParameters.PerTensor(1, 0);
        var two = QuantizationParameters.PerTensor(2, 0);
        RoundedSet[] sets =
        [
            .. nodes.Select(node => new RoundedSet(new SharingTensors(
                [node.Output], [.. ActivationRange.Methods.Select((_, method) => method == 3 && node.Name == "loop/b_3" ? two : one)]))),
        ];
        RoundedSet[] together = RoundedSet.Together(sets, new Graph { Nodes = [.. nodes] });
        CollectionAssert.AreEqual(
            new[] { "a", "loop/b loop/b_1 loop/b_3", "loop/b_2" }, together.Select(set => string.Join(' ', set.Tensors.Select(tensor => tensor.Name))).ToArray());
        CollectionAssert.AreEqual(new[] { 0, 3 }, together[1].Different.ToArray());
    }

    private static (PlannedModel Planned, List<Diagnostic> Diagnostics) Compile(QuantizationScheme scheme, int rounds)
    {
        var body = new GraphProto { Name = "body" };
        body.Input.Add(OnnxModels.Value("round", DataType.Int64));
        body.Input.Add(OnnxModels.Value("goes_on", DataType.Bool));
        body.Input.Add(OnnxModels.Value("v", DataType.Float));
        body.Node.Add(Named("decayed", OnnxModels.MakeNode("Mul", ["v", "decay"], ["decayed"])));
        body.Node.Add(Named("driven", OnnxModels.MakeNode("Add", ["decayed", "x"], ["driven"])));
        body.Node.Add(Named("small", OnnxModels.MakeNode("Less", ["driven", "limit"], ["small"])));
        body.Node.Add(Named("kept", OnnxModels.MakeNode("Cast", ["small"], ["kept"], OnnxModels.Int("to", (int)DataType.Float))));
        body.Node.Add(Named("next", OnnxModels.MakeNode("Mul", ["driven", "kept"], ["next"])));
        body.Output.Add(OnnxModels.Value("goes_on", DataType.Bool));
        body.Output.Add(OnnxModels.Value("next", DataType.Float));
        OnnxModels model = new OnnxModels().Input("x", 1, 4).Constant("decay", [], 0.9f).Constant("limit", [], 5).Integers("trips", rounds)
            .Node("Loop", ["trips", "", "x"], ["y"], new AttributeProto { Name = "body", Type = AttributeProto.Types.AttributeType.Graph, G = body }).Output("y");
        model.Model.Graph.Node[0].Name = "loop";
        var diagnostics = new List<Diagnostic>();
        var settings = new ModelSettings { Name = "deep", Quantization = scheme };
        ImportedModel imported = ImportStage.Run(OnnxModels.Request(model.Bytes), diagnostics, CancellationToken.None);
        QuantizedModel quantized = QuantizeStage.Run(imported, settings, diagnostics, CancellationToken.None);
        return (PlanStage.Run(quantized, TargetCatalog.Get("cortex-m4"), settings, diagnostics, CancellationToken.None), diagnostics);
    }

    private static NodeProto Named(string name, NodeProto node)
    {
        node.Name = name;
        return node;
    }
}
