using System.Collections.Immutable;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Import.Onnx.Schema;
using EdgeAI.Compiler.Linking;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Custom;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;
using EdgeAI.Compiler.Tests.Import.Onnx;
using EdgeAI.Compiler.Tests.Operators.Custom;

namespace EdgeAI.Simulator.Tests;

/// <summary>An operator of the user's: its C is compared with its reference before the model runs, and then runs in every engine.</summary>
[TestClass]
public sealed class CustomOperatorTests
{
    private static readonly Toolchain Tools = Toolchain.Find(Environment.GetEnvironmentVariable("PATH"));

    private readonly string _folder = Directory.CreateTempSubdirectory("edgeai-operator-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(QuantizationScheme.Int8, "scaled_swish_s8")]
    [DataRow(QuantizationScheme.Float32, "scaled_swish_f32")]
    public void A_right_kernel_runs_in_every_engine(QuantizationScheme scheme, string kernel)
    {
        SimulationResult result = Simulate(scheme, (_, text) => text, out PlannedModel planned, out _);
        Assert.AreEqual(kernel, planned.Quantized.Graph.Nodes.Single(node => node.Operator == "scaled_swish").Kernel);
        Assert.IsTrue(result.Engines.All(engine => engine.Mismatches == 0));
        CollectionAssert.AreEqual(
            new[] { "managed", Tools.HostCompiler is null ? "" : "host", Tools.ArmCompiler is null || Tools.ArmEmulator is null ? "" : "qemu" }.Where(name => name.Length > 0).ToArray(),
            result.Engines.Select(engine => engine.Engine).ToArray());
    }

    [TestMethod]
    [DataRow(QuantizationScheme.Int16x8, ElementType.Int16, "scaled_swish_s16")]
    [DataRow(QuantizationScheme.Int8, ElementType.Float32, "scaled_swish_f32")]
    public void An_int16_kernel_serves_models_of_int16(QuantizationScheme scheme, ElementType type, string kernel)
    {
        SimulationResult result = Simulate(
            scheme, (_, text) => text.Replace("scaled_swish_s8", "scaled_swish_s16", StringComparison.Ordinal).Replace("int8", "int16", StringComparison.Ordinal)
                .Replace("-128.0f", "-32768.0f", StringComparison.Ordinal).Replace("127.0f", "32767.0f", StringComparison.Ordinal)
                .Replace("\"elementWise\": true,", "\"elementWise\": true, \"steps\": 1,", StringComparison.Ordinal),
            out PlannedModel planned, out _);
        Node node = planned.Quantized.Graph.Nodes.Single(node => node.Operator == "scaled_swish");
        Assert.AreEqual((type, kernel), (node.Output.Type, node.Kernel));
        Assert.IsTrue(result.Engines.All(engine => engine.Mismatches == 0));
    }

    [TestMethod]
    [DataRow("alone")]
    [DataRow("on constants")]
    [DataRow("between conversions")]
    [DataRow("in a branch")]
    [DataRow("twice, one unread")]
    public void Nodes_in_odd_places(string place)
    {
        NodeProto Own(string x, string y)
        {
            NodeProto own = OnnxModels.MakeNode("ScaledSwish", [x], [y]);
            own.Domain = CustomModels.Domain;
            return own;
        }

        var model = new OnnxModels();
        model.Input("x", 1, 3, 5);
        QuantizationScheme scheme = QuantizationScheme.Float32;
        int left = 1;
        switch (place)
        {
            case "alone":
                model.Model.Graph.Node.Add(Own("x", "y"));
                break;
            case "on constants":
                model.Constant("c", [5], 1, 2, 3, 4, 5);
                model.Model.Graph.Node.Add(Own("c", "s"));
                model.Node("Add", ["x", "s"], ["y"]);
                left = 0;
                break;
            case "between conversions":
                scheme = QuantizationScheme.Default;
                model.Constant("a", [], 0.05f).Constant("b", [], 0.03f);
                foreach ((string name, int value) in new[] { ("az", 120), ("bz", 20) })
                {
                    var zero = new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Uint8 };
                    zero.Int32Data.Add(value);
                    model.Initializer(zero);
                }

                model.Node("QuantizeLinear", ["x", "a", "az"], ["q"]).Node("DequantizeLinear", ["q", "a", "az"], ["d"]);
                model.Model.Graph.Node.Add(Own("d", "s"));
                model.Node("QuantizeLinear", ["s", "b", "bz"], ["r"]).Node("DequantizeLinear", ["r", "b", "bz"], ["y"]);
                break;
            case "in a branch":
                var yes = new TensorProto { Name = "yes", DataType = (int)TensorProto.Types.DataType.Bool };
                yes.Int32Data.Add(1);
                model.Initializer(yes);
                var then = new GraphProto { Name = "then", Node = { Own("x", "t") }, Output = { new ValueInfoProto { Name = "t" } } };
                var otherwise = new GraphProto { Name = "otherwise", Node = { OnnxModels.MakeNode("Neg", ["x"], ["e"]) }, Output = { new ValueInfoProto { Name = "e" } } };
                model.Node("If", ["yes"], ["y"],
                    new AttributeProto { Name = "then_branch", Type = AttributeProto.Types.AttributeType.Graph, G = then },
                    new AttributeProto { Name = "else_branch", Type = AttributeProto.Types.AttributeType.Graph, G = otherwise });
                break;
            default:
                model.Model.Graph.Node.Add(Own("x", "y"));
                model.Model.Graph.Node.Add(Own("y", "unread"));
                break;
        }

        SimulationResult result = Simulate(
            UserOperatorReader.Read(CustomModels.Assets, "p.csproj", "scaled-swish/scaled_swish.operator.json"), "tiny.onnx", model.Output("y").Bytes, scheme, out PlannedModel planned, out _);
        Node[] nodes = [.. planned.Quantized.Graph.Nodes.Where(node => node.Operator == "scaled_swish")];
        Assert.HasCount(left, nodes, ModelText.Write(planned.Quantized.Graph).Text);
        Assert.IsTrue(result.Engines.All(engine => engine.Mismatches == 0));
        Assert.IsTrue(place != "between conversions" || nodes[0].Kernel == "scaled_swish_s8", ModelText.Write(planned.Quantized.Graph).Text);
    }

