using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Simulator.Tests;

/// <summary>The engines on a small int8 model of the test assets: they agree, and a library that was tampered with is found out.</summary>
[TestClass]
public sealed class SimulationTests
{
    private static readonly Toolchain Tools = Toolchain.Find(Environment.GetEnvironmentVariable("PATH"));

    private readonly string _folder = Directory.CreateTempSubdirectory("edgeai-simulation-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Every_engine_the_machine_has_agrees_with_the_test_data()
    {
        SimulationResult result = SimulateStage.Run(Request(Tools), [], CancellationToken.None);
        Console.WriteLine(SimulateStage.ToJson(result));
        Assert.AreEqual("managed", result.Engines[0].Engine);
        Assert.AreEqual(3, result.Engines.Length + result.Skipped.Length);
        Assert.IsTrue(result.Engines.All(run => run.Mismatches == 0 && run.Cases > 0));
        if (result.Engines.Any(run => run.Engine == "qemu"))
        {
            Assert.IsGreaterThan(0, result.Instructions!.Value);
            Assert.IsGreaterThan(0, result.Elf!.CodeBytes);
            Assert.IsLessThan(1024, result.Elf.StackBytes!.Value);
            Assert.AreEqual(0, result.Elf.StaticBytes);
        }

        Assert.AreEqual(SimulateStage.ToJson(result), SimulateStage.ToJson(SimulateStage.FromJson(SimulateStage.ToJson(result))));
    }

    [TestMethod]
    public void Two_simulations_give_the_same_bytes()
    {
        string first = SimulateStage.ToJson(SimulateStage.Run(Request(Tools), [], CancellationToken.None));
        Assert.AreEqual(first, SimulateStage.ToJson(SimulateStage.Run(Request(Tools), [], CancellationToken.None)));
    }

    [TestMethod]
    public void A_layer_that_computes_something_else_is_named()
    {
        if (Tools.HostCompiler is null)
        {
            Console.WriteLine("ran without a C compiler");
            return;
        }

        SimulationRequest request = Request(Tools);
        Node softmax = request.Planned.Quantized.Graph.Nodes.First(node => node.Operator == "Softmax");
        SourceFile kernel = request.Firmware.Files.First(file => file.Path == "edgeai_softmax_s8.c");
        int end = kernel.Text.LastIndexOf('}');
        string tampered = kernel.Text[..end] + "    y[-1] = (int8_t)(y[-1] ^ 0x40);\n}\n";
        request = request with { Firmware = request.Firmware with { Files = request.Firmware.Files.Replace(kernel, kernel with { Text = tampered }) } };
        var error = Assert.Throws<DiagnosticException>(() => SimulateStage.Run(request, [], CancellationToken.None));
        Assert.AreEqual("EAI5002", error.Diagnostics[0].Code, error.Message);
        Assert.Contains($"'{softmax.Source}' (Softmax)", error.Message);
    }

    [TestMethod]
    public void A_library_that_does_not_compile_is_a_coded_error()
    {
        if (Tools.HostCompiler is null)
        {
            Console.WriteLine("ran without a C compiler");
            return;
        }

        SimulationRequest request = Request(Tools);
        SourceFile file = request.Firmware.Files.First(source => source.Path.EndsWith(".c", StringComparison.Ordinal));
        request = request with { Firmware = request.Firmware with { Files = request.Firmware.Files.Replace(file, file with { Text = file.Text + "\nthis is no C\n" }) } };
        Assert.AreEqual("EAI5001", Assert.Throws<DiagnosticException>(() => SimulateStage.Run(request, [], CancellationToken.None)).Diagnostics[0].Code);
    }

    [TestMethod]
    [DataRow(SimulationLevel.Host)]
    [DataRow(SimulationLevel.Target)]
    public void A_run_that_is_asked_for_must_be_possible(SimulationLevel level)
    {
        Toolchain tools = Tools with { ArmCompiler = null };
        SimulationRequest request = Request(level == SimulationLevel.Host ? Toolchain.None : tools) with { Level = level };
        Assert.AreEqual("EAI5004", Assert.Throws<DiagnosticException>(() => SimulateStage.Run(request, [], CancellationToken.None)).Diagnostics[0].Code);
    }

    [TestMethod]
    public void Without_tools_the_managed_run_stands_alone_and_says_why()
    {
        SimulationResult result = SimulateStage.Run(Request(Toolchain.None), [], CancellationToken.None);
        Assert.HasCount(1, result.Engines);
        Assert.HasCount(2, result.Skipped);
        Assert.IsTrue(result.Skipped.All(skipped => skipped.Reason.Length > 0));
        Assert.IsNull(result.Instructions);
        Assert.IsNull(result.Elf);
    }

    [TestMethod]
    public void A_cancelled_simulation_stops() =>
        Assert.Throws<OperationCanceledException>(() => SimulateStage.Run(Request(Tools), [], new CancellationToken(canceled: true)));

    private SimulationRequest Request(Toolchain tools)
    {
        string assets = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(assets, "EdgeAI.Sdk.sln")))
        {
            assets = Path.GetDirectoryName(assets)!;
        }

        assets = Path.Combine(assets, "tests", "Assets");
        var settings = new ModelSettings { Name = "tiny", TestData = Path.Combine(assets, "tiny-int8.test"), ProjectFolder = assets };
        ImportedModel Import() => ImportStage.Run(
            new ImportRequest("tiny", "tiny-int8.tflite", File.ReadAllBytes(Path.Combine(assets, "tiny-int8.tflite")),
                ImmutableSortedDictionary<string, Shape>.Empty, _ => null), [], CancellationToken.None);
        TargetDescription target = TargetCatalog.Get("cortex-m4");
        PlannedModel planned = PlanStage.Run(QuantizeStage.Run(Import(), settings, [], CancellationToken.None), target, settings, [], CancellationToken.None);
        FirmwareSources firmware = GenerateStage.Run(PlanStage.Combine(target, [planned], []), [], CancellationToken.None);
        string work = Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName;
        return new SimulationRequest(Import(), planned, firmware, settings, SimulationLevel.Available, tools, work);
    }
}
