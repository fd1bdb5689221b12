using System.Collections.Immutable;
using System.IO.Compression;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Quantization;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Simulator.Tests;

/// <summary>What a simulation tells of values that are not as expected: the first tensor that differs and the step that made it, or that no step did.</summary>
[TestClass]
public sealed class DivergenceReportTests
{
    private const string Model = "tiny-dense.onnx";

    private readonly string _folder = Directory.CreateTempSubdirectory("edgeai-divergence-").FullName;
    private readonly List<Diagnostic> _said = [];

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Nothing_is_looked_for_where_outputs_are_as_expected()
    {
        Expect(outputs: _ => { });
        SimulationResult result = Run(Request(QuantizationScheme.Float32));
        Assert.IsNull(result.Divergence);
        Assert.IsEmpty(result.Arrays);
        Assert.IsFalse(_said.Exists(one => one.Code.StartsWith("EAI50", StringComparison.Ordinal)), string.Join('\n', _said));
    }

    [TestMethod]
    [DataRow(QuantizationScheme.Float32)]
    [DataRow(QuantizationScheme.Int8)]
    public void Wrong_expected_outputs_are_told_apart_from_wrong_passes(QuantizationScheme scheme)
    {
        Expect(outputs: cases => cases[1][2] += 0.25f);
        SimulationResult result = Run(Request(scheme));
        DivergenceFigures divergence = result.Divergence!;
        Assert.IsNull(divergence.First);
        Assert.AreEqual(1, divergence.Case);
        Assert.IsGreaterThan(2, divergence.Compared);
        Assert.AreEqual((1, "[0,2]"), (divergence.Output!.Case, divergence.Output.Place));
        Assert.AreEqual(0.25, divergence.Output.Expected!.Value - divergence.Output.Actual!.Value, 1e-5);
        string message = _said.Single(one => one.Code == "EAI5005").Message;
        Assert.Contains("differs from the graph as the file writes it", message);
        Assert.Contains("in 1 of 4 cases", message);
        Assert.AreEqual(scheme == QuantizationScheme.Int8, message.Contains("still in float", StringComparison.Ordinal), message);
        Assert.AreEqual(scheme == QuantizationScheme.Int8 ? 0 : 1, result.Engines[0].Mismatches);
        Assert.AreEqual(SimulateStage.ToJson(result), SimulateStage.ToJson(SimulateStage.FromJson(SimulateStage.ToJson(result))));
    }

