using System.Runtime.InteropServices;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Tests.Emission;
using DataType = EdgeAI.Compiler.Import.Onnx.Schema.TensorProto.Types.DataType;

namespace EdgeAI.Compiler.Tests.Import.Onnx;

/// <summary>Loops and fills whose length is known only at run time.</summary>
[TestClass]
public sealed class RunTimeLoopTests(TestContext context)
{
    [TestMethod]
    [DataRow(1f, 16f)]
    [DataRow(3f, 12f)]
    [DataRow(100f, 200f)]
    [DataRow(0.001f, 0.064f)]
    public void A_condition_ends_a_loop_of_bounded_length(float x, float expected)
    {
        // Doubles x while it is below 10, once at least and six times at most.
        Graph graph = Doubling(6).Import();
        float[] made = Run(graph, x == 3, BitConverter.GetBytes(x));
        Assert.AreEqual(expected, made[0], expected * 1e-6f);
    }

    [TestMethod]
    public void The_extent_declared_for_a_cast_is_that_of_its_operand()
    {
        GraphProto body = Body("cond_in", "cond_in", [("v", DataType.Float)], ["next", "row"], OnnxModels.MakeNode("Add", ["v", "one"], ["next"]), OnnxModels.MakeNode("Neg", ["v"], ["row"]));
        OnnxModels model = new OnnxModels().Input("trips", DataType.Int64).Input("x", 1).Constant("one", [], 1)
            .Node("Loop", ["trips", "", "x"], ["last", "rows"], Graph("body", body)).Node("Identity", ["rows"], ["copy"])
            .Node("Cast", ["copy"], ["y"], OnnxModels.Int("to", (long)DataType.Int32)).Output("y");
        Assert.Contains("is not declared", model.Errors().Single().Message);
        model.Model.Graph.Output[0] = OnnxModels.Value("y", DataType.Int32, 3, 1);
        var executor = new GraphExecutor(model.Import());
        executor.SetInput(0, BitConverter.GetBytes(2L));
        executor.SetInput(1, BitConverter.GetBytes(10f));
        executor.Run();
        CollectionAssert.AreEqual(new[] { -10, -11, 0 }, MemoryMarshal.Cast<byte, int>(executor.Output(0)).ToArray());
    }

