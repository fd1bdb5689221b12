using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Model;
using Google.Protobuf;

namespace EdgeAI.Compiler.Tests.Import.Onnx;

/// <summary>Broken and hostile files end in coded errors that name what is wrong.</summary>
[TestClass]
public sealed class OnnxMalformedTests(TestContext context)
{
    private static OnnxModels Relu() =>
        new OnnxModels().Input("x", 1, 4).Node("Relu", ["x"], ["y"]).Output("y");

    private static void Expect(string code, IReadOnlyList<Diagnostic> errors, params string[] words)
    {
        Assert.HasCount(1, errors);
        Assert.AreEqual(code, errors[0].Code, errors[0].Message);
        Assert.AreEqual("models/model.onnx", errors[0].File);
        foreach (string word in words)
        {
            Assert.Contains(word, errors[0].Message);
        }
    }

    [TestMethod]
    public void EmptyTextAndForeignFilesAreNotModels()
    {
        Expect("EAI1002", OnnxModels.Errors([]));
        Expect("EAI1002", OnnxModels.Errors("just a text file, nothing else"u8.ToArray()));
        Expect("EAI1002", OnnxModels.Errors([0x1c, 0, 0, 0, (byte)'T', (byte)'F', (byte)'L', (byte)'3']));
        Expect("EAI1002", OnnxModels.Errors(new ModelProto { Graph = new GraphProto() }.ToByteArray()), "operator set");
    }

    [TestMethod]
    public void EveryTruncationIsACodedErrorOrAWholeModel()
    {
        byte[] bytes = new OnnxModels().Input("x", 1, 4).Constant("w", [4, 4], new float[16])
            .Node("MatMul", ["x", "w"], ["h"]).Node("Relu", ["h"], ["y"]).Output("y").Bytes;
        for (int length = 0; length < bytes.Length; length++)
        {
            try
            {
                OnnxModels.Import(bytes[..length]);
            }
            catch (DiagnosticException error)
            {
                Assert.IsTrue(error.Diagnostics.All(diagnostic => diagnostic.Code.StartsWith("EAI1", StringComparison.Ordinal)));
            }
        }
    }

