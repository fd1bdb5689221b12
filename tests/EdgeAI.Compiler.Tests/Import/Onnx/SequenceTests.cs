using System.Runtime.InteropServices;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using AttributeType = EdgeAI.Compiler.Import.Onnx.Schema.AttributeProto.Types.AttributeType;
using DataType = EdgeAI.Compiler.Import.Onnx.Schema.TensorProto.Types.DataType;

namespace EdgeAI.Compiler.Tests.Import.Onnx;

/// <summary>Sequences and optionals: their tensors are known at import, and no list reaches the graph.</summary>
[TestClass]
public sealed class SequenceTests
{
    private static readonly float[] Six = [1, 2, 3, 4, 5, 6];

    [TestMethod]
    [DataRow(null, 0, 1, new float[] { 2, 5 }, DisplayName = "elements without their axis")]
    [DataRow(null, 1, 1, new float[] { 2, 5 }, DisplayName = "elements with their axis")]
    [DataRow(1L, 0, 1, new float[] { 2, 5 }, DisplayName = "parts of one, as PyTorch writes unbind")]
    [DataRow(2L, 1, 1, new float[] { 3, 6 }, DisplayName = "the last part is smaller")]
    public void Parts_of_a_tensor_are_a_sequence(long? size, int keeps, long place, float[] expected)
    {
        var model = new OnnxModels();
        model = size is { } part ? model.Initializer(Scalar("size", part)) : model;
        model = Six23(model).Integers("place", place)
            .Node("SplitToSequence", ["x", size is null ? "" : "size"], ["parts"], OnnxModels.Int("axis", 1), OnnxModels.Int("keepdims", keeps)).Node("SequenceAt", ["parts", "place"], ["y"]).Output("y");
        Shape shape = keeps == 0 ? new(2) : new(2, 1);
        Assert.AreEqual(shape, model.Import().Outputs[0].Shape);
        CollectionAssert.AreEqual(expected, model.Run(Six));
    }

    [TestMethod]
    public void Parts_of_given_extents_are_joined_in_another_order()
    {
        OnnxModels model = Six23().Integers("sizes", 1, 2).Integers("first", 0)
            .Node("SplitToSequence", ["x", "sizes"], ["parts"], OnnxModels.Int("axis", 1)).Node("SequenceAt", ["parts", "first"], ["column"])
            .Node("SequenceErase", ["parts", "first"], ["others"]).Node("SequenceInsert", ["others", "column"], ["turned"])
            .Node("ConcatFromSequence", ["turned"], ["y"], OnnxModels.Int("axis", -1)).Output("y");
        CollectionAssert.AreEqual(new float[] { 2, 3, 1, 5, 6, 4 }, model.Run(Six));
    }

    [TestMethod]
    public void A_loop_appends_to_a_sequence_that_is_stacked_behind_it()
    {
        // y[:, i] = x[:, i] * i, as a scripted list of PyTorch.
        GraphProto body = Body([Sequence("list")], ["longer"], OnnxModels.MakeNode("SequenceAt", ["parts", "round"], ["part"]), OnnxModels.MakeNode("Cast", ["round"], ["real"], OnnxModels.Int("to", 1)),
            OnnxModels.MakeNode("Mul", ["part", "real"], ["made"]), OnnxModels.MakeNode("SequenceInsert", ["list", "made"], ["longer"]));
        OnnxModels model = Six23().Node("SplitToSequence", ["x"], ["parts"], OnnxModels.Int("axis", 1), OnnxModels.Int("keepdims", 0)).Node("SequenceLength", ["parts"], ["count"])
            .Node("SequenceEmpty", [], ["none"]).Node("Loop", ["count", "", "none"], ["all"], Inner("body", body))
            .Node("ConcatFromSequence", ["all"], ["y"], OnnxModels.Int("axis", 1), OnnxModels.Int("new_axis", 1)).Output("y");
        CollectionAssert.AreEqual(new float[] { 0, 2, 6, 0, 5, 12 }, model.Run(Six));
    }

    [TestMethod]
    [DataRow(1L, new float[] { 4, 5, 6 })]
    [DataRow(-2L, new float[] { 1, 2, 3 })]
    public void A_place_that_is_known_only_at_run_time_is_looked_up(long place, float[] expected)
    {
        Graph graph = Six23().Input("place", DataType.Int64).Node("SplitToSequence", ["x"], ["rows"], OnnxModels.Int("keepdims", 0)).Node("SequenceAt", ["rows", "place"], ["y"]).Output("y").Import();
        Assert.AreEqual(new Shape(3), graph.Outputs[0].Shape);
        CollectionAssert.AreEqual(expected, Run(graph, MemoryMarshal.AsBytes<float>(Six).ToArray(), BitConverter.GetBytes(place)));
    }