    [TestMethod]
    public void Element_wise_operators_run_row_by_row()
    {
        var random = new Random(3);
        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - 0.5f)];
        var model = new OnnxModels();
        model.Input("x", 1, 1, 16, 16).Constant("w", [8, 1, 3, 3], Values(72)).Constant("v", [2, 8, 3, 3], Values(144));
        model.Node("Conv", ["x", "w"], ["c"], OnnxModels.Ints("pads", 1, 1, 1, 1));
        NodeProto own = OnnxModels.MakeNode("ScaledSwish", ["c"], ["s"], OnnxModels.Float("alpha", 1.5f));
        own.Domain = CustomModels.Domain;
        model.Model.Graph.Node.Add(own);
        model.Node("Conv", ["s", "v"], ["y"], OnnxModels.Ints("strides", 4, 4)).Output("y");
        SimulationResult result = Simulate(
            UserOperatorReader.Read(CustomModels.Assets, "p.csproj", "scaled-swish/scaled_swish.operator.json"), "tiny.onnx", model.Bytes, QuantizationScheme.Int8,
            out PlannedModel planned, out _, sramBytes: 2000);
        Node node = planned.Quantized.Graph.Nodes.Single(node => node.Operator == "scaled_swish");
        int step = planned.Quantized.Graph.Nodes.IndexOf(node);
        Assert.IsTrue(planned.Plan.Streams.Any(stream => stream.FirstStep <= step && step <= stream.LastStep));
        Assert.IsTrue(result.Engines.All(engine => engine.Mismatches == 0));
    }

    [TestMethod]
    public void Float_kernels_run_inside_integer_models()
    {
        SimulationResult result = Simulate(
            QuantizationScheme.Int8, (name, text) => name.EndsWith(".json", StringComparison.Ordinal) ? text[..text.IndexOf(",\n    {\n      \"function\": \"scaled_swish_s8\"", StringComparison.Ordinal)] + "]}" : text,
            out PlannedModel planned, out _);
        Assert.AreEqual(ElementType.Float32, planned.Quantized.Graph.Nodes.Single(node => node.Operator == "scaled_swish").Output.Type);
        Assert.IsTrue(result.Engines.All(engine => engine.Mismatches == 0));
    }

    [TestMethod]
    [DataRow("y[i] = swish(x[i], p->alpha)", "y[i] = swish(x[i], p->alpha + 0.01f)", QuantizationScheme.Float32, DisplayName = "wrong number")]
    [DataRow("i < p->count; i++) {\n        y", "i < p->count && i < 144; i++) {\n        y", QuantizationScheme.Float32, DisplayName = "wrong for other shapes only")]
    [DataRow("y[i] = swish(x[i], p->alpha)", "y[i] = x[i] > -20.0f ? swish(x[i], p->alpha) : -1.0f", QuantizationScheme.Float32, DisplayName = "wrong at an edge only")]
    [DataRow("roundf", "floorf", QuantizationScheme.Int8, DisplayName = "wrong rounding")]
    public void A_wrong_kernel_is_told_with_the_operands(string right, string wrong, QuantizationScheme scheme)
    {
        if (Tools.HostCompiler is null)
        {
            Console.WriteLine("ran without a C compiler");
            return;
        }

        Diagnostic told = Assert.ThrowsExactly<DiagnosticException>(() => Simulate(
            scheme, (name, text) => name.EndsWith(".c", StringComparison.Ordinal) ? Replaced(text, right, wrong) : text, out _, out _)).Diagnostics.Single();
        Assert.AreEqual("EAI5011", told.Code);
        string function = scheme == QuantizationScheme.Int8 ? "scaled_swish_s8" : "scaled_swish_f32";
        Assert.Contains($"Function '{function}'", told.Message);
        string place = Path.Combine(_folder, "evidence", function);
        NumericArray x = NpyFormat.Read(File.ReadAllBytes(Path.Combine(place, "input_0.npy")));
        NumericArray expected = NpyFormat.Read(File.ReadAllBytes(Path.Combine(place, "expected_0.npy")));
        NumericArray actual = NpyFormat.Read(File.ReadAllBytes(Path.Combine(place, "actual_0.npy")));
        Assert.AreEqual(x.Shape, expected.Shape);
        Assert.IsTrue(Enumerable.Range(0, (int)x.Shape.ElementCount).Any(i => expected.ValueAt(i) != actual.ValueAt(i)));
    }

    [TestMethod]
    public void A_kernel_that_does_not_come_back_is_told_with_the_operands()
    {
        if (Tools.HostCompiler is null)
        {
            Console.WriteLine("ran without a C compiler");
            return;
        }

        // Only at the edges 20 among the inputs.
        Diagnostic told = Assert.ThrowsExactly<DiagnosticException>(() => Simulate(
            QuantizationScheme.Float32, (name, text) => name.EndsWith(".c", StringComparison.Ordinal)
                ? Replaced(text, "y[i] = swish(x[i], p->alpha)", "y[i] = x[i] > 15.0f ? *(volatile const float *)8 : swish(x[i], p->alpha)") : text, out _, out _)).Diagnostics.Single();
        Assert.AreEqual("EAI5011", told.Code);
        Assert.Contains("does not come back", told.Message);
        Assert.DoesNotContain("report it", told.Message);
        string place = Path.Combine(_folder, "evidence", "scaled_swish_f32");
        float[] x = NpyFormat.Read(File.ReadAllBytes(Path.Combine(place, "input_0.npy"))).ToSingles();
        Assert.IsTrue(x.Any(value => value > 15), "the case that crashes");
        Assert.HasCount(x.Length, NpyFormat.Read(File.ReadAllBytes(Path.Combine(place, "expected_0.npy"))).ToSingles());
        Assert.IsFalse(File.Exists(Path.Combine(place, "actual_0.npy")));
    }

    [TestMethod]
    public void The_node_is_named_for_which_a_kernel_is_wrong()
    {
        if (Tools.HostCompiler is null)
        {
            Console.WriteLine("ran without a C compiler");
            return;
        }

        var model = new OnnxModels();
        model.Input("v0", 1, 24);
        for (int i = 0; i < 20; i++)
        {
            NodeProto own = OnnxModels.MakeNode("ScaledSwish", [$"v{i}"], [$"v{i + 1}"], OnnxModels.Float("alpha", 1 + (i / 8f)));
            (own.Domain, own.Name) = (CustomModels.Domain, $"node{i}");
            model.Model.Graph.Node.Add(own);
        }

        model.Output("v20");
        foreach (string name in new[] { "scaled_swish.operator.json", "scaled_swish.h", "scaled_swish.c", "scaled_swish.onnx" })
        {
            File.Copy(Path.Combine(CustomModels.Assets, "scaled-swish", name), Path.Combine(_folder, name));
        }

        string source = Path.Combine(_folder, "scaled_swish.c");
        File.WriteAllText(source, Replaced(File.ReadAllText(source), "return x * ", "return (alpha > 2.9f ? 1.001f : 1.0f) * x * "));
        UserOperator described = UserOperatorReader.Read(_folder, "p.csproj", "scaled_swish.operator.json");
        Diagnostic told = Assert.ThrowsExactly<DiagnosticException>(
            () => Simulate(described, "tiny.onnx", model.Bytes, QuantizationScheme.Float32, out _, out _)).Diagnostics.Single();
        Assert.AreEqual("EAI5011", told.Code);
        Assert.Contains("for node 'node16'", told.Message);
    }

    [TestMethod]
    public void A_kernel_that_does_not_compile_is_told_with_the_compilers_line()
    {
        if (Tools.HostCompiler is null)
        {
            Console.WriteLine("ran without a C compiler");
            return;
        }

        Diagnostic told = Assert.ThrowsExactly<DiagnosticException>(() => Simulate(
            QuantizationScheme.Float32, (name, text) => name.EndsWith(".c", StringComparison.Ordinal) ? Replaced(text, "expf(", "expq_(") + "\n#error no luck\n" : text, out _, out _)).Diagnostics.Single();
        Assert.AreEqual("EAI5012", told.Code);
        Assert.Contains("reference: scaled_swish.c:", told.Message);
        Assert.Contains("no luck", told.Message);
    }

    [TestMethod]
    public void Without_a_compiler_the_build_warns()
    {
        Simulate(QuantizationScheme.Float32, (_, text) => text, out _, out List<Diagnostic> told, Toolchain.None);
        Assert.Contains("'scaled_swish'", told.Single(diagnostic => diagnostic.Code == "EAI5013").Message);
    }

    /// <summary>Two results, a constant and an optional operand, working memory, a list of extents; a graph as reference; rows apart, so in no order of axes of ours.</summary>
    [TestMethod]
    [DataRow(QuantizationScheme.Float32, true)]
    [DataRow(QuantizationScheme.Float32, false)]
    [DataRow(QuantizationScheme.Int8, true)]
    public void Several_results_and_all_kinds_of_operands(QuantizationScheme scheme, bool withOffset)
    {
        // low, high = min(x, w · gain + offset), max(x, w · gain + offset), by rows of x.
        AttributeProto gain = new() { Name = "value_float", Type = AttributeProto.Types.AttributeType.Float, RefAttrName = "gain" };
        byte[] reference = CustomModels.Function("SplitBy", ["x", "w", "offset"], ["low", "high"], ["gain"],
            OnnxModels.MakeNode("Constant", [], ["g"], gain), OnnxModels.MakeNode("Mul", ["w", "g"], ["wg"]), OnnxModels.MakeNode("Sum", withOffset ? ["wg", "offset"] : ["wg"], ["level"]),
            OnnxModels.MakeNode("Min", ["x", "level"], ["low"]), OnnxModels.MakeNode("Max", ["x", "level"], ["high"]));
        var model = new OnnxModels();
        model.Input("x", 1, 4, 6).Constant("w", [6], 0.5f, -1, 0, 0.25f, 2, -0.5f);
        NodeProto own = OnnxModels.MakeNode("SplitBy", withOffset ? ["r", "w", "r6"] : ["r", "w"], ["low", "high"], OnnxModels.Float("gain", 0.75f));
        own.Domain = CustomModels.Domain;
        model.Node("LeakyRelu", ["x"], ["r"]).Node("ReduceMean", ["r"], ["r6"], OnnxModels.Ints("axes", 0, 1), OnnxModels.Int("keepdims", 0));
        model.Model.Graph.Node.Add(own);
        model.Node("Neg", ["high"], ["z"]).Output("low").Output("z");
        File.WriteAllBytes(Path.Combine(_folder, "reference.onnx"), reference);
        File.WriteAllText(Path.Combine(_folder, "own.operator.json"), """
            {
              "name": "split_by", "onnx": { "domain": "com.example", "operator": "SplitBy" },
              "inputs": ["x", { "name": "w", "rank": 1, "constant": true }, { "name": "offset", "optional": true }], "outputs": ["low", { "name": "high", "shape": ["x_dim0", "x_dim1", "x_last"] }],
              "attributes": [{ "name": "gain", "type": "float" }], "reference": "reference.onnx", "header": "own.h", "sources": ["own.c"],
              "kernels": [{ "function": "split_by", "inputs": ["float32", "float32", "float32"], "scratchBytes": "4 * x_last",
                            "parameters": { "rows": "x_elements / x_last", "last": "x_last", "gain": "gain", "dims": "x_dims", "rank": "x_rank" } }]
            }
            """);
        File.WriteAllText(Path.Combine(_folder, "own.h"), """
            #include <stdint.h>
            typedef struct { int32_t rows; int32_t last; float gain; const int32_t *dims; int32_t rank; } split_by_params;
            void split_by(const split_by_params *p, const float *x, const float *w, const float *offset, float *low, float *high, void *scratch);

            """);
        File.WriteAllText(Path.Combine(_folder, "own.c"), """
            #include "own.h"
            void split_by(const split_by_params *p, const float *x, const float *w, const float *offset, float *low, float *high, void *scratch)
            {
                float *level = (float *)scratch;
                if (p->rank != 3 || p->dims[2] != p->last) return;
                for (int32_t i = 0; i < p->last; i++) level[i] = w[i] * p->gain + (offset ? offset[i] : 0.0f);
                for (int32_t i = 0; i < p->rows * p->last; i++) {
                    const float l = level[i % p->last];
                    low[i] = x[i] < l ? x[i] : l;
                    high[i] = x[i] < l ? l : x[i];
                }
            }
            """);
        SimulationResult result = Simulate(UserOperatorReader.Read(_folder, "p.csproj", "own.operator.json"), "tiny.onnx", model.Bytes, scheme, out PlannedModel planned, out _);
        Assert.AreEqual("split_by", planned.Quantized.Graph.Nodes.Single(node => node.Operator == "split_by").Kernel);
        Assert.IsTrue(result.Engines.All(engine => engine.Mismatches == 0));
    }

    private static string Replaced(string text, string old, string replacement)
    {
        Assert.Contains(old, text);
        return text.Replace(old, replacement, StringComparison.Ordinal);
    }

    private SimulationResult Simulate(
        QuantizationScheme scheme, Func<string, string, string> edit, out PlannedModel planned, out List<Diagnostic> diagnostics, Toolchain? tools = null)
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "EdgeAI.Sdk.sln")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        string assets = Path.Combine(root, "tests", "Assets");
        foreach (string file in Directory.GetFiles(Path.Combine(assets, "scaled-swish")))
        {
            string name = Path.GetFileName(file);
            if (name.EndsWith(".onnx", StringComparison.Ordinal))
            {
                File.Copy(file, Path.Combine(_folder, name), overwrite: true);
            }
            else
            {
                File.WriteAllText(Path.Combine(_folder, name), edit(name, File.ReadAllText(file)));
            }
        }

        return Simulate(
            UserOperatorReader.Read(_folder, "p.csproj", "scaled_swish.operator.json"), "tiny-custom.onnx", File.ReadAllBytes(Path.Combine(assets, "tiny-custom.onnx")), scheme,
            out planned, out diagnostics, tools);
    }

    private SimulationResult Simulate(
        UserOperator described, string path, byte[] model, QuantizationScheme scheme, out PlannedModel planned, out List<Diagnostic> diagnostics, Toolchain? tools = null,
        long? sramBytes = null)
    {
        var settings = new ModelSettings { Name = "tiny", Quantization = scheme, Operators = [described], ProjectFolder = _folder, Budgets = Budgets.None with { SramBytes = sramBytes } };
        ImportedModel Import() => ImportStage.Run(
            new ImportRequest("tiny", path, model, ImmutableSortedDictionary<string, Shape>.Empty, _ => null)
            {
                Operators = settings.OperatorSet,
            },
            [], CancellationToken.None);
        TargetDescription target = TargetCatalog.Get("cortex-m4");
        planned = PlanStage.Run(QuantizeStage.Run(Import(), settings, [], CancellationToken.None), target, settings, [], CancellationToken.None);
        FirmwareSources firmware = GenerateStage.Run(PlanStage.Combine(target, [planned], []), [], CancellationToken.None);
        string work = Directory.CreateDirectory(Path.Combine(_folder, "work")).FullName;
        diagnostics = [];
        return SimulateStage.Run(
            new SimulationRequest(Import(), planned, firmware, settings, SimulationLevel.Available, tools ?? Tools, work) { EvidenceFolder = Path.Combine(_folder, "evidence") },
            diagnostics, CancellationToken.None);
    }
}
