using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;
using EdgeAI.Simulator;

namespace Conformance.Tests;

/// <summary>Every stage on one model file, as the build runs them.</summary>
internal static class WholePipeline
{
    /// <summary>What the machine has.</summary>
    public static Toolchain Tools { get; } = Toolchain.Find(Environment.GetEnvironmentVariable("PATH"));

    /// <summary>Imports a file.</summary>
    public static ImportedModel Import(
        string path, ICollection<Diagnostic> diagnostics, ImmutableSortedDictionary<string, Shape>? shapes = null, bool asWritten = false) =>
        ImportStage.Run(
            new ImportRequest("model_under_test", Path.GetFileName(path), File.ReadAllBytes(path), shapes ?? ImmutableSortedDictionary<string, Shape>.Empty,
                name => File.Exists(Path.Combine(Path.GetDirectoryName(path)!, name)) ? File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(path)!, name)) : null,
                asWritten),
            diagnostics, CancellationToken.None);

    /// <summary>Runs all stages for a target, in every engine that the machine has.</summary>
    public static (PlannedModel Planned, SimulationResult Simulation) Run(
        string path, ModelSettings settings, string target, List<Diagnostic> diagnostics)
    {
        QuantizedModel quantized = QuantizeStage.Run(Import(path, diagnostics, settings.InputShapes, settings.Quantization == QuantizationScheme.Float32), settings, diagnostics, CancellationToken.None);
        TargetDescription description = TargetCatalog.Get(target);
        PlannedModel planned = PlanStage.Run(quantized, description, settings, diagnostics, CancellationToken.None);
        FirmwareSources firmware = GenerateStage.Run(PlanStage.Combine(description, [planned], diagnostics), diagnostics, CancellationToken.None);
        string work = Directory.CreateTempSubdirectory("edgeai-conformance-").FullName;
        try
        {
            SimulationResult simulation = SimulateStage.Run(
                new SimulationRequest(Import(path, diagnostics, settings.InputShapes, settings.Quantization == QuantizationScheme.Float32), planned, firmware, settings, SimulationLevel.Available, Tools, work),
                diagnostics, CancellationToken.None);
            return (planned, simulation);
        }
        finally
        {
            if (Environment.GetEnvironmentVariable("EDGEAI_KEEP") is null)
            {
                Directory.Delete(work, recursive: true);
            }
            else
            {
                Console.WriteLine($"kept {work}");
            }
        }
    }

    /// <summary>Settings under the name of the import above.</summary>
    public static ModelSettings Settings(QuantizationScheme scheme = QuantizationScheme.Default, string? calibration = null, string? test = null) =>
        new() { Name = "model_under_test", Quantization = scheme, CalibrationData = calibration, TestData = test };

    /// <summary>A folder with input_0.npy … and output_0.npy … of one golden set.</summary>
    public static string GoldenFolder(IEnumerable<string> inputs, IEnumerable<string> outputs)
    {
        string folder = Directory.CreateTempSubdirectory("edgeai-golden-").FullName;
        int index = 0;
        foreach (string input in inputs)
        {
            File.Copy(input, Path.Combine(folder, $"input_{index++}{Path.GetExtension(input)}"));
        }

        index = 0;
        foreach (string output in outputs)
        {
            File.Copy(output, Path.Combine(folder, $"output_{index++}{Path.GetExtension(output)}"));
        }

        return folder;
    }
}