    [TestMethod]
    public void RandomDamageIsACodedErrorOrAWholeModel()
    {
        byte[] whole = new OnnxModels().Input("x", 1, 2, 6, 6).Constant("w", [3, 2, 3, 3], new float[54]).Integers("s", 1, -1)
            .Node("Conv", ["x", "w"], ["c"], OnnxModels.Ints("pads", 1, 1, 1, 1)).Node("Shape", ["c"], ["shape"])
            .Node("Reshape", ["c", "s"], ["y"]).Output("y").Output("shape").Bytes;
        int seed = Seeds.Of(context);
        var random = new Random(seed);
        for (int round = 0; round < 2000; round++)
        {
            byte[] bytes = [.. whole];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                OnnxModels.Import(bytes);
            }
            catch (DiagnosticException error)
            {
                Assert.IsTrue(error.Diagnostics.All(diagnostic => diagnostic.Code.StartsWith("EAI1", StringComparison.Ordinal)));
            }
        }
    }

    [TestMethod]
    public void OldOperatorSetIsRefusedAndANewerOneWarned()
    {
        OnnxModels old = new OnnxModels(5).Input("x", 1).Node("Relu", ["x"], ["y"]).Output("y");
        Expect("EAI1101", old.Errors(), "5");
        var warnings = new List<Diagnostic>();
        OnnxModels newer = new OnnxModels(99).Input("x", 1).Node("Relu", ["x"], ["y"]).Output("y");
        OnnxModels.Import(newer.Bytes, diagnostics: warnings);
        Assert.AreEqual("EAI1117", warnings.Single().Code);
    }

    [TestMethod]
    public void AllUnsupportedNodesAreToldTogether()
    {
        OnnxModels model = new OnnxModels().Input("x", 1, 4)
            .Node("Frobnicate", ["x"], ["a"]).Node("Relu", ["a"], ["b"]).Node("Whirl", ["x"], ["c"])
            .Node("Twist", ["x"], ["d"]).Output("b").Output("c").Output("d");
        model.Model.Graph.Node[0].Domain = "com.example";
        IReadOnlyList<Diagnostic> errors = model.Errors();
        Assert.HasCount(3, errors);
        Assert.IsTrue(errors.All(error => error.Code == "EAI1102"));
        foreach (string word in new[] { "Frobnicate_0", "com.example", "'x' float32[1,4]" })
        {
            Assert.Contains(word, errors[0].Message);
        }

        Assert.Contains("Whirl_2", errors[1].Message);
        Assert.Contains("opset 13", errors[1].Message);
    }

    [TestMethod]
    public void NodesBehindAnObstacleAreStillLookedAtWhereTheFileTellsShapes()
    {
        OnnxModels model = new OnnxModels().Input("x", 1, 4).Node("Whirl", ["x"], ["a"]).Node("Twist", ["a"], ["b"]).Output("b");
        model.Model.Graph.ValueInfo.Add(OnnxModels.Value("a", TensorProto.Types.DataType.Float, 1, 7));
        IReadOnlyList<Diagnostic> errors = model.Errors();
        Assert.HasCount(2, errors);
        Assert.Contains("'a' float32[1,7]", errors[1].Message);
    }

    [TestMethod]
    public void ACycleNamesItsNodes()
    {
        OnnxModels model = new OnnxModels().Input("x", 1, 4)
            .Node("Relu", ["x"], ["before"])
            .Node("Add", ["before", "c"], ["a"]).Node("Relu", ["a"], ["b"]).Node("Tanh", ["b"], ["c"])
            .Node("Relu", ["c"], ["y"]).Output("y");
        Diagnostic error = model.Errors().Single();
        Assert.AreEqual("EAI1104", error.Code);
        foreach (string name in new[] { "'Add_1'", "'Relu_2'", "'Tanh_3'" })
        {
            Assert.Contains(name, error.Message);
        }

        Assert.DoesNotContain("Relu_0", error.Message);
        Assert.DoesNotContain("Relu_4", error.Message);
    }

    [TestMethod]
    public void NodesOutOfOrderAreSorted()
    {
        OnnxModels model = new OnnxModels().Input("x", 1, 4).Node("Relu", ["h"], ["y"]).Node("Tanh", ["x"], ["h"]).Output("y");
        CollectionAssert.AreEqual(new[] { "Tanh_1", "Relu_0" }, model.Import().Nodes.Select(node => node.Name).ToArray());
    }

    [TestMethod]
    public void AMissingInputNamesNodeAndValue()
    {
        Expect("EAI1105", new OnnxModels().Input("x", 1, 4).Node("Add", ["x", "nowhere"], ["y"]).Output("y").Errors(), "Add_0", "nowhere");
        Expect("EAI1105", Relu().Output("z").Errors(), "'z'");
    }

    [TestMethod]
    public void AValueMadeTwiceIsRefused() =>
        Expect("EAI1106", new OnnxModels().Input("x", 1, 4).Node("Relu", ["x"], ["y"]).Node("Tanh", ["x"], ["y"]).Output("y").Errors(),
            "'y'", "Relu_0", "Tanh_1");

    [TestMethod]
    public void ExternalDataIsReadFromTheFolderOnly()
    {
        static TensorProto External(string location, long offset = 0)
        {
            var tensor = new TensorProto
            {
                Name = "w",
                DataType = (int)TensorProto.Types.DataType.Float,
                DataLocation = TensorProto.Types.DataLocation.External,
            };
            tensor.Dims.Add(2);
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{offset}" });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = "8" });
            return tensor;
        }

        static OnnxModels Adding(TensorProto weights) =>
            new OnnxModels().Input("x", 1, 2).Initializer(weights).Node("Add", ["x", "w"], ["y"]).Output("y");

        foreach (string location in new[] { "../w.bin", "/etc/passwd", "sub/../../w.bin", @"..\w.bin", @"C:\w.bin", "" })
        {
            Expect("EAI1108", Adding(External(location)).Errors(external: _ => throw new AssertFailedException("read")), "'w'");
        }

        Expect("EAI1107", Adding(External("w.bin")).Errors(), "w.bin", "is not there");
        Expect("EAI1107", Adding(External("w.bin", 4)).Errors(external: _ => new byte[11]), "ends at byte 11");
        Expect("EAI1107", Adding(External("w.bin", long.MaxValue)).Errors(external: _ => new byte[11]), "ends at byte 11");
        var graph = Adding(External("sub/w.bin", 4)).Import(external: path => path == "sub/w.bin" ? new byte[12] : null);
        Assert.HasCount(1, graph.Nodes);
    }

    [TestMethod]
    public void AbsurdAndContradictorySizesAreRefusedBeforeMemoryIsTaken()
    {
        static OnnxModels With(long[] extents, float[] values)
        {
            return new OnnxModels().Input("x", 1, 2).Constant("w", extents, values).Node("Add", ["x", "w"], ["y"]).Output("y");
        }

        Expect("EAI1109", With([3], [1, 2]).Errors(), "'w'", "8 bytes", "12");
        Expect("EAI1109", With([-1], [1, 2]).Errors(), "-1");
        Expect("EAI1114", With([1 << 30, 1 << 30, 1 << 30], [1]).Errors(), "'w'");
        Expect("EAI1114", With([0, 1 << 30, 1 << 30], []).Errors(), "'w'");
        Expect("EAI1109", With([1L << 40], [1]).Errors(), "1099511627776");
        Expect("EAI1114", new OnnxModels().Input("x", 1 << 20, 1 << 20).Node("Relu", ["x"], ["y"]).Output("y").Errors(), "'x'");
        Expect("EAI1103", new OnnxModels().Input("x", 1).Integers("s", 1 << 30, 1 << 30)
            .Node("ConstantOfShape", ["s"], ["c"]).Node("Add", ["x", "c"], ["y"]).Output("y").Errors(), "ConstantOfShape_0");
        Expect("EAI1103", new OnnxModels().Input("x", 1, 1).Integers("s", 1 << 30, 1 << 30)
            .Node("Expand", ["x", "s"], ["y"]).Output("y").Errors(), "Expand_0", "2 GiB");
        Expect("EAI1103", new OnnxModels().Input("x", 1, 1).Integers("s", 1 << 13, 1 << 14)
            .Node("Expand", ["x", "s"], ["y"]).Output("y").Errors(), "Expand_0", "256 MiB");
    }

    [TestMethod]
    public void Operands_without_the_axes_that_a_node_needs_are_refused()
    {
        Expect("EAI1103", new OnnxModels().Input("x", 4).Constant("w", [4], 1, 1, 1, 1).Node("Conv", ["x", "w"], ["y"]).Output("y").Errors(), "Conv_0");
        Expect("EAI1103", new OnnxModels().Input("x", 4).Node("MaxPool", ["x"], ["y"], OnnxModels.Ints("kernel_shape", 2)).Output("y").Errors(), "MaxPool_0");
        Expect("EAI1103", new OnnxModels().Input("x", 4).Node("AveragePool", ["x"], ["y"]).Output("y").Errors(), "AveragePool_0", "spatial");
        Expect("EAI1103", new OnnxModels().Input("x", 4).Node("LRN", ["x"], ["y"], OnnxModels.Int("size", 3)).Output("y").Errors(), "LRN_0", "channels");
    }

    [TestMethod]
    public void Means_of_no_integers_are_refused() => Expect("EAI1103",
        new OnnxModels().Input("x", TensorProto.Types.DataType.Int64, 0).Node("ReduceMean", ["x"], ["y"]).Output("y").Errors(), "ReduceMean_0", "no integers");

    [TestMethod]
    public void Places_outside_of_sequences_and_images_are_refused()
    {
        OnnxModels Reversing(params long[] lengths) => new OnnxModels().Input("x", 3, 2).Integers("lengths", lengths).Node("ReverseSequence", ["x", "lengths"], ["y"]).Output("y");
        Expect("EAI1103", Reversing(1).Errors(), "ReverseSequence_0", "lengths [1]");
        Expect("EAI1103", Reversing(1, 4).Errors(), "ReverseSequence_0", "at most 3");
        Expect("EAI1103", Reversing(-1, 3).Errors(), "ReverseSequence_0", "lengths [-1,3]");
        OnnxModels Columns(long[] image, long[] block) => new OnnxModels(18).Input("x", 1, 4, 4).Integers("image", image).Integers("block", block).Node("Col2Im", ["x", "image", "block"], ["y"]).Output("y");
        Expect("EAI1103", Columns([3, 3], [2, 1L << 40]).Errors(), "Col2Im_0", "[2,1099511627776]");
        Expect("EAI1103", Columns([3, 3], [2, 14417918]).Errors(), "Col2Im_0");
        Expect("EAI1103", Columns([3, 3], [4]).Errors(), "Col2Im_0", "1 axes");
        Assert.HasCount(1, Columns([3, 3], [2, 2]).Import().Outputs);
    }

    [TestMethod]
    public void Random_numbers_are_drawn_once_and_told()
    {
        var diagnostics = new List<EdgeAI.Compiler.Diagnostics.Diagnostic>();
        OnnxModels model = new OnnxModels().Input("x", 2, 1000)
            .Node("RandomUniform", [], ["u"], OnnxModels.Ints("shape", 1000), OnnxModels.Float("low", -1), OnnxModels.Float("high", 3), OnnxModels.Float("seed", 7))
            .Node("RandomNormalLike", ["x"], ["n"], OnnxModels.Float("mean", 5), OnnxModels.Float("scale", 2)).Node("Add", ["n", "u"], ["s"]).Node("Add", ["x", "s"], ["y"]).Output("y");
        model.Output("u");
        model.Output("n");
        Graph graph = OnnxModels.Import(model.Bytes, diagnostics: diagnostics);
        CollectionAssert.AreEqual(new[] { "EAI1118", "EAI1118" }, diagnostics.Select(told => told.Code).ToArray());
        float[] uniform = graph.Outputs[1].Values<float>().ToArray();
        float[] normal = graph.Outputs[2].Values<float>().ToArray();
        Assert.IsTrue(uniform.All(value => value is >= -1 and < 3) && uniform.Min() < -0.95 && uniform.Max() > 2.95);
        Assert.AreEqual(1, uniform.Average(), 0.15);
        Assert.AreEqual(5, normal.Average(), 0.15);
        Assert.AreEqual(2, Math.Sqrt(normal.Average(value => (value - 5) * (value - 5))), 0.1);
        Assert.AreEqual(0.683, normal.Count(value => Math.Abs(value - 5) < 2) / 2000.0, 0.04);
        CollectionAssert.AreEqual(uniform, OnnxModels.Import(model.Bytes).Outputs[1].Values<float>().ToArray());
    }

    [TestMethod]
    public void Trip_counts_and_conditions_of_another_type_are_refused()
    {
        GraphProto body = new() { Name = "body" };
        AttributeProto graph = new() { Name = "body", Type = AttributeProto.Types.AttributeType.Graph, G = body };
        Expect("EAI1103", new OnnxModels().Constant("one", [1], 1).Input("x", 4).Node("Loop", ["one", "", "x"], ["y"], graph).Output("y").Errors(), "Loop_0", "trip count");
        Expect("EAI1103", new OnnxModels().Integers("none").Input("x", 4).Node("Loop", ["none", "", "x"], ["y"], graph).Output("y").Errors(), "Loop_0", "trip count");
        Expect("EAI1103", new OnnxModels().Integers("one", 1).Input("x", 4).Node("Loop", ["one", "one", "x"], ["y"], graph).Output("y").Errors(), "Loop_0", "condition");
        AttributeProto Branch(string name) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Graph, G = body };
        Expect("EAI1103", new OnnxModels().Input("x", 4).Node("If", ["x"], ["y"], Branch("then_branch"), Branch("else_branch")).Output("y").Errors(), "If_0", "condition");
    }

    [TestMethod]
    public void WeightsThatAreNotNumbersAreCounted()
    {
        Expect("EAI1113", new OnnxModels().Input("x", 1, 2).Constant("w", [2, 2], 0, float.NaN, 1, float.NaN)
            .Node("MatMul", ["x", "w"], ["y"]).Output("y").Errors(), "'w'", "2 value(s)", "element 1");
        Expect("EAI1113", new OnnxModels().Input("x", 1, 2).Constant("w", [2, 2], 0, 1, float.NegativeInfinity, 0)
            .Node("MatMul", ["x", "w"], ["y"]).Output("y").Errors(), "'w'", "1 value(s)", "element 2");
    }

    [TestMethod]
    public void DynamicDimensionsAreFixedOrRefused()
    {
        OnnxModels model = new OnnxModels().Input("x", "batch", 3, "height", "width").Node("Relu", ["x"], ["y"]).Output("y");
        Expect("EAI1110", model.Errors(), "'x'", "[batch,3,height,width]", "axis 2 and axis 3", "x:1,3,…,…");
        Assert.AreEqual(new Shape(2, 3, 8, 9), model.Import("x:2,3,8,9").Inputs[0].Shape);
        Expect("EAI1111", model.Errors("x:1,3,8,8;z:1"), "'z'", "'x'");
        Expect("EAI1112", model.Errors("x:1,8,8"), "'x'", "[1,8,8]");
        Expect("EAI1112", model.Errors("x:1,4,8,8"), "[batch,3,height,width]");

        OnnxModels twins = new OnnxModels().Input("a", "n", "length").Input("b", "n", "length").Node("Add", ["a", "b"], ["y"]).Output("y");
        Assert.AreEqual(new Shape(1, 7), twins.Import("a:1,7").Inputs[1].Shape);
        Assert.AreEqual(new Shape(1, 4), new OnnxModels().Input("x", "batch", 4).Node("Relu", ["x"], ["y"]).Output("y").Import().Inputs[0].Shape);
    }

    [TestMethod]
    public void ANodeThatCannotBeImportedTellsTheNearestFormThatCan()
    {
        Expect("EAI1103", new OnnxModels().Input("x", 1, 2, 3, 4, 5, 6).Constant("w", [1, 2, 1, 1, 1, 1], 1, 1)
            .Node("Conv", ["x", "w"], ["y"]).Output("y").Errors(), "Conv_0", "4 spatial axes", "One or two are supported");
        Expect("EAI1103", new OnnxModels().Input("x", 1, 2, 4, 4).Node("NonZero", ["x"], ["y"]).Node("Relu", ["y"], ["z"]).Output("z").Errors(), "'y'", "declare");
        Expect("EAI1103", new OnnxModels().Input("x", 1, 2, 4, 4)
            .Node("MaxPool", ["x"], ["y"], OnnxModels.Int("kernel_shape", 2)).Output("y").Errors(), "kernel_shape", "Int");
    }

    [TestMethod]
    public void CallsOfFunctionsThatCallThemselvesEnd()
    {
        OnnxModels model = new OnnxModels().Input("x", 1, 4).Node("Loop2", ["x"], ["y"]).Output("y");
        model.Model.Graph.Node[0].Domain = "local";
        var function = new FunctionProto { Name = "Loop2", Domain = "local" };
        function.Input.Add("a");
        function.Output.Add("b");
        NodeProto inner = OnnxModels.MakeNode("Loop2", ["a"], ["b"]);
        inner.Domain = "local";
        function.Node.Add(inner);
        model.Model.Functions.Add(function);
        Expect("EAI1115", model.Errors(), "Loop2");
    }
}
