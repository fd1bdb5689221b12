using System.Collections.Immutable;
using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;
using EdgeAI.Simulator;

namespace ModelsOnCores;

/// <summary>One model as firmware on one emulated core.</summary>
internal static class CoreRun
{
    private static readonly Toolchain Tools = Toolchain.Find(Environment.GetEnvironmentVariable("PATH"));

    /// <summary>
    /// What came of it (<c>same</c>, <c>wrong</c>; <c>refused</c>: the model is not supported, with the code; <c>skipped</c>: the machine or the
    /// board cannot run it) and its figures or the reason.
    /// </summary>
    public static (string Outcome, string Text) Of(GoldenModel model, string core)
    {
        string work = Directory.CreateTempSubdirectory("edgeai-core-").FullName;
        try
        {
            return Run(model, core, work);
        }
        catch (DiagnosticException error)
        {
            Diagnostic first = error.Diagnostics[0];
            return (first.Code.StartsWith("EAI5", StringComparison.Ordinal) ? "wrong" : "refused", first.ToString());
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static (string Outcome, string Text) Run(GoldenModel model, string core, string work)
    {
        string cases = Directory.CreateDirectory(Path.Combine(work, "cases")).FullName;
        for (int i = 0; i < model.Inputs.Length; i++)
        {
            File.Copy(model.Inputs[i], Path.Combine(cases, $"input_{i}.npy"));
        }

        for (int i = 0; i < model.Outputs.Length; i++)
        {
            File.Copy(model.Outputs[i], Path.Combine(cases, $"output_{i}.npy"));
        }

        var diagnostics = new List<Diagnostic>();
        var settings = new ModelSettings
        {
            Name = "model_under_test",
            TestData = cases,
            TargetCases = 1,
            Quantization = model.IsOnnx ? QuantizationScheme.Float32 : QuantizationScheme.Default,
        };
        ImportedModel Import() => ImportStage.Run(
            new ImportRequest(settings.Name, Path.GetFileName(model.Path), File.ReadAllBytes(model.Path), ImmutableSortedDictionary<string, Shape>.Empty,
                name => Path.Combine(Path.GetDirectoryName(model.Path)!, name) is var side && File.Exists(side) ? File.ReadAllBytes(side) : null,
                model.IsOnnx),
            diagnostics, CancellationToken.None);
        QuantizedModel quantized = QuantizeStage.Run(Import(), settings, diagnostics, CancellationToken.None);
        TargetDescription target = TargetCatalog.Get(core);
        PlannedModel planned = PlanStage.Run(quantized, target, settings, diagnostics, CancellationToken.None);
        FirmwareSources firmware = GenerateStage.Run(PlanStage.Combine(target, [planned], diagnostics), diagnostics, CancellationToken.None);
        SimulationResult result = SimulateStage.Run(
            new SimulationRequest(Import(), planned, firmware, settings, SimulationLevel.Available, Tools with { HostCompiler = null },
                Directory.CreateDirectory(Path.Combine(work, "run")).FullName), diagnostics, CancellationToken.None);
        EngineRun managed = result.Engines.Single(run => run.Engine == "managed");
        if (result.Engines.SingleOrDefault(run => run.Engine == "qemu") is not { } emulated)
        {
            return ("skipped", result.Skipped.Single(engine => engine.Engine == "qemu").Reason);
        }

        string golden = model.Outputs.Length == 0 ? "no exact golden outputs" : managed.Mismatches == 0 ? "golden" : "not the golden outputs";
        return (emulated.Mismatches == 0 && managed.Mismatches == 0 ? "same" : "wrong", string.Create(CultureInfo.InvariantCulture,
            $"{result.Instructions,12} instructions  arena {planned.Plan.ArenaBytes,8}  code {result.Elf?.CodeBytes,7}  weights {result.Elf?.WeightBytes,9}  static {result.Elf?.StaticBytes,4}  stack {result.Elf?.StackBytes,6}  {golden}"));
    }
}
