using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;
using EdgeAI.Simulator.Managed;
using EdgeAI.Simulator.Native;

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
            Assert.IsLessThan(1000, result.InitInstructions!.Value);
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
    public void A_lifetime_that_ends_too_early_shows_in_the_compiled_run()
    {
        if (Tools.HostCompiler is null)
        {
            Console.WriteLine("ran without a C compiler");
            return;
        }

        SimulationRequest request = Request(Tools);
        MemoryPlan plan = request.Planned.Plan;
        DeviceCases cases = DeviceCases.Load(request.Imported, request.Planned.Quantized, request.Settings, []);
        ManagedRun managed = ManagedRun.Execute(request.Imported, request.Planned, cases, CancellationToken.None);
        int found = 0;
        foreach (PlannedBuffer lasting in plan.Buffers.Where(buffer => buffer.LastStep > buffer.FirstStep && buffer.Tensors.Length > 0))
        {
            MemoryPlan wrong = plan with { Buffers = plan.Buffers.Replace(lasting, lasting with { LastStep = lasting.FirstStep }) };
            var host = new NativeRun(request with { Planned = request.Planned with { Plan = wrong } }, cases, managed, null, CancellationToken.None);
            host.Build();
            EngineRun run = host.Compare();
            Assert.IsLessThan(2, run.Mismatches); // the first case alone runs over overwritten bytes
            found += run.Mismatches;
        }

        Assert.IsGreaterThan(0, found);
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

    [TestMethod]
    public void A_model_over_two_memories_agrees_in_every_engine()
    {
        SimulationRequest request = Request(Tools, Board());
        Assert.IsGreaterThan(2, request.Planned.Plan.Regions.Length);
        SimulationResult result = SimulateStage.Run(request, [], CancellationToken.None);
        Assert.AreEqual(3, result.Engines.Length + result.Skipped.Length);
        Assert.IsTrue(result.Engines.All(run => run.Mismatches == 0 && run.Cases > 0));
    }

    [TestMethod]
    [DataRow("edgeai_fully_connected", "\nint edgeai_counter = 1;\n", "bytes that change in section .data")]
    [DataRow("edgeai_fully_connected", "\nint edgeai_counter;\n", "bytes that change in section .bss")]
    public void A_library_with_something_that_changes_is_a_coded_error(string file, string text, string told)
    {
        SimulationRequest request = Request(Tools, Board());
        SourceFile kernel = request.Firmware.Files.First(source => source.Path.StartsWith(file, StringComparison.Ordinal) && source.Path.EndsWith(".c", StringComparison.Ordinal));
        Refuses(Replace(request, kernel.Path, _ => kernel.Text + text), told);
    }

    [TestMethod]
    public void An_image_of_other_sizes_is_a_coded_error() =>
        Refuses(Replace(Request(Tools, Board()), "tiny.h", text => text.Replace("#define TINY_ARENA_SLOW_SIZE ", "#define TINY_ARENA_SLOW_SIZE 16u + ", StringComparison.Ordinal)), "bytes instead of");

    [TestMethod]
    public void Weights_outside_their_memory_are_a_coded_error() =>
        Refuses(Replace(Request(Tools, Board()), "tiny_weights.c", text => text.Replace(
            "\nconst union tiny_constant_0 ", "\n__attribute__((section(\".data.constant\"))) const union tiny_constant_0 ", StringComparison.Ordinal)), "leaves 'flash'");

    private static SimulationRequest Replace(SimulationRequest request, string path, Func<string, string> change)
    {
        SourceFile file = request.Firmware.Files.First(source => source.Path == path);
        Assert.AreNotEqual(file.Text, change(file.Text));
        return request with { Firmware = request.Firmware with { Files = request.Firmware.Files.Replace(file, file with { Text = change(file.Text) }) } };
    }

    private static void Refuses(SimulationRequest request, string told)
    {
        if (Tools.ArmCompiler is null)
        {
            Console.WriteLine("ran without arm-none-eabi-gcc");
            return;
        }

        Diagnostic refused = Assert.Throws<DiagnosticException>(() => SimulateStage.Run(request, [], CancellationToken.None)).Diagnostics[0];
        Assert.AreEqual("EAI5020", refused.Code, refused.Message);
        Assert.Contains(told, refused.Message);
    }

    /// <summary>A fast memory that holds a part of the model only.</summary>
    private static TargetDescription Board() => new(
        "board", "cortex-m4", 80,
        [
            new("flash", 1 << 20, 4, ["code", "weights"]) { Origin = 0x0800_0000 },
            new("fast", 144, 0, ["arena"]) { Origin = 0x1000_0000 },
            new("slow", 1 << 18, 9, ["arena", "stack"]) { Origin = 0x2000_0000 },
        ], null);

    private SimulationRequest Request(Toolchain tools, TargetDescription? board = null)
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
        TargetDescription target = board ?? TargetCatalog.Get("cortex-m4");
        PlannedModel planned = PlanStage.Run(QuantizeStage.Run(Import(), settings, [], CancellationToken.None), target, settings, [], CancellationToken.None);
        FirmwareSources firmware = GenerateStage.Run(PlanStage.Combine(target, [planned], []), [], CancellationToken.None);
        string work = Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName;
        return new SimulationRequest(Import(), planned, firmware, settings, SimulationLevel.Available, tools, work);
    }
}