    [TestMethod]
    public void The_tensor_is_named_where_the_graph_that_runs_computes_something_else()
    {
        Expect(outputs: _ => { });
        SimulationRequest request = Request(QuantizationScheme.Float32);
        Node layer = request.Planned.Quantized.Graph.Nodes.First(node => node.Inputs.Count > 1 && node.Input(1).IsConstant);
        Tensor weights = layer.Input(1);
        float[] wrong = [.. weights.Values<float>().ToArray().Select(value => value + 1)];
        layer.Inputs[1] = Tensor.FromValues<float>(weights.Name, weights.Type, weights.Shape, wrong);
        SimulationResult result = Run(request);
        FirstDifference first = result.Divergence!.First!;
        Assert.AreEqual("quantization", first.Stage);
        Assert.AreEqual(("kept/expected.npy", "kept/actual.npy"), (first.ExpectedFile, first.ActualFile));
        CollectionAssert.AreEqual(new[] { "expected.npy", "actual.npy" }, result.Arrays.Select(array => array.Name).ToArray());
        float[][] arrays = [.. result.Arrays.Select(array => NpyFormat.Read(array.Bytes).ToSingles())];
        Assert.AreEqual(first.LargestError!.Value, arrays[0].Zip(arrays[1]).Max(pair => Math.Abs(pair.First - pair.Second)), 1e-6);
        Assert.Contains($"is '{first.Tensor}', made by", _said.Single(one => one.Code == "EAI5005").Message);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_reference_names_the_first_wrong_tensor(bool withInputs)
    {
        Expect(outputs: _ => { });
        Graph graph = AsWritten();
        Dictionary<string, float[]> values = Values(graph);
        string wrong = graph.Nodes[1].Output.Name;
        values[wrong][0] += 1;
        string reference = Reference(graph, values.Where(value => withInputs || value.Key != graph.Inputs[0].Name));
        SimulationResult result = Run(Request(QuantizationScheme.Float32, reference));
        Assert.AreEqual(("import", wrong), (result.Divergence!.First!.Stage, result.Divergence.First.Tensor));
        Assert.AreEqual(withInputs ? null : 0, result.Divergence.Case);
        Assert.AreEqual("reference.npz", result.Divergence.Reference);
        Assert.Contains("from 'reference.npz' is '" + wrong, _said.Single(one => one.Code == "EAI5014").Message);
        Assert.IsFalse(_said.Exists(one => one.Code == "EAI5005"));
    }

    [TestMethod]
    public void A_right_reference_says_so_and_needs_no_test_data_when_it_holds_the_inputs()
    {
        Graph graph = AsWritten();
        SimulationRequest request = Request(QuantizationScheme.Int8, Reference(graph, Values(graph)));
        SimulationResult result = Run(request with { Settings = request.Settings with { TestData = null } });
        Assert.IsNull(result.Divergence!.First);
        Assert.IsGreaterThan(2, result.Divergence.Compared);
        Assert.IsFalse(_said.Exists(one => one.Code is "EAI5014" or "EAI5005" or "EAI5016"));
    }

    [TestMethod]
    public void Arrays_of_a_reference_that_fit_nothing_are_told()
    {
        Expect(outputs: _ => { });
        Graph graph = AsWritten();
        Dictionary<string, float[]> values = Values(graph);
        string cut = graph.Nodes[1].Output.Name;
        values["elsewhere"] = [1, 2];
        values[cut] = values[cut][1..];
        SimulationResult result = Run(Request(QuantizationScheme.Float32, Reference(graph, values)));
        Assert.IsNull(result.Divergence!.First);
        string message = _said.Single(one => one.Code == "EAI5016").Message;
        Assert.Contains("2 in number", message);
        Assert.Contains("'elsewhere' (no tensor has this name)", message);
        Assert.Contains($"'{cut}' (shape [{values[cut].Length}], and the tensor has {graph.Nodes[1].Output.Shape})", message);
    }

    [TestMethod]
    public void A_reference_of_no_use_is_a_coded_error()
    {
        Graph graph = AsWritten();
        Expect(outputs: _ => { });
        Refuses("EAI5015", Request(QuantizationScheme.Float32, Reference(graph, [new("elsewhere", [1, 2])])));
        SimulationRequest without = Request(QuantizationScheme.Float32, Reference(graph, [new(graph.Outputs[0].Name, Values(graph)[graph.Outputs[0].Name])]));
        Refuses("EAI5015", without with { Settings = without.Settings with { TestData = null } });
        File.WriteAllText(Path.Combine(_folder, "reference.npz"), "no archive");
        Refuses("EAI2102", without);
    }

    private void Refuses(string code, SimulationRequest request) => Assert.AreEqual(code, Assert.Throws<DiagnosticException>(() => Run(request)).Diagnostics.Single().Code);

    private SimulationResult Run(SimulationRequest request) => SimulateStage.Run(request, _said, CancellationToken.None);

    private static Graph AsWritten() => ImportStage.ReadAsWritten(Import(), CancellationToken.None);

    private static ImportRequest Import() => new("tiny", Model, File.ReadAllBytes(Path.Combine(Assets(), Model)), ImmutableSortedDictionary<string, Shape>.Empty, _ => null);

    private SimulationRequest Request(QuantizationScheme scheme, string? reference = null)
    {
        var settings = new ModelSettings
        {
            Name = "tiny",
            ProjectFolder = _folder,
            Quantization = scheme,
            CalibrationData = Path.Combine(Assets(), "tiny-dense.calibration.npy"),
            TestData = Path.Combine(_folder, "test"),
            TestReference = reference,
        };
        ImportedModel imported = ImportStage.Run(Import(), [], CancellationToken.None);
        QuantizedModel quantized = QuantizeStage.Run(imported, settings, [], CancellationToken.None);
        PlannedModel planned = PlanStage.Run(quantized, TargetCatalog.Get("host"), settings, [], CancellationToken.None);
        FirmwareSources firmware = GenerateStage.Run(PlanStage.Combine(planned.Target, [planned], []), [], CancellationToken.None);
        return new(imported, planned, firmware, settings, SimulationLevel.Managed, Toolchain.None, _folder) { ReadModel = Import, ArrayPrefix = "kept/" };
    }

    /// <summary>Test data of four cases whose expected outputs are the model's own, changed.</summary>
    private void Expect(Action<float[][]> outputs)
    {
        Graph graph = AsWritten();
        ImmutableArray<TestCase> cases = [.. SyntheticInputs.Make(graph, 4)];
        float[][] expected = [.. cases.Select(test => Values(graph, test)[graph.Outputs[0].Name])];
        outputs(expected);
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "test")).FullName;
        Write("input_0.npy", graph.Inputs[0].Shape, [.. cases.SelectMany(test => BorderValues.Singles(test.Inputs[0]).ToArray())]);
        Write("output_0.npy", graph.Outputs[0].Shape, [.. expected.SelectMany(values => values)]);

        void Write(string name, Shape shape, float[] values) => File.WriteAllBytes(
            Path.Combine(folder, name), NpyFormat.Write(FirstDivergence.Floats(new Shape([4, .. shape.Extents.Skip(1)]), values)));
    }

    private static Dictionary<string, float[]> Values(Graph graph) => Values(graph, SyntheticInputs.Make(graph, 4)[0]);

    private static Dictionary<string, float[]> Values(Graph graph, TestCase test)
    {
        var executor = new GraphExecutor(graph);
        executor.SetInput(0, test.Inputs[0].Span);
        var values = new Dictionary<string, float[]> { [graph.Inputs[0].Name] = BorderValues.Singles(test.Inputs[0]).ToArray() };
        executor.Observer = (tensor, bytes) => values[tensor.Name] = BorderValues.Singles(bytes).ToArray();
        executor.Run();
        return values;
    }

    private string Reference(Graph graph, IEnumerable<KeyValuePair<string, float[]>> values)
    {
        string path = Path.Combine(_folder, "reference.npz");
        File.Delete(path);
        Dictionary<string, Shape> shapes = graph.Tensors().ToDictionary(tensor => tensor.Name, tensor => tensor.Shape);
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach ((string name, float[] array) in values)
        {
            using Stream entry = archive.CreateEntry(name + ".npy").Open();
            entry.Write(NpyFormat.Write(FirstDivergence.Floats(shapes.TryGetValue(name, out Shape shape) && shape.ElementCount == array.Length ? shape : new Shape(array.Length), array)));
        }

        return path;
    }

    private static string Assets()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "EdgeAI.Sdk.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return Path.Combine(folder, "tests", "Assets");
    }
}
