using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Operators.Shaping;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Quantization.Mixed;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Simulator.Tests;

/// <summary>Int4 weights under a limit of flash, through all stages with a file between them as in a build.</summary>
[TestClass]
public sealed class AutoFlashTests
{
    private static readonly Toolchain Tools = Toolchain.Find(Environment.GetEnvironmentVariable("PATH"));

    private readonly string _folder = Directory.CreateTempSubdirectory("edgeai-flash-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("cortex-m4")]
    [DataRow("cortex-m0")]
    [DataRow("cortex-m55")]
    [DataRow("rv32imc")]
    public void ALimitThatOnlyInt4WeightsMeetIsMet(string target)
    {
        Run wide = Simulated(Build(Limits(null, 14), target));
        Assert.IsTrue(wide.Planned.Quantized.Types!.Layers.All(layer => layer.Type != ElementType.Int4), "without a limit no layer has int4 weights");
        long limit = FlashOf(wide) is { } flash ? flash * 3 / 4 : 42_000;
        Run run = Simulated(Build(Limits(limit, 14), target));
        TypeChoice types = run.Planned.Quantized.Types!;
        Assert.IsTrue(types.IsKept);
        Assert.IsGreaterThanOrEqualTo(14, types.SqnrDb!.Value);
        Assert.IsLessThanOrEqualTo(limit, types.FlashBytes!.Value);
        Assert.IsFalse(FlashOf(run) > limit, $"{FlashOf(run)} bytes");
        Assert.IsTrue(run.Result!.Engines.All(engine => engine.Mismatches == 0 && engine.Cases > 0));
        Assert.Contains("of them with int4 weights", run.Told.Single(one => one.Code == "EAI2016").Message);
        ChosenType[] nibbles = [.. types.Layers.Where(layer => layer.Type == ElementType.Int4)];
        Assert.IsNotEmpty(nibbles);
        Assert.IsTrue(nibbles.All(layer => layer.Sensitivity.Int4Noise > layer.Sensitivity.Int8Noise && layer.Int4Instructions > 0));
        Node[] packed = [.. run.Planned.Quantized.Graph.Nodes.Where(node => node.OptionalInput(1)?.Type == ElementType.Int4)];
        Assert.HasCount(nibbles.Length, packed);
        Assert.IsTrue(packed.All(node => OperatorCatalog.Of(node).KernelOf(node, run.Planned.Target.Instructions).ReadsNibbles));
    }

    /// <summary>The estimate that decides lies near what the linker makes.</summary>
    [TestMethod]
    [DataRow("cortex-m4")]
    [DataRow("cortex-m0")]
    [DataRow("rv32imc")]
    public void FlashIsEstimatedNearWhatIsLinked(string target)
    {
        Run run = Simulated(Build(Limits(10_000_000, 14), target));
        if (FlashOf(run) is { } linked)
        {
            Assert.AreEqual(1, run.Planned.Quantized.Types!.FlashBytes!.Value / (double)linked, 0.05, $"{run.Planned.Quantized.Types.FlashBytes} of {linked} bytes");
        }
    }

    [TestMethod]
    public void ALimitBelowEveryAssignmentIsTold()
    {
        Run run = Build(Limits(15_000, 14), "cortex-m4");
        Assert.IsTrue(run.Planned.Quantized.Types!.Layers.All(layer => layer.Type == ElementType.Int8));
        string told = run.Told.Single(one => one.Code == "EAI2018").Message;
        Assert.Contains("FlashBudget is 15000", told);
        Assert.Contains("still estimated at", told);
        Assert.Contains("EdgeAIOptimize=\"Size\" takes smaller, slower kernels, with which flash is estimated at", told);
        Assert.DoesNotContain("EdgeAIOptimize", Build(Limits(15_000, 14), "cortex-m4", OptimizationGoal.Size).Told.Single(one => one.Code == "EAI2018").Message);
    }

    [TestMethod]
    public void ALimitThatCostsTooMuchQualityIsTold()
    {
        Run run = Build(Limits(36_000, 39), "cortex-m4");
        Assert.IsTrue(run.Planned.Quantized.Types!.IsKept);
        Assert.IsGreaterThanOrEqualTo(39, run.Planned.Quantized.Types.SqnrDb!.Value);
        string told = run.Told.Single(one => one.Code == "EAI2018").Message;
        Assert.Contains("an SQNR of at least 39 dB", told);
        Assert.Contains("that are least noisy with them the outputs have", told);
    }

    [TestMethod]
    public void TheSameInputsGiveTheSameBytes() => CollectionAssert.AreEqual(
        ModelFile.Write(Build(Limits(40_000, 14), "cortex-m4").Planned), ModelFile.Write(Build(Limits(40_000, 14), "cortex-m4").Planned));

    private static Budgets Limits(long? flashBytes, double leastDb) => Budgets.None with { MinSqnrDb = leastDb, FlashBytes = flashBytes };

    private static long? FlashOf(Run run) => run.Result!.Elf is { } elf ? elf.CodeBytes + elf.WeightBytes : null;

    private Run Build(Budgets budgets, string targetName, OptimizationGoal goal = OptimizationGoal.Balanced)
    {
        var settings = new ModelSettings { Name = "net", ProjectFolder = _folder, Quantization = QuantizationScheme.Auto, TargetCases = 2, Budgets = budgets, Optimize = goal };
        TargetDescription target = TargetCatalog.Get(targetName);
        var told = new List<Diagnostic>();
        QuantizedModel quantized = ModelFile.ReadQuantized(ModelFile.Write(QuantizeStage.Run(Network(), settings, told, CancellationToken.None)));
        PlannedModel planned = ModelFile.ReadPlanned(ModelFile.Write(PlanStage.Run(quantized, target, settings, told, CancellationToken.None)));
        return new(planned, settings, null, told);
    }

    private Run Simulated(Run run)
    {
        FirmwareSources firmware = GenerateStage.Run(PlanStage.Combine(run.Planned.Target, [run.Planned], []), [], CancellationToken.None);
        string work = Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName;
        return run with
        {
            Result = SimulateStage.Run(
                new SimulationRequest(Network(), run.Planned, firmware, run.Settings, SimulationLevel.Available, Tools, work), [], CancellationToken.None),
        };
    }

    /// <summary>Two convolutions and two fully connected layers; most weights are in the third.</summary>
    private static ImportedModel Network()
    {
        var random = new Random(11);
        var x = new Tensor("x", ElementType.Float32, new Shape(1, 12, 12, 4));
        var a = new Tensor("a", ElementType.Float32, new Shape(1, 12, 12, 16));
        var b = new Tensor("b", ElementType.Float32, new Shape(1, 6, 6, 24));
        var flat = new Tensor("flat", ElementType.Float32, new Shape(1, 864));
        var c = new Tensor("c", ElementType.Float32, new Shape(1, 48));
        var y = new Tensor("y", ElementType.Float32, new Shape(1, 10));
        var graph = new Graph
        {
            Name = "net",
            Inputs = [x],
            Outputs = [y],
            Nodes =
            [
                new("conv1", "Conv2D", new Conv2DAttributes(1, 1, 1, 1, 1, 1, 1, 1, 1, Clamp.Relu)) { Inputs = [x, Weights(random, "w1", 16, 3, 3, 4), Bias(random, "b1", 16)], Outputs = [a] },
                new("conv2", "Conv2D", new Conv2DAttributes(2, 2, 1, 1, 0, 1, 0, 1, 1, Clamp.Relu)) { Inputs = [a, Weights(random, "w2", 24, 3, 3, 16), Bias(random, "b2", 24)], Outputs = [b] },
                new("flatten", "Reshape", new ReshapeAttributes([1, 864])) { Inputs = [b], Outputs = [flat] },
                new("fc1", "FullyConnected", new FullyConnectedAttributes(Clamp.Relu)) { Inputs = [flat, Weights(random, "w3", 48, 864), Bias(random, "b3", 48)], Outputs = [c] },
                new("fc2", "FullyConnected", new FullyConnectedAttributes(Clamp.None)) { Inputs = [c, Weights(random, "w4", 10, 48), Bias(random, "b4", 10)], Outputs = [y] },
            ],
        };
        return new(graph, new ModelSource("net.onnx", new string('0', 64), "onnx"));
    }

    private static Tensor Weights(Random random, string name, params int[] extents)
    {
        var shape = new Shape(extents);
        double size = Math.Sqrt(2.0 * extents[0] / shape.ElementCount);
        float[] values = [.. Enumerable.Range(0, (int)shape.ElementCount).Select(_ => (float)(size * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5)))];
        return Tensor.FromValues<float>(name, ElementType.Float32, shape, values);
    }

    private static Tensor Bias(Random random, string name, int count) =>
        Tensor.FromValues<float>(name, ElementType.Float32, new Shape(count), [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) / 10)]);

    private sealed record Run(PlannedModel Planned, ModelSettings Settings, SimulationResult? Result, IReadOnlyList<Diagnostic> Told);
}
