using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;
using EdgeAI.Simulator;

namespace Benchmarks;

/// <summary>What one model costs on one core; its outputs have been compared with the managed run.</summary>
/// <param name="Instructions">Of one inference.</param>
/// <param name="InitInstructions">Of <c>_init</c>.</param>
/// <param name="ArenaBytes">Of the plan.</param>
/// <param name="CodeBytes">Of the linked library.</param>
/// <param name="WeightBytes">Of its constants.</param>
/// <param name="StackBytes">The deepest stack.</param>
/// <param name="Layers">Name, multiply-accumulates and instructions of each step.</param>
internal sealed record Measurement(
    long Instructions, long InitInstructions, long ArenaBytes, long CodeBytes, long WeightBytes, long StackBytes, ImmutableArray<(string Name, long Macs, long Instructions)> Layers)
{
    /// <summary>The model's name in the library.</summary>
    public const string ModelName = "model_under_test";

    private static ModelSettings Settings { get; } = new() { Name = ModelName, TargetCases = 2, Quantization = QuantizationScheme.None };

    /// <summary>Builds a model for a core and runs it on the emulator.</summary>
    public static Measurement Of(string path, string core, bool keep)
    {
        var diagnostics = new List<Diagnostic>();
        (ImportedModel imported, PlannedModel planned, FirmwareSources firmware) = Build(path, core, diagnostics);
        string work = Directory.CreateTempSubdirectory("edgeai-benchmark-").FullName;
        try
        {
            SimulationResult result = SimulateStage.Run(
                new SimulationRequest(imported, planned, firmware, Settings, SimulationLevel.Target,
                    Toolchain.Find(Environment.GetEnvironmentVariable("PATH")), work), diagnostics, CancellationToken.None);
            return new(result.Instructions ?? 0, result.InitInstructions ?? 0, planned.Plan.ArenaBytes, result.Elf?.CodeBytes ?? 0, result.Elf?.WeightBytes ?? 0, result.Elf?.StackBytes ?? 0,
            [
                .. planned.Quantized.Graph.Nodes.Zip(result.Layers, (node, layer) => (
                    $"{node.Operator} {string.Join(' ', node.Inputs.Where(input => input is not null).Take(2).Select(input => input!.Shape.ToString()))} -> {node.Output.Shape}",
                    OperatorCatalog.Of(node).CountMacs(node), layer.Instructions ?? 0)),
            ]);
        }
        finally
        {
            if (keep)
            {
                Console.WriteLine($"kept {work}");
            }
            else
            {
                Directory.Delete(work, recursive: true);
            }
        }
    }

    /// <summary>The stages up to the firmware library, whose model is named <see cref="ModelName"/>; another import beside it, for the comparison.</summary>
    public static (ImportedModel Imported, PlannedModel Planned, FirmwareSources Firmware) Build(string path, string core, List<Diagnostic> diagnostics)
    {
        ImportedModel Import() => ImportStage.Run(
            new ImportRequest(ModelName, Path.GetFileName(path), File.ReadAllBytes(path), ImmutableSortedDictionary<string, Shape>.Empty, _ => null),
            diagnostics, CancellationToken.None);
        QuantizedModel quantized = QuantizeStage.Run(Import(), Settings, diagnostics, CancellationToken.None);
        TargetDescription target = TargetCatalog.Get(core);
        PlannedModel planned = PlanStage.Run(quantized, target, Settings, diagnostics, CancellationToken.None);
        return (Import(), planned, GenerateStage.Run(PlanStage.Combine(target, [planned], diagnostics), diagnostics, CancellationToken.None));
    }

    /// <summary>The repository's folder.</summary>
    public static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EdgeAI.Sdk.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("the benchmark does not stand in the repository");
    }

    /// <summary>The folder shared/conformance beside the repository.</summary>
    public static string FindData()
    {
        string data = Path.Combine(FindRepository(), "..", "shared", "conformance");
        return Directory.Exists(data) ? data : throw new DirectoryNotFoundException("shared/conformance is not beside the repository; set EDGEAI_CONFORMANCE");
    }
}