    [TestMethod]
    [DataRow(true, new float[] { 2, 4, 6, 1, 2, 3 })]
    [DataRow(false, new float[] { 1, 2, 3, 8, 10, 12 })]
    public void A_branch_at_run_time_selects_each_tensor_of_a_sequence(bool flag, float[] expected)
    {
        GraphProto Branch(string name, string first, string second)
        {
            var branch = new GraphProto();
            branch.Node.Add(OnnxModels.MakeNode("SequenceConstruct", [first, second], [name]));
            branch.Output.Add(Sequence(name));
            return branch;
        }

        Graph graph = Rows(Six23()).Input("flag", DataType.Bool).Node("Add", ["a", "a"], ["a2"]).Node("Add", ["b", "b"], ["b2"])
            .Node("If", ["flag"], ["chosen"], Inner("then_branch", Branch("yes", "a2", "a")), Inner("else_branch", Branch("no", "a", "b2")))
            .Node("ConcatFromSequence", ["chosen"], ["y"], OnnxModels.Int("axis", 0)).Output("y").Import();
        CollectionAssert.AreEqual(expected, Run(graph, MemoryMarshal.AsBytes<float>(Six).ToArray(), [flag ? (byte)1 : (byte)0]));
    }

    [TestMethod]
    public void A_sequence_is_mapped_with_another_and_with_a_tensor()
    {
        var body = new GraphProto();
        body.Input.AddRange([OnnxModels.Value("p", DataType.Float, 3), OnnxModels.Value("q", DataType.Float, 3), OnnxModels.Value("w", DataType.Float, 3)]);
        body.Node.AddRange([OnnxModels.MakeNode("Mul", ["p", "q"], ["pq"]), OnnxModels.MakeNode("Add", ["pq", "w"], ["r"])]);
        body.Output.Add(OnnxModels.Value("r", DataType.Float, 3));
        OnnxModels model = Rows(Six23()).Node("SequenceConstruct", ["a", "b"], ["ab"]).Node("SequenceConstruct", ["b", "b"], ["bb"])
            .Node("SequenceMap", ["ab", "bb", "a"], ["mapped"], Inner("body", body)).Node("ConcatFromSequence", ["mapped"], ["y"], OnnxModels.Int("axis", 0)).Output("y");
        CollectionAssert.AreEqual(new float[] { 5, 12, 21, 17, 27, 39 }, model.Run(Six));
    }

    [TestMethod]
    public void Optionals_are_what_they_hold()
    {
        GraphProto Branch(params NodeProto[] nodes)
        {
            var branch = new GraphProto();
            branch.Node.AddRange(nodes);
            branch.Output.Add(OnnxModels.Value(nodes[^1].Output[0], DataType.Float, 3));
            return branch;
        }

        OnnxModels Asking(string inner) => Rows(Six23(new OnnxModels(18))).Node("Optional", ["a"], ["held"]).Node("Optional", [], ["empty"]).Node("OptionalHasElement", [inner], ["has"])
            .Node("If", ["has"], ["y"], Inner("then_branch", Branch(OnnxModels.MakeNode("OptionalGetElement", [inner], ["got"]))), Inner("else_branch", Branch(OnnxModels.MakeNode("Identity", ["b"], ["other"]))))
            .Output("y");
        CollectionAssert.AreEqual(new float[] { 1, 2, 3 }, Asking("held").Run(Six));
        CollectionAssert.AreEqual(new float[] { 4, 5, 6 }, Asking("empty").Run(Six));
    }

