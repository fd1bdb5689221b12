using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Quantization.Mixed;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Simulator.Tests;

/// <summary>Types chosen by layer, through all stages with a file between them as in a build.</summary>
[TestClass]
public sealed class AutoStageTests
{
    private static readonly Toolchain Tools = Toolchain.Find(Environment.GetEnvironmentVariable("PATH"));

    private readonly string _folder = Directory.CreateTempSubdirectory("edgeai-auto-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("tiny-conv", "cortex-m4")]
    [DataRow("tiny-conv", "cortex-m0")]
    [DataRow("tiny-dense", "host")]
    public void A_limit_above_int8_is_kept_by_every_engine_for_no_more_than_int16(string model, string target)
    {
        double leastDb = Build(model, Limits(5), target).Result.Accuracy!.SqnrDb!.Value + 1;
        Run run = Build(model, Limits(leastDb), target);
        Console.WriteLine(string.Join(" | ", run.Told));
        Assert.IsGreaterThanOrEqualTo(leastDb, run.Result.Accuracy!.SqnrDb!.Value);
        Assert.IsTrue(run.Result.Engines.All(engine => engine.Mismatches == 0 && engine.Cases > 0));
        TypeChoice types = run.Planned.Quantized.Types!;
        Assert.IsTrue(types.IsKept);
        Assert.IsLessThanOrEqualTo(types.WideInstructions, types.Instructions);
        Assert.IsTrue(types.Layers.Any(layer => layer.Type == ElementType.Int16));
        Assert.IsNull(run.Planned.Quantized.Candidates);
        Assert.AreEqual(types.SqnrDb!.Value, run.Result.Accuracy.SqnrDb.Value, 0.01);
        Assert.AreEqual("EAI2016", run.Told.Single(one => one.Code is "EAI2016" or "EAI2017").Code);
    }

    [TestMethod]
    public void The_same_inputs_give_the_same_bytes() => CollectionAssert.AreEqual(
        ModelFile.Write(Build("tiny-conv", Limits(45), "cortex-m4").Planned), ModelFile.Write(Build("tiny-conv", Limits(45), "cortex-m4").Planned));

    [TestMethod]
    public void Without_a_limit_the_usual_one_is_kept()
    {
        TypeChoice types = Build("tiny-dense", Budgets.None, "cortex-m4").Planned.Quantized.Types!;
        StringAssert.Contains(types.Limit, "30 dB (as no limit was set)", StringComparison.Ordinal);
        Assert.IsGreaterThanOrEqualTo(30, types.SqnrDb!.Value);
    }

    [TestMethod]
    public void A_low_limit_is_kept_in_int8_and_a_high_one_in_float()
    {
        Assert.IsTrue(Build("tiny-conv", Limits(5), "cortex-m4").Planned.Quantized.Types!.Layers.All(layer => layer.Type == ElementType.Int8));
        Run high = Build("tiny-conv", Limits(75), "cortex-m4");
        Assert.IsTrue(high.Planned.Quantized.Types!.Layers.Any(layer => layer.Type == ElementType.Float32));
        Assert.IsTrue(high.Result.Accuracy!.SqnrDb is null or >= 75);
    }

    [TestMethod]
    public void A_limit_that_the_float_model_misses_is_told_as_such()
    {
        float[] outputs = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(Assets(), "tiny-conv.test", "output_0.npy")).AsSpan(128)).ToArray();
        const int classes = 3;
        string labels = Path.Combine(_folder, "labels.txt");
        File.WriteAllLines(labels, outputs.Chunk(classes).Select(row => ((Array.IndexOf(row, row.Max()) + 1) % classes).ToString(CultureInfo.InvariantCulture)));
        Run run = Build("tiny-conv", Budgets.None with { MinAccuracy = 0.9 }, "cortex-m4", labels);
        Diagnostic told = run.Told.Single(one => one.Code == "EAI2017");
        StringAssert.Contains(told.Message, "The float model itself misses it", StringComparison.Ordinal);
        Assert.DoesNotContain("Float32", told.Message);
    }

    private static Budgets Limits(double leastDb) => Budgets.None with { MinSqnrDb = leastDb };

    private static string Assets()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "EdgeAI.Sdk.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return Path.Combine(folder, "tests", "Assets");
    }

    private Run Build(string model, Budgets budgets, string targetName, string? labels = null)
    {
        string assets = Assets();
        var settings = new ModelSettings
        {
            Name = "tiny",
            ProjectFolder = assets,
            Quantization = QuantizationScheme.Auto,
            CalibrationData = Path.Combine(assets, $"{model}.calibration.npy"),
            TestData = Path.Combine(assets, $"{model}.test"),
            TestLabels = labels,
            Budgets = budgets,
        };
        ImportedModel Import() => ImportStage.Run(
            new ImportRequest("tiny", $"{model}.onnx", File.ReadAllBytes(Path.Combine(assets, $"{model}.onnx")),
                ImmutableSortedDictionary<string, Shape>.Empty, _ => null), [], CancellationToken.None);
        TargetDescription target = TargetCatalog.Get(targetName);
        var told = new List<Diagnostic>();
        QuantizedModel quantized = ModelFile.ReadQuantized(ModelFile.Write(QuantizeStage.Run(Import(), settings, told, CancellationToken.None)));
        Assert.AreEqual("Auto", quantized.Scheme);
        PlannedModel planned = ModelFile.ReadPlanned(ModelFile.Write(PlanStage.Run(quantized, target, settings, told, CancellationToken.None)));
        FirmwareSources firmware = GenerateStage.Run(PlanStage.Combine(target, [planned], []), [], CancellationToken.None);
        string work = Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName;
        return new(planned, SimulateStage.Run(
            new SimulationRequest(Import(), planned, firmware, settings, SimulationLevel.Available, Tools, work), [], CancellationToken.None), told);
    }

    private sealed record Run(PlannedModel Planned, SimulationResult Result, IReadOnlyList<Diagnostic> Told);
}
