using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Simulator.Tests;

/// <summary>Calibration data on another scale than the test data are told of; on the same scale they are not.</summary>
[TestClass]
public sealed class InputScaleTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgeai-scales-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(1f, QuantizationScheme.Int8, BorderType.Model, 0)]
    [DataRow(4f, QuantizationScheme.Int8, BorderType.Model, 0)]
    [DataRow(0.25f, QuantizationScheme.Int16x8, BorderType.Model, 0)]
    [DataRow(255f, QuantizationScheme.Int8, BorderType.Model, 1)]
    [DataRow(255f, QuantizationScheme.Default, BorderType.Quantized, 1)]
    [DataRow(255f, QuantizationScheme.Int16x8, BorderType.Model, 1)]
    [DataRow(1 / 255f, QuantizationScheme.Int8, BorderType.Model, 1)]
    [DataRow(255f, QuantizationScheme.Float32, BorderType.Model, 0)]
    public void Scales_that_differ_by_much_are_told_of(float factor, QuantizationScheme scheme, BorderType border, int warnings)
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
            CalibrationData = Scaled(Path.Combine(assets, "tiny-conv.calibration.npy"), factor),
            TestData = Path.Combine(assets, "tiny-conv.test"),
        };
        ImportedModel Import() => ImportStage.Run(
            new ImportRequest("tiny", "tiny-conv.onnx", File.ReadAllBytes(Path.Combine(assets, "tiny-conv.onnx")),
                ImmutableSortedDictionary<string, Shape>.Empty, _ => null), [], CancellationToken.None);
        QuantizedModel quantized = QuantizeStage.Run(Import(), settings, [], CancellationToken.None);
        PlannedModel planned = PlanStage.Run(quantized, TargetCatalog.Get("cortex-m4"), settings, [], CancellationToken.None);
        FirmwareSources firmware = GenerateStage.Run(PlanStage.Combine(planned.Target, [planned], []), [], CancellationToken.None);
        var diagnostics = new List<Diagnostic>();
        SimulateStage.Run(
            new SimulationRequest(Import(), planned, firmware, settings, SimulationLevel.Managed, Toolchain.Find(null), _folder), diagnostics, CancellationToken.None);
        Diagnostic[] told = [.. diagnostics.Where(diagnostic => diagnostic.Code == "EAI5018")];
        Assert.HasCount(warnings, told, string.Join('\n', told.Select(diagnostic => diagnostic.Message)));
    }

    private string Scaled(string path, float factor)
    {
        byte[] bytes = File.ReadAllBytes(path);
        foreach (ref float value in MemoryMarshal.Cast<byte, float>(bytes.AsSpan(10 + bytes[8] + (bytes[9] << 8))))
        {
            value *= factor;
        }

        string file = Path.Combine(_folder, "calibration.npy");
        File.WriteAllBytes(file, bytes);
        return file;
    }
}
