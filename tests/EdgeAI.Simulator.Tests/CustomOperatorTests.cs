using System.Collections.Immutable;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Linking;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Custom;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

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
        Assert.Contains("no luck", told.Message);
    }

    [TestMethod]
    public void Without_a_compiler_the_build_warns()
    {
        Simulate(QuantizationScheme.Float32, (_, text) => text, out _, out List<Diagnostic> told, Toolchain.None);
        Assert.Contains("'scaled_swish'", told.Single(diagnostic => diagnostic.Code == "EAI5013").Message);
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

        UserOperator described = UserOperatorReader.Read(_folder, "p.csproj", "scaled_swish.operator.json");
        var settings = new ModelSettings { Name = "tiny", Quantization = scheme, Operators = [described], ProjectFolder = _folder };
        ImportedModel Import() => ImportStage.Run(
            new ImportRequest("tiny", "tiny-custom.onnx", File.ReadAllBytes(Path.Combine(assets, "tiny-custom.onnx")), ImmutableSortedDictionary<string, Shape>.Empty, _ => null)
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
