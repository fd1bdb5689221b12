using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;
using EdgeAI.Compiler.Tests.Operators;

namespace EdgeAI.Simulator.Tests.Native;

/// <summary>The kernels chosen for each core, run on its emulator over random layers: the managed bytes.</summary>
[TestClass]
public sealed class EmulatedKernelTests
{
    private const int LayerCount = 120;
    private static readonly Toolchain Tools = Toolchain.Find(Environment.GetEnvironmentVariable("PATH"));

    /// <summary>Set by the runner.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("cortex-m0", 101)]
    [DataRow("cortex-m3", 102)]
    [DataRow("cortex-m4", 103)]
    [DataRow("cortex-m7", 104)]
    [DataRow("cortex-m33", 105)]
    [DataRow("cortex-m55", 106)]
    [DataRow("rv32imc", 107)]
    public void EveryCoreGivesTheManagedBytes(string core, int seed) => Check(core, seed, Layers);

    /// <summary>Each layer with weights of 4 bits, by a kernel that reads them two a byte.</summary>
    [TestMethod]
    [DataRow("cortex-m0", 201)]
    [DataRow("cortex-m3", 202)]
    [DataRow("cortex-m4", 203)]
    [DataRow("cortex-m7", 204)]
    [DataRow("cortex-m33", 205)]
    [DataRow("cortex-m55", 206)]
    [DataRow("rv32imc", 207)]
    public void EveryCoreGivesTheManagedBytesWithWeightsOfFourBits(string core, int seed) => Check(core, seed, seed => Nibbles(seed, InstructionSets.Of(core)));

    /// <summary>More than a megabyte of weights lies between the harness and the rest of the program.</summary>
    [TestMethod]
    [DataRow("cortex-m0")]
    [DataRow("cortex-m55")]
    [DataRow("rv32imc")]
    public void LargeWeightsAreLinked(string core) => Check(core, 1, _ => Large());

    private void Check(string core, int seed, Func<int, ImportedModel> model)
    {
        bool riscV = core.StartsWith("rv", StringComparison.Ordinal);
        if ((riscV ? Tools.RiscVCompiler : Tools.ArmCompiler) is null || (riscV ? Tools.RiscVEmulator : Tools.ArmEmulator) is null)
        {
            TestContext.WriteLine($"no compiler or emulator for {core} was found: nothing was compared");
            return;
        }

        var diagnostics = new List<Diagnostic>();
        var settings = new ModelSettings { Name = "layers", TargetCases = 4, Quantization = QuantizationScheme.None };
        TargetDescription target = TargetCatalog.Get(core);
        QuantizedModel quantized = QuantizeStage.Run(model(seed), settings, diagnostics, CancellationToken.None);
        PlannedModel planned = PlanStage.Run(quantized, target, settings, diagnostics, CancellationToken.None);
        FirmwareSources firmware = GenerateStage.Run(PlanStage.Combine(target, [planned], diagnostics), diagnostics, CancellationToken.None);
        string work = Directory.CreateTempSubdirectory("edgeai-layers-").FullName;
        try
        {
            SimulationResult result = SimulateStage.Run(
                new SimulationRequest(model(seed), planned, firmware, settings, SimulationLevel.Target, Tools, work), diagnostics, CancellationToken.None);
            EngineRun run = result.Engines.Single(engine => engine.Engine == "qemu");
            Assert.AreEqual(0, run.Mismatches, $"seed {seed}");
            Assert.IsLessThanOrEqualTo(1024, result.Elf!.StackBytes!.Value, "bytes of stack");
            Assert.IsLessThan(1000, result.InitInstructions!.Value);
        }
        catch (DiagnosticException error)
        {
            Assert.Fail($"seed {seed}: {string.Join(" | ", error.Diagnostics)}");
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static ImportedModel Large()
    {
        var random = new Random(1);
        var x = new Tensor("x", ElementType.Float32, new Shape(1, 5));
        var y = new Tensor("y", ElementType.Float32, new Shape(1, 60_000));
        Tensor weights = RandomTensors.Floats(random, "w", 60_000, 5);
        var graph = new Graph
        {
            Name = "layers",
            Inputs = [x],
            Outputs = [y],
            Nodes = [new("fc", "FullyConnected", new FullyConnectedAttributes(Clamp.None)) { Inputs = [x, weights, null], Outputs = [y] }],
        };
        return new(graph, new ModelSource("layers.onnx", new string('0', 64), "onnx"));
    }

    private static ImportedModel Nibbles(int seed, InstructionSet instructionSet)
    {
        ImportedModel layers = Layers(seed);
        foreach (Node node in layers.Graph.Nodes.Select(QuantizedLayers.WithNibbles).Where(node => node.OptionalInput(1)?.Type == ElementType.Int4))
        {
            node.Kernel = OperatorCatalog.Of(node).Kernels(node, instructionSet).First(kernel => kernel is { ReadsNibbles: true, WhyNot: null }).Name;
        }

        return layers;
    }

    /// <summary>A graph of layers side by side, each with inputs and an output of its own.</summary>
    private static ImportedModel Layers(int seed)
    {
        var random = new Random(seed);
        var graph = new Graph { Name = "layers" };
        for (int i = 0; i < LayerCount; i++)
        {
            Node node = QuantizedLayers.Random(random, i);
            graph.Nodes.Add(node);
            graph.Outputs.Add(node.Output);
            foreach (Tensor input in node.Inputs.OfType<Tensor>().Where(tensor => !tensor.IsConstant))
            {
                graph.Inputs.Add(input);
            }
        }

        return new(graph, new ModelSource("layers.onnx", new string('0', 64), "onnx"));
    }
}