    [TestMethod]
    public void Sequences_at_the_border_are_a_tensor_each()
    {
        var model = new OnnxModels();
        model.Model.Graph.Input.Add(Sequence("frames"));
        model.Node("SequenceLength", ["frames"], ["count"]).Node("Cast", ["count"], ["real"], OnnxModels.Int("to", 1)).Constant("first", [], 0).Integers("second", 1)
            .Node("SequenceAt", ["frames", "second"], ["frame"]).Node("Mul", ["frame", "real"], ["scaled"]).Node("SequenceInsert", ["frames", "scaled"], ["longer"]);
        model.Model.Graph.Output.Add(Sequence("longer"));
        var told = new List<Diagnostic>();
        Graph graph = OnnxModels.Import(model.Bytes, "frames_0:2;frames_1:1", null, told);
        CollectionAssert.AreEqual(new[] { "frames_0", "frames_1" }, graph.Inputs.Select(input => input.Name).ToArray());
        Assert.HasCount(3, graph.Outputs);
        Assert.AreEqual("longer_2", graph.Outputs[2].Name);
        CollectionAssert.AreEqual(new float[] { 7, 8, 9, 18 }, Run(graph, MemoryMarshal.AsBytes<float>([7f, 8f]).ToArray(), BitConverter.GetBytes(9f)));
        Diagnostic only = told.Single();
        Assert.AreEqual("EAI1121", only.Code);
        StringAssert.Contains(only.Message, "'longer_0', 'longer_1', 'longer_2'", StringComparison.Ordinal);
        Diagnostic refused = model.Errors().Single();
        Assert.AreEqual("EAI1123", refused.Code);
        StringAssert.Contains(refused.Message, "InputShape=\"frames_0:…;frames_1:…\"", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Lengths_and_places_that_are_not_known_are_refused()
    {
        OnnxModels Placed(string operatorName, params string[] inputs) =>
            Rows(Six23()).Input("place", DataType.Int64).Integers("third", 2).Node("SequenceConstruct", ["a", "b"], ["ab"]).Node(operatorName, inputs, ["y"]).Output("y");
        Expect(Placed("SequenceInsert", "ab", "a", "place"), "EAI1103", "known only at run time");
        Expect(Placed("SequenceAt", "ab", "third"), "EAI1103", "place 2 lies outside a sequence of 2");
        Expect(Placed("Relu", "ab"), "EAI1103", "operand 0, 'ab', is a sequence of 2");
        Expect(new OnnxModels().Input("x", 1).Node("SequenceEmpty", [], ["none"]).Node("ConcatFromSequence", ["none"], ["y"], OnnxModels.Int("axis", 0)).Output("y"), "EAI1103", "empty sequence");
        Expect(new OnnxModels().Input("x", 1).Node("SequenceEmpty", [], ["y"]).Output("y"), "EAI1122", "a sequence of 0");
        GraphProto body = Body([Sequence("list")], ["longer"], OnnxModels.MakeNode("SequenceInsert", ["list", "x"], ["longer"]));
        OnnxModels growing = Six23().Input("goes", DataType.Bool).Integers("most", 3).Node("SequenceEmpty", [], ["none"])
            .Node("Loop", ["most", "goes", "none"], ["all"], Inner("body", body)).Node("ConcatFromSequence", ["all"], ["y"], OnnxModels.Int("axis", 0)).Output("y");
        Expect(growing, "EAI1103", "a sequence of 1 and a sequence of 0");
    }

    private static void Expect(OnnxModels model, string code, string said)
    {
        Diagnostic told = model.Errors().Single();
        Assert.AreEqual(code, told.Code, told.Message);
        StringAssert.Contains(told.Message, said, StringComparison.Ordinal);
    }

    private static OnnxModels Six23(OnnxModels? model = null) => (model ?? new OnnxModels()).Input("x", 2, 3);

    private static OnnxModels Rows(OnnxModels model) => model.Initializer(Scalar("i0", 0)).Initializer(Scalar("i1", 1))
        .Node("Gather", ["x", "i0"], ["a"]).Node("Gather", ["x", "i1"], ["b"]);

    private static TensorProto Scalar(string name, long value)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)DataType.Int64 };
        tensor.Int64Data.Add(value);
        return tensor;
    }

    private static ValueInfoProto Sequence(string name) => new()
    {
        Name = name,
        Type = new TypeProto { SequenceType = new TypeProto.Types.WrappedType { ElemType = new TypeProto { TensorType = new TypeProto.Types.TensorType { ElemType = (int)DataType.Float } } } },
    };

    private static GraphProto Body(ValueInfoProto[] carried, string[] results, params NodeProto[] nodes)
    {
        var body = new GraphProto();
        body.Input.AddRange([OnnxModels.Value("round", DataType.Int64), OnnxModels.Value("goes_on", DataType.Bool), .. carried]);
        body.Node.AddRange(nodes);
        body.Output.AddRange([OnnxModels.Value("goes_on", DataType.Bool), .. results.Select(Sequence)]);
        return body;
    }

    private static AttributeProto Inner(string name, GraphProto graph) => new() { Name = name, Type = AttributeType.Graph, G = graph };

    private static float[] Run(Graph graph, params byte[][] inputs)
    {
        var executor = new GraphExecutor(graph);
        for (int i = 0; i < inputs.Length; i++)
        {
            executor.SetInput(i, inputs[i]);
        }

        executor.Run();
        byte[] bytes = [.. Enumerable.Range(0, graph.Outputs.Count).SelectMany(i => executor.Output(i).ToArray())];
        return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
    }
}
