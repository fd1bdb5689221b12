using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Linking;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Custom;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;
using EdgeAI.Compiler.Tests.Import.Onnx;
using EdgeAI.Compiler.Tests.Import.TfLite;

namespace EdgeAI.Compiler.Tests.Operators.Custom;

/// <summary>Users' operators on their way through import, execution, quantization, planning and emission.</summary>
[TestClass]
public sealed class CustomOperatorTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgeai-operator-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Assets_are_what_the_models_of_these_tests_say()
    {
        foreach ((string name, byte[] bytes) in new[] { ("scaled-swish/scaled_swish.onnx", CustomModels.ScaledSwish()), ("tiny-custom.onnx", CustomModels.TinyCustom()) })
        {
            string path = Path.Combine(CustomModels.Assets, name);
            if (Environment.GetEnvironmentVariable("EDGEAI_WRITE_ASSETS") == "1")
            {
                File.WriteAllBytes(path, bytes);
            }

            CollectionAssert.AreEqual(bytes, File.ReadAllBytes(path), name);
        }
    }

    [TestMethod]
    [DataRow(null, 1f)]
    [DataRow(2.5f, 2.5f)]
    public void A_node_has_the_shapes_and_numbers_of_its_reference(float? given, float alpha)
    {
        Graph graph = Import(CustomModels.OneNode("ScaledSwish", [[2, 3]], 1, given is { } value ? [OnnxModels.Float("alpha", value)] : []).Bytes, ScaledSwish());
        Node node = graph.Nodes.Single();
        Assert.AreEqual("scaled_swish", node.Operator);
        Assert.AreEqual(new Shape(2, 3), node.Output.Shape);
        float[] x = [0, 1, -1, 0.5f, 3, -20];
        float[] y = Run(graph, x);
        for (int i = 0; i < x.Length; i++)
        {
            Assert.AreEqual(x[i] / (1 + Math.Exp(-alpha * x[i])), y[i], 1e-6);
        }
    }

    [TestMethod]
    public void The_operator_travels_with_the_model()
    {
        ImportedModel imported = ImportStage.Run(Request(CustomModels.TinyCustom(), ScaledSwish()), [], CancellationToken.None);
        byte[] file = ModelFile.Write(imported);
        Graph read = ModelFile.ReadImported(file).Graph;
        Assert.IsEmpty(GraphVerifier.Verify(read));
        float[] x = [.. Enumerable.Range(0, 72).Select(i => MathF.Sin(i))];
        CollectionAssert.AreEqual(Run(imported.Graph, x), Run(read, x));
        CollectionAssert.AreEqual(file, ModelFile.Write(imported with { Graph = read }));
        Assert.Contains("scaled_swish(alpha=1.5)", ModelText.Write(read).Text);
        Assert.DoesNotContain("Transpose", ModelText.Write(read).Text.Split("nodes\n")[1].Split("scaled_swish")[1].Split("Conv2D")[0]);
    }

    [TestMethod]
    public void A_model_function_of_the_operator_stays_a_node()
    {
        OnnxModels model = CustomModels.OneNode("ScaledSwish", [[4]], 1, OnnxModels.Float("alpha", 1));
        ModelProto functions = ModelProto.Parser.ParseFrom(CustomModels.ScaledSwish());
        model.Model.Functions.Add(functions.Functions);
        Assert.AreEqual("scaled_swish", Import(model.Bytes, ScaledSwish()).Nodes.Single().Operator);
        Assert.IsGreaterThan(1, OnnxModels.Import(model.Bytes).Nodes.Count);
    }

    [TestMethod]
    public void A_models_own_function_is_the_reference_where_none_is_named()
    {
        UserOperator described = Described(ScaledSwishText().Replace("\"reference\": \"reference.onnx\",", "", StringComparison.Ordinal), []);
        OnnxModels model = CustomModels.OneNode("ScaledSwish", [[2, 3]], 1, OnnxModels.Float("alpha", 2));
        byte[] without = model.Bytes;
        model.Model.Functions.Add(ModelProto.Parser.ParseFrom(CustomModels.ScaledSwish()).Functions);
        float[] x = [1, 2, 3, -1, -2, -3];
        ImportedModel imported = ImportStage.Run(Request(model.Bytes, described), [], CancellationToken.None);
        CollectionAssert.AreEqual(Run(Import(without, ScaledSwish()), x), Run(imported.Graph, x));
        CollectionAssert.AreEqual(Run(imported.Graph, x), Run(ModelFile.ReadImported(ModelFile.Write(imported)).Graph, x));
        Assert.IsTrue(Compile(model.Bytes, described, QuantizationScheme.Int8).Firmware.Files.Any(file => file.Path == "own.c"));
        Diagnostic told = Assert.ThrowsExactly<DiagnosticException>(() => Import(without, described)).Diagnostics.Single();
        Assert.AreEqual("EAI9037", told.Code);
        Assert.Contains("the model file has no function 'com.example:ScaledSwish'", told.Message);
    }

    [TestMethod]
    public void An_integer_kernel_lets_the_layer_be_quantized()
    {
        (PlannedModel planned, FirmwareSources firmware) = Compile(CustomModels.TinyCustom(), ScaledSwish(), QuantizationScheme.Int8);
        Node node = planned.Quantized.Graph.Nodes.Single(node => node.Operator == "scaled_swish");
        Assert.AreEqual(ElementType.Int8, node.Output.Type);
        Assert.AreEqual("scaled_swish_s8", node.Kernel);
        string source = firmware.Files.Single(file => file.Path == "model.c").Text;
        Assert.Contains(".output_zero_point = ", source);
        Assert.Contains("#include \"scaled_swish.h\"", source);
        Assert.IsTrue(firmware.Files.Any(file => file.Path == "scaled_swish.c"));

        // Reals in the reference's middle: within half a step of the result and what the operand's rounding makes of it.
        QuantizationParameters input = node.Input(0).Quantization!;
        QuantizationParameters output = node.Output.Quantization!;
        var graph = new Graph { Inputs = [node.Input(0)], Outputs = [node.Output], Nodes = [node] };
        sbyte[] x = new sbyte[node.Input(0).Shape.ElementCount];
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = (sbyte)(i - 100);
        }

        var executor = new GraphExecutor(graph);
        executor.SetInput(0, MemoryMarshal.AsBytes<sbyte>(x));
        executor.Run();
        ReadOnlySpan<sbyte> y = MemoryMarshal.Cast<byte, sbyte>(executor.Output(0));
        for (int i = 0; i < x.Length; i++)
        {
            double real = input.Scale * (x[i] - input.ZeroPoint);
            double wanted = (real / (1 + Math.Exp(-1.5 * real)) / output.Scale) + output.ZeroPoint;
            Assert.AreEqual(Math.Clamp(wanted, -128, 127), y[i], 0.501);
        }
    }

    [TestMethod]
    public void Without_an_integer_kernel_the_layer_stays_float()
    {
        string json = ScaledSwishText();
        json = json[..json.IndexOf(",\n    {\n      \"function\": \"scaled_swish_s8\"", StringComparison.Ordinal)] + "\n  ]\n}\n";
        (PlannedModel planned, _) = Compile(CustomModels.TinyCustom(), Described(json, CustomModels.ScaledSwish()), QuantizationScheme.Int8);
        Node node = planned.Quantized.Graph.Nodes.Single(node => node.Operator == "scaled_swish");
        Assert.AreEqual(ElementType.Float32, node.Output.Type);
        Assert.AreEqual("scaled_swish_f32", node.Kernel);
        Assert.IsTrue(planned.Quantized.Graph.Nodes.Any(node => node.Operator == "Conv2D" && node.Output.Type == ElementType.Int8));
    }

    [TestMethod]
    public void A_graph_takes_attributes_by_the_names_of_its_inputs_and_gives_several_results()
    {
        // low, high = min(x, w · gain), max(x, w · gain)
        OnnxModels reference = new OnnxModels().Input("x", "n").Input("w", "n").Input("gain", TensorProto.Types.DataType.Float)
            .Node("Mul", ["w", "gain"], ["g"]).Node("Min", ["x", "g"], ["low"]).Node("Max", ["x", "g"], ["high"]).Output("low").Output("high");
        UserOperator described = Described("""
            {
              "name": "split_by", "onnx": { "domain": "com.example", "operator": "SplitBy" }, "inputs": ["x", { "name": "w", "rank": 1 }], "outputs": ["low", "high"],
              "attributes": [{ "name": "gain", "type": "float" }], "reference": "reference.onnx", "header": "own.h", "sources": ["own.c"],
              "kernels": [{ "function": "split_by_f32", "parameters": { "n": "x_dim0", "dims": "x_dims" }, "scratchBytes": "4 * x_elements + 2" }]
            }
            """, reference.Bytes);
        byte[] model = CustomModels.OneNode("SplitBy", [[5], [5]], 2, OnnxModels.Float("gain", 2)).Bytes;
        Graph graph = Import(model, described);
        var executor = new GraphExecutor(graph);
        executor.SetInput(0, MemoryMarshal.AsBytes<float>([1, 2, 3, 4, 5]));
        executor.SetInput(1, MemoryMarshal.AsBytes<float>([2, 1, 1, 1, 9]));
        executor.Run();
        CollectionAssert.AreEqual(new float[] { 1, 2, 2, 2, 5 }, MemoryMarshal.Cast<byte, float>(executor.Output(0)).ToArray());
        CollectionAssert.AreEqual(new float[] { 4, 2, 3, 4, 18 }, MemoryMarshal.Cast<byte, float>(executor.Output(1)).ToArray());
        (PlannedModel planned, FirmwareSources firmware) = Compile(model, described, QuantizationScheme.Float32);
        Assert.AreEqual(22L, planned.Plan.Buffers.Single(buffer => buffer.Tensors.IsEmpty).Size);
        Assert.Contains("(float *)(void *)", firmware.Files.Single(file => file.Path == "model.c").Text);
    }

    [TestMethod]
    public void Texts_and_lists_reach_kernel_and_reference()
    {
        NodeProto ends = OnnxModels.MakeNode("Pad", ["x", "pads"], ["y"], OnnxModels.Text("mode", "edge"));
        ends.Attribute[0] = new AttributeProto { Name = "mode", Type = AttributeProto.Types.AttributeType.String, RefAttrName = "how" };
        NodeProto pads = OnnxModels.MakeNode("Constant", [], ["pads"]);
        pads.Attribute.Add(new AttributeProto { Name = "value_ints", Type = AttributeProto.Types.AttributeType.Ints, RefAttrName = "by" });
        UserOperator described = Described("""
            {
              "name": "own_pad", "onnx": { "domain": "com.example", "operator": "OwnPad" }, "inputs": ["x"], "outputs": [{ "name": "y", "shape": ["x_dim0 + by_0 + by_1"] }],
              "attributes": [{ "name": "how", "type": "text", "values": ["edge", "reflect"], "default": "edge" }, { "name": "by", "type": "ints" }],
              "reference": "reference.onnx", "header": "own.h", "sources": ["own.c"],
              "kernels": [{ "function": "own_pad_f32", "parameters": { "how": "how", "by": "by", "by_count": "by_count" } }]
            }
            """, CustomModels.Function("OwnPad", ["x"], ["y"], ["how", "by"], pads, ends));
        byte[] model = CustomModels.OneNode("OwnPad", [[3]], 1, OnnxModels.Text("how", "reflect"), OnnxModels.Ints("by", 2, 1)).Bytes;
        CollectionAssert.AreEqual(new float[] { 3, 2, 1, 2, 3, 2 }, Run(Import(model, described), [1, 2, 3]));
        (_, FirmwareSources firmware) = Compile(model, described, QuantizationScheme.Float32);
        string source = firmware.Files.Single(file => file.Path == "model.c").Text;
        Assert.Contains(".how = 1,", source);
        Assert.Contains(".by_count = 2,", source);
        Assert.Contains(".by = model_", source);
    }

    [TestMethod]
    public void A_custom_operator_of_a_tflite_file_takes_its_types_and_settings()
    {
        const sbyte int8 = 9;
        var file = new TfLiteFiles();
        int x = file.Tensor("x", int8, [1, 4], null, [0.1f], [3]);
        int y = file.Tensor("y", int8, [1, 4], null, [0.05f], [-10]);
        file.Custom("ScaledSwish", FlexBuffers.Of(("alpha", 2)), [x], [y]);
        byte[] bytes = file.Finish([x], [y]);
        Graph graph = Import(bytes, ScaledSwish(), "model.tflite");
        Assert.AreEqual("scaled_swish(alpha=2)", ModelText.Write(graph).Text.Split('\n').First(line => line.Contains("scaled_swish", StringComparison.Ordinal)).Split(' ')[3]);
        var executor = new GraphExecutor(graph);
        executor.SetInput(0, MemoryMarshal.AsBytes<sbyte>([3, 13, -7, 127]));
        executor.Run();
        CollectionAssert.AreEqual(new sbyte[] { -10, 8, -12, 127 }, MemoryMarshal.Cast<byte, sbyte>(executor.Output(0)).ToArray());

        file = new TfLiteFiles();
        x = file.Tensor("x", int8, [1, 4], null, [0.1f], [3]);
        y = file.Tensor("y", int8, [1, 4], null, [0.05f], [-10]);
        file.Custom("ScaledSwish", FlexBuffers.OfValues(("alpha", 0.5f)), [x], [y]);
        Assert.AreEqual(0.5f, ((CustomAttributes)Import(file.Finish([x], [y]), ScaledSwish(), "model.tflite").Nodes.Single(node => node.Operator == "scaled_swish").Attributes).Values[0]);
        file = new TfLiteFiles();
        x = file.Tensor("x", int8, [1, 4], null, [0.1f], [3]);
        y = file.Tensor("y", int8, [1, 4], null, [0.05f], [-10]);
        file.Custom("ScaledSwish", FlexBuffers.OfValues(("alpha", "much")), [x], [y]);
        Diagnostic told = Assert.ThrowsExactly<DiagnosticException>(() => Import(file.Finish([x], [y]), ScaledSwish(), "model.tflite")).Diagnostics.Single();
        Assert.AreEqual("EAI1007", told.Code);
        Assert.Contains("its setting 'alpha' is not of the type 'float' described", told.Message);

        // Without an integer kernel the operator runs over reals.
        string json = ScaledSwishText();
        json = json[..json.IndexOf(",\n    {\n      \"function\": \"scaled_swish_s8\"", StringComparison.Ordinal)] + "\n  ]\n}\n";
        Graph real = Import(bytes, Described(json, CustomModels.ScaledSwish()), "model.tflite");
        CollectionAssert.AreEqual(new[] { "Dequantize", "scaled_swish", "Quantize" }, real.Nodes.Select(node => node.Operator).ToArray());
    }

    [TestMethod]
    [DataRow("ScaledSwish", 2, 1, "it has 2 operands, and 1 to 1 are described", null)]
    [DataRow("ScaledSwish", 1, 2, "it has 2 results, and 1 are described", null)]
    [DataRow("ScaledSwish", 1, 1, "attribute 'beta', and described are alpha", "beta")]
    [DataRow("ScaledSwish", 1, 1, "attribute alpha is Int instead of Float", "alpha")]
    public void Nodes_that_do_not_fit_are_told(string operatorType, int operands, int results, string part, string? attribute)
    {
        byte[] model = CustomModels.OneNode(
            operatorType, [.. Enumerable.Repeat(new object[] { 2, 3 }, operands)], results, attribute is null ? [] : [OnnxModels.Int(attribute, 1)]).Bytes;
        Diagnostic told = Assert.ThrowsExactly<DiagnosticException>(() => Import(model, ScaledSwish())).Diagnostics.Single();
        Assert.AreEqual("EAI1007", told.Code);
        Assert.Contains(part, told.Message);
        Assert.Contains("'own'", told.Message);
    }

    [TestMethod]
    public void Ranks_types_and_constants_that_do_not_fit_are_told()
    {
        string json = ScaledSwishText();
        Fails("[\"x\"]", "[{ \"name\": \"x\", \"rank\": 4 }]", "operand 'x' has 2 axes ([2,3]), and 4 are described");
        Fails("[\"x\"]", "[{ \"name\": \"x\", \"constant\": true }]", "computed at run time");
        Fails("\"default\": 1.0", "\"default\": 1.0", "its types are (int64), and the kernels take (float32) to (float32)", TensorProto.Types.DataType.Int64);

        void Fails(string old, string replacement, string part, TensorProto.Types.DataType type = TensorProto.Types.DataType.Float)
        {
            OnnxModels model = CustomModels.OneNode("ScaledSwish", [[2, 3]], 1);
            model.Model.Graph.Input[0].Type.TensorType.ElemType = (int)type;
            UserOperator described = Described(json.Replace(old, replacement, StringComparison.Ordinal), CustomModels.ScaledSwish());
            Diagnostic told = Assert.ThrowsExactly<DiagnosticException>(() => Import(model.Bytes, described)).Diagnostics.Single();
            Assert.AreEqual("EAI1007", told.Code);
            Assert.Contains(part, told.Message);
        }
    }

    [TestMethod]
    public void A_reference_that_cannot_be_imported_is_told()
    {
        byte[] wrong = CustomModels.Function("ScaledSwish", ["x"], ["y"], ["alpha"], OnnxModels.MakeNode("Frobnicate", ["x"], ["y"]));
        Diagnostic told = Assert.ThrowsExactly<DiagnosticException>(
            () => Import(CustomModels.OneNode("ScaledSwish", [[2, 3]], 1).Bytes, Described(ScaledSwishText(), wrong))).Diagnostics.Single();
        Assert.AreEqual("EAI9037", told.Code);
        Assert.Contains("Frobnicate", told.Message);
        told = Assert.ThrowsExactly<DiagnosticException>(() => Described(ScaledSwishText(), [1, 2, 3])).Diagnostics.Single();
        Assert.AreEqual("EAI9037", told.Code);
        Assert.Contains("no ONNX model", told.Message);
        told = Assert.ThrowsExactly<DiagnosticException>(() => Described(ScaledSwishText(), CustomModels.Function("ScaledSwish", ["x", "z"], ["y"], []))).Diagnostics.Single();
        Assert.Contains("it has 2 operands and the description 1", told.Message);
    }

    [TestMethod]
    public void An_operator_that_is_not_element_wise_may_not_say_so()
    {
        byte[] softmax = CustomModels.Function("ScaledSwish", ["x"], ["y"], ["alpha"], OnnxModels.MakeNode("Softmax", ["x"], ["y"]));
        byte[] model = CustomModels.OneNode("ScaledSwish", [[2, 3]], 1).Bytes;
        Diagnostic told = Assert.ThrowsExactly<DiagnosticException>(() => Import(model, Described(ScaledSwishText(), softmax))).Diagnostics.Single();
        Assert.AreEqual("EAI9034", told.Code);
        Assert.Contains("it is elementWise, but", told.Message);
        Import(model, Described(ScaledSwishText().Replace("\"elementWise\": true,", "", StringComparison.Ordinal), softmax));
    }

    [TestMethod]
    public void Formulas_that_cannot_be_worked_out_are_told()
    {
        UserOperator described = Described(ScaledSwishText().Replace("\"count\": \"x_elements\", \"alpha\"", "\"count\": \"z_elements\", \"alpha\"", StringComparison.Ordinal), CustomModels.ScaledSwish());
        Diagnostic told = Assert.ThrowsExactly<DiagnosticException>(
            () => Compile(CustomModels.OneNode("ScaledSwish", [[2, 3]], 1).Bytes, described, QuantizationScheme.Float32)).Diagnostics.Single();
        Assert.AreEqual("EAI9034", told.Code);
        Assert.Contains("'z_elements'", told.Message);
    }

    private static UserOperator ScaledSwish() =>
        UserOperatorReader.Read(CustomModels.Assets, "p.csproj", Path.Combine("scaled-swish", "scaled_swish.operator.json"));

    private static string ScaledSwishText() =>
        File.ReadAllText(Path.Combine(CustomModels.Assets, "scaled-swish", "scaled_swish.operator.json")).Replace("scaled_swish.onnx", "reference.onnx", StringComparison.Ordinal)
            .Replace("scaled_swish.h", "own.h", StringComparison.Ordinal).Replace("scaled_swish.c\"", "own.c\"", StringComparison.Ordinal);

    private UserOperator Described(string json, byte[] reference)
    {
        File.WriteAllText(Path.Combine(_folder, "own.operator.json"), json);
        File.WriteAllBytes(Path.Combine(_folder, "reference.onnx"), reference);
        File.WriteAllText(Path.Combine(_folder, "own.h"), "\n");
        File.WriteAllText(Path.Combine(_folder, "own.c"), "#include \"own.h\"\n");
        return UserOperatorReader.Read(_folder, "p.csproj", "own.operator.json");
    }

    private static ImportRequest Request(byte[] model, UserOperator described, string path = "models/model.onnx") =>
        new("model", path, model, ImmutableSortedDictionary<string, Shape>.Empty, _ => null) { Operators = new CustomOperatorSet([described.Operator]) };

    private static Graph Import(byte[] model, UserOperator described, string path = "models/model.onnx") =>
        ImportStage.Run(Request(model, described, path), [], CancellationToken.None).Graph;

    private static (PlannedModel Planned, FirmwareSources Firmware) Compile(byte[] model, UserOperator described, QuantizationScheme scheme)
    {
        var settings = new ModelSettings { Name = "model", Quantization = scheme, Operators = [described] };
        ImportedModel imported = ImportStage.Run(Request(model, described), [], CancellationToken.None);
        TargetDescription target = TargetCatalog.Get("cortex-m4");
        QuantizedModel quantized = QuantizeStage.Run(imported, settings, [], CancellationToken.None);
        PlannedModel planned = PlanStage.Run(ModelFile.ReadQuantized(ModelFile.Write(quantized)), target, settings, [], CancellationToken.None);
        planned = ModelFile.ReadPlanned(ModelFile.Write(planned));
        return (planned, GenerateStage.Run(PlanStage.Combine(target, [planned], []), [], CancellationToken.None));
    }

    private static float[] Run(Graph graph, float[] x)
    {
        var executor = new GraphExecutor(graph);
        executor.SetInput(0, MemoryMarshal.AsBytes<float>(x));
        executor.Run();
        return MemoryMarshal.Cast<byte, float>(executor.Output(0)).ToArray();
    }
}
