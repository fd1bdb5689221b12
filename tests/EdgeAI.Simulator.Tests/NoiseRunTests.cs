using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Simulator.Tests;

/// <summary>A small float model in int8 on disturbed inputs.</summary>
[TestClass]
public sealed class NoiseRunTests
{
    private static readonly NoiseSettings White = new("hiss", NoiseKind.White, [60, 20, -10]);

    [TestMethod]
    public void Curves_start_at_the_clean_figures_and_fall()
    {
        AccuracyFigures accuracy = Run([White, new("adc", NoiseKind.AdcBits, [16, 1])], labels: true).Accuracy!;
        Assert.HasCount(2, accuracy.Noise);
        NoiseCurve hiss = accuracy.Noise[0];
        Assert.AreEqual(("hiss", "White", true, accuracy.Cases), (hiss.Name, hiss.Kind, hiss.IsBySnr, hiss.Cases));
        CollectionAssert.AreEqual(new[] { 60.0, 20, -10 }, hiss.Points.Select(point => point.Level).ToArray());
        Assert.AreEqual(accuracy.Float, hiss.Points[0].Float);
        Assert.AreEqual(accuracy.Quantized, hiss.Points[0].Quantized);
        Assert.AreEqual(accuracy.SqnrDb!.Value, hiss.Points[0].SqnrDb!.Value, 2.0);
        for (int i = 1; i < hiss.Points.Length; i++)
        {
            Assert.IsLessThan(hiss.Points[i - 1].FloatOutputDb!.Value, hiss.Points[i].FloatOutputDb!.Value);
            Assert.IsLessThan(hiss.Points[i - 1].QuantizedOutputDb!.Value, hiss.Points[i].QuantizedOutputDb!.Value);
        }

        Assert.IsFalse(accuracy.Noise[1].IsBySnr);
        Assert.IsGreaterThan(accuracy.Noise[1].Points[1].FloatOutputDb!.Value + 20, accuracy.Noise[1].Points[0].FloatOutputDb!.Value);
    }

    [TestMethod]
    public void Without_labels_there_is_no_accuracy_but_the_noise_of_the_outputs()
    {
        NoisePoint point = Run([White], labels: false).Accuracy!.Noise[0].Points[0];
        Assert.IsNull(point.Float);
        Assert.IsNull(point.Quantized);
        Assert.IsNotNull(point.QuantizedOutputDb);
    }

    [TestMethod]
    public void Two_runs_give_the_same_bytes()
    {
        string first = SimulateStage.ToJson(Run([White], labels: true));
        Assert.AreEqual(first, SimulateStage.ToJson(Run([White], labels: true)));
        Assert.AreEqual(first, SimulateStage.ToJson(SimulateStage.FromJson(first)));
    }

    /// <summary>Outputs move with the noise that calibration has seen; the note tells both ways.</summary>
    [TestMethod]
    public void Noise_in_calibration_is_told_with_what_it_brings()
    {
        var diagnostics = new List<Diagnostic>();
        Run([White with { InCalibration = true, Levels = [0, -10] }], labels: false, diagnostics);
        Diagnostic told = diagnostics.Single(diagnostic => diagnostic.Code == "EAI2015");
        StringAssert.Contains(told.Message, "disturbed inputs ('hiss')");
        double[] figures = [.. told.Message.Split(' ').Where(word => double.TryParse(word, out _)).Select(word => double.Parse(word, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.IsGreaterThan(figures[^3], figures[^4], told.Message);
    }

    private static SimulationResult Run(NoiseSettings[] noise, bool labels, List<Diagnostic>? diagnostics = null)
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "EdgeAI.Sdk.sln")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        string assets = Path.Combine(root, "tests", "Assets");
        var settings = new ModelSettings
        {
            Name = "tiny",
            CalibrationData = Path.Combine(assets, "tiny-conv.calibration.npy"),
            TestData = Path.Combine(assets, "tiny-conv.test"),
            TestLabels = labels ? Path.Combine(assets, "tiny-conv.labels.npy") : null,
            Noise = [.. noise],
        };
        diagnostics ??= [];
        byte[] file = File.ReadAllBytes(Path.Combine(assets, "tiny-conv.onnx"));
        ImportedModel Import() => ImportStage.Run(new ImportRequest("tiny", "tiny-conv.onnx", file, settings.InputShapes, _ => null), diagnostics, CancellationToken.None);
        QuantizedModel quantized = QuantizeStage.Run(Import(), settings, diagnostics, CancellationToken.None);
        TargetDescription target = TargetCatalog.Get("cortex-m4");
        PlannedModel planned = PlanStage.Run(quantized, target, settings, diagnostics, CancellationToken.None);
        FirmwareSources firmware = GenerateStage.Run(PlanStage.Combine(target, [planned], diagnostics), diagnostics, CancellationToken.None);
        return SimulateStage.Run(
            new SimulationRequest(Import(), planned, firmware, settings, SimulationLevel.Managed, Toolchain.None, ""), diagnostics, CancellationToken.None);
    }
}