    [TestMethod]
    [DataRow(-2.5f, 1)]
    [DataRow(2.5f, 4)]
    public void A_trip_count_by_a_rectifier_of_constants_is_known(float number, int rows)
    {
        GraphProto body = Body("cond_in", "cond_in", [("v", DataType.Float)], ["next"], OnnxModels.MakeNode("Add", ["v", "one"], ["next"]));
        OnnxModels model = new OnnxModels().Input("x", 1).Constant("one", [], 1).Constant("number", [], number)
            .Node("Ceil", ["number"], ["up"]).Node("Relu", ["up"], ["positive"]).Node("Add", ["positive", "one"], ["most"]).Node("Cast", ["most"], ["trips"], OnnxModels.Int("to", (long)DataType.Int64))
            .Node("Loop", ["trips", "", "x"], ["y"], Graph("body", body)).Output("y");
        Assert.AreEqual(10f + rows, model.Run([10])[0]);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    [DataRow(5)]
    [DataRow(9)]
    public void A_trip_count_at_run_time_runs_to_the_declared_extent(long trips)
    {
        GraphProto body = Body("cond_in", "cond_in", [("v", DataType.Float)], ["next", "row"], OnnxModels.MakeNode("Add", ["v", "one"], ["next"]), OnnxModels.MakeNode("Mul", ["v", "v"], ["row"]));
        OnnxModels model = new OnnxModels().Input("trips", DataType.Int64).Input("x", 1).Constant("one", [], 1)
            .Node("Loop", ["trips", "", "x"], ["last", "rows"], Graph("body", body)).Output("last").Output("rows");
        model.Model.Graph.ValueInfo.Add(OnnxModels.Value("rows", DataType.Float, 5, 1));
        model.Model.Graph.Output[1].Type.TensorType.Shape = OnnxModels.Value("rows", DataType.Float, 5, 1).Type.TensorType.Shape;
        float[] made = Run(model.Import(), trips == 2, BitConverter.GetBytes(trips), BitConverter.GetBytes(10f));
        float[] expected = [10 + Math.Min(5, trips), .. Enumerable.Range(0, 5).Select(i => i < trips ? (10f + i) * (10 + i) : 0)];
        CollectionAssert.AreEqual(expected, made);
    }

    [TestMethod]
    public void Loops_without_a_bound_are_refused()
    {
        Diagnostic told = Doubling(null).Errors().Single();
        Assert.AreEqual("EAI1103", told.Code);
        StringAssert.Contains(told.Message, "constant trip count", StringComparison.Ordinal);
        StringAssert.Contains(Doubling(long.MaxValue).Errors().Single().Message, "constant trip count", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow(1f, 16f, 4f)]
    [DataRow(3f, 12f, 2f)]
    [DataRow(0.001f, 0.064f, 6f)]
    public void A_counter_in_the_condition_bounds_a_loop_without_a_trip_count(float x, float expected, float rounds)
    {
        // As loops of TensorFlow are converted: no trip count, the counter among what is carried.
        GraphProto body = Body("cond_in", "goes_on", [("i", DataType.Float), ("v", DataType.Float)], ["j", "next"],
            OnnxModels.MakeNode("Add", ["i", "one"], ["j"]), OnnxModels.MakeNode("Add", ["v", "v"], ["next"]), OnnxModels.MakeNode("Less", ["next", "ten"], ["small"]),
            OnnxModels.MakeNode("Less", ["j", "six"], ["before"]), OnnxModels.MakeNode("And", ["before", "small"], ["goes_on"]));
        OnnxModels model = new OnnxModels().Input("x", 1).Constant("one", [], 1).Constant("six", [], 6).Constant("ten", [], 10).Constant("zero", [], 0)
            .Node("Loop", ["", "", "zero", "x"], ["n", "y"], Graph("body", body)).Output("y").Output("n");
        float[] made = Run(model.Import(), x == 3, BitConverter.GetBytes(x));
        Assert.AreEqual(expected, made[0], expected * 1e-6f);
        Assert.AreEqual(rounds, made[1]);
    }

    [TestMethod]
    [DataRow(1f, 16f, 4f)]
    [DataRow(0.001f, 0.064f, 6f)]
    public void A_counter_behind_a_branch_bounds_a_loop(float x, float expected, float rounds)
    {
        // As scripts of PyTorch are exported: "small and j < 6" asks for the counter in a branch, and the trip count has no end.
        GraphProto Branch(string result, params NodeProto[] nodes)
        {
            var branch = new GraphProto();
            branch.Node.AddRange(nodes);
            branch.Output.Add(OnnxModels.Value(result, DataType.Bool));
            return branch;
        }

        GraphProto body = Body("cond_in", "goes_on", [("i", DataType.Float), ("v", DataType.Float)], ["j", "next"],
            OnnxModels.MakeNode("Add", ["i", "one"], ["j"]), OnnxModels.MakeNode("Add", ["v", "v"], ["next"]), OnnxModels.MakeNode("Less", ["next", "ten"], ["small"]),
            OnnxModels.MakeNode("If", ["small"], ["goes_on"], Graph("then_branch", Branch("before", OnnxModels.MakeNode("Less", ["j", "six"], ["before"]))),
                Graph("else_branch", Branch("no", OnnxModels.MakeNode("Less", ["one", "zero"], ["no"])))));
        OnnxModels model = new OnnxModels().Input("x", 1).Constant("one", [], 1).Constant("six", [], 6).Constant("ten", [], 10).Constant("zero", [], 0).Integers("most", long.MaxValue)
            .Node("Loop", ["most", "", "zero", "x"], ["n", "y"], Graph("body", body)).Output("y").Output("n");
        float[] made = Run(model.Import(), false, BitConverter.GetBytes(x));
        Assert.AreEqual(expected, made[0], expected * 1e-6f);
        Assert.AreEqual(rounds, made[1]);
    }

    [TestMethod]
    public void A_value_that_changes_its_shape_is_refused()
    {
        GraphProto body = Body("cond", "goes_on", [("v", DataType.Float)], ["next"],
            OnnxModels.MakeNode("Concat", ["v", "v"], ["next"], OnnxModels.Int("axis", 0)), OnnxModels.MakeNode("Not", ["flag"], ["goes_on"]));
        Diagnostic told = new OnnxModels().Input("x", 1).Input("flag", DataType.Bool, 1).Integers("most", 3)
            .Node("Loop", ["most", "flag", "x"], ["y"], Graph("body", body)).Output("y").Errors().Single();
        StringAssert.Contains(told.Message, "one type and shape", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Rows_and_fills_have_the_declared_extents()
    {
        OnnxModels model = new OnnxModels().Input("start", DataType.Int64).Input("limit", DataType.Int64).Input("delta", DataType.Int64).Input("shape", DataType.Int64, 2)
            .Node("Range", ["start", "limit", "delta"], ["row"]).Node("Cast", ["row"], ["reals"], OnnxModels.Int("to", 1))
            .Node("ConstantOfShape", ["shape"], ["zeros"]).Output("reals").Output("zeros");
        model.Model.Graph.ValueInfo.Add(OnnxModels.Value("row", DataType.Int64, 4));
        model.Model.Graph.Output[1].Type.TensorType.Shape = OnnxModels.Value("", DataType.Float, 2, 3).Type.TensorType.Shape;
        float[] made = Run(model.Import(), true, BitConverter.GetBytes(5L), BitConverter.GetBytes(9L), BitConverter.GetBytes(2L), new byte[16]);
        CollectionAssert.AreEqual(new float[] { 5, 7, 9, 11, 0, 0, 0, 0, 0, 0 }, made);
    }

    [TestMethod]
    [DataRow("Reshape", 3, 2)]
    [DataRow("Expand", 2, 6)]
    public void Shapes_at_run_time_are_those_that_the_file_declares(string name, int rows, int columns)
    {
        OnnxModels Model(params object[] declared)
        {
            OnnxModels model = new OnnxModels().Input("x", name == "Reshape" ? [2, 3] : [1, 6]).Input("shape", DataType.Int64, 2).Node(name, ["x", "shape"], ["y"]).Output("y");
            model.Model.Graph.Output[0].Type.TensorType.Shape = OnnxModels.Value("", DataType.Float, declared).Type.TensorType.Shape;
            return model;
        }

        float[] x = [1, 2, 3, 4, 5, 6];
        Graph graph = Model(rows, columns).Import();
        Assert.AreEqual(new Shape(rows, columns), graph.Outputs[0].Shape);
        float[] made = Run(graph, false, MemoryMarshal.AsBytes<float>(x).ToArray(), new byte[16]);
        CollectionAssert.AreEqual(name == "Reshape" ? x : [.. x, .. x], made);
        Diagnostic told = Model(rows, "n").Errors().Single();
        Assert.AreEqual("EAI1103", told.Code);
        StringAssert.Contains(told.Message, "declare", StringComparison.Ordinal);
        Assert.AreEqual("EAI1103", Model(rows, 5).Errors().Single().Code);
    }

    private static OnnxModels Doubling(long? most)
    {
        GraphProto body = Body("cond_in", "goes_on", [("v", DataType.Float)], ["next"],
            OnnxModels.MakeNode("Add", ["v", "v"], ["next"]), OnnxModels.MakeNode("Less", ["next", "ten"], ["goes_on"]));
        OnnxModels model = new OnnxModels().Input("x", 1).Constant("ten", [], 10);
        model = most is { } count ? model.Integers("most", count) : model;
        return model.Node("Loop", [most is null ? "" : "most", "", "x"], ["y"], Graph("body", body)).Output("y");
    }

    private static GraphProto Body(string condition, string goesOn, (string Name, DataType Type)[] carried, string[] results, params NodeProto[] nodes)
    {
        var body = new GraphProto { Name = "body" };
        body.Input.Add(OnnxModels.Value("round", DataType.Int64));
        body.Input.Add(OnnxModels.Value(condition, DataType.Bool));
        body.Input.AddRange(carried.Select(value => OnnxModels.Value(value.Name, value.Type)));
        body.Node.AddRange(nodes);
        body.Output.Add(OnnxModels.Value(goesOn, DataType.Bool));
        body.Output.AddRange(results.Select(name => OnnxModels.Value(name, DataType.Float)));
        return body;
    }

    private static AttributeProto Graph(string name, GraphProto graph) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Graph, G = graph };

    private float[] Run(Graph graph, bool inC, params byte[][] inputs)
    {
        var executor = new GraphExecutor(graph);
        for (int i = 0; i < inputs.Length; i++)
        {
            executor.SetInput(i, inputs[i]);
        }

        executor.Run();
        if (inC)
        {
            GeneratedC.Check(context, graph, executor, inputs);
        }

        byte[] bytes = [.. Enumerable.Range(0, graph.Outputs.Count).SelectMany(i => executor.Output(i).ToArray())];
        return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
    }
}
