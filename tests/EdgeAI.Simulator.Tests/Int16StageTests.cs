using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Simulator.Tests;

/// <summary>Float models of the test assets with int16 activations, through all stages: the engines agree, and the noise is far below that of int8.</summary>
[TestClass]
public sealed class Int16StageTests
{
    private static readonly Toolchain Tools = Toolchain.Find(Environment.GetEnvironmentVariable("PATH"));

    private readonly string _folder = Directory.CreateTempSubdirectory("edgeai-int16-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("tiny-conv")]
    [DataRow("tiny-dense")]
    public void Every_engine_agrees_and_the_noise_is_lower(string model)
    {
        (PlannedModel planned, SimulationResult wide) = Run(model, QuantizationScheme.Int16x8, BorderType.Model);
        Assert.AreEqual("Int16x8", planned.Quantized.Scheme);
        Assert.IsTrue(planned.Quantized.Graph.Nodes.Where(node => node.Operator is not ("Quantize" or "Dequantize"))
            .All(node => node.Output.Type == ElementType.Int16 && node.Output.Quantization!.ZeroPoint == 0));
        Assert.IsTrue(wide.Engines.All(run => run.Mismatches == 0 && run.Cases > 0));
        double narrowDb = Run(model, QuantizationScheme.Int8, BorderType.Model).Result.Accuracy!.SqnrDb!.Value;
        Console.WriteLine($"{model}: {wide.Accuracy!.SqnrDb} dB in int16, {narrowDb} dB in int8, by {string.Join(", ", wide.Engines.Select(run => run.Engine))}");
        Assert.IsGreaterThan(narrowDb + 6, wide.Accuracy.SqnrDb!.Value);
    }

    [TestMethod]
    public void The_border_takes_int16()
    {
        (PlannedModel planned, SimulationResult result) = Run("tiny-conv", QuantizationScheme.Int16x8, BorderType.Quantized);
        Assert.AreEqual(ElementType.Int16, planned.Quantized.Graph.Inputs[0].Type);
        Assert.AreEqual(ElementType.Int16, planned.Quantized.Graph.Outputs[0].Type);
        Assert.IsTrue(result.Engines.All(run => run.Mismatches == 0));
    }

    private (PlannedModel Planned, SimulationResult Result) Run(string model, QuantizationScheme scheme, BorderType border)
    {
        string assets = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(assets, "EdgeAI.Sdk.sln")))
        {
            assets = Path.GetDirectoryName(assets)!;
        }

        assets = Path.Combine(assets, "tests", "Assets");
        var settings = new ModelSettings
        {
            Name = "tiny",
            ProjectFolder = assets,
            Quantization = scheme,
            InputType = border,
            OutputType = border,
            CalibrationData = Path.Combine(assets, $"{model}.calibration.npy"),
            TestData = Path.Combine(assets, $"{model}.test"),
        };
        ImportedModel Import() => ImportStage.Run(
            new ImportRequest("tiny", $"{model}.onnx", File.ReadAllBytes(Path.Combine(assets, $"{model}.onnx")),
                ImmutableSortedDictionary<string, Shape>.Empty, _ => null), [], CancellationToken.None);
        TargetDescription target = TargetCatalog.Get("cortex-m4");
        PlannedModel planned = PlanStage.Run(QuantizeStage.Run(Import(), settings, [], CancellationToken.None), target, settings, [], CancellationToken.None);
        FirmwareSources firmware = GenerateStage.Run(PlanStage.Combine(target, [planned], []), [], CancellationToken.None);
        string work = Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName;
        return (planned, SimulateStage.Run(
            new SimulationRequest(Import(), planned, firmware, settings, SimulationLevel.Available, Tools, work), [], CancellationToken.None));
    }
}
