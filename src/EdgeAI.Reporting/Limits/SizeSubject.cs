using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Settings;
using EdgeAI.Reporting.Figures;

namespace EdgeAI.Reporting.Limits;

/// <summary>What a size limit is for: one model, or all models of a target.</summary>
/// <param name="Name">The subject of a sentence.</param>
/// <param name="Model">The model, or null for all.</param>
/// <param name="Target">The target.</param>
/// <param name="Builds">The models, at least one.</param>
internal sealed record SizeSubject(string Name, string? Model, string Target, IReadOnlyList<BuildFigures> Builds)
{
    private const int MostWeights = 3;

    /// <summary>The model file; null for all models.</summary>
    public string? File => Model is null ? null : Builds[0].File;

    /// <summary>Why a part was not measured.</summary>
    public string WhyUnknown => Builds.First(build => build.SramBytes is null || build.FlashBytes is null).WhyNoTargetFigures;

    /// <summary>What planning said of the limit, where the arena of one model breaks it by itself.</summary>
    public Diagnostic? Said { get; init; }

    private BuildFigures LargestArena => Builds.MaxBy(build => build.Plan.ArenaBytes)!;

    /// <summary>The memory that the models share; null for one model, whose arena it is.</summary>
    public long? ArenaBytes { get; init; }

    /// <summary>The arena of all, static data of each, the deepest stack.</summary>
    public SizeRange Sram()
    {
        long arena = ArenaBytes ?? LargestArena.Plan.ArenaBytes;
        if (Builds.Any(build => build.SramBytes is null))
        {
            return new(arena, null, $"arena {Numbers.Count(arena)}, without static data and stack, which were not measured");
        }

        long leastStatic = Builds.Max(build => build.Simulation.Elf!.StaticBytes);
        long mostStatic = Builds.Sum(build => build.Simulation.Elf!.StaticBytes);
        long stack = Builds.Max(build => build.Simulation.Elf!.StackBytes!.Value);
        return new(arena + leastStatic + stack, arena + mostStatic + stack,
            $"arena {Numbers.Count(arena)} + static {Between(leastStatic, mostStatic)} + stack {Numbers.Count(stack)}");
    }

    /// <summary>Weights of each, and code that models share in part.</summary>
    public SizeRange Flash()
    {
        if (Builds.Any(build => build.FlashBytes is null))
        {
            long planned = Builds.Sum(build => build.PlannedWeightBytes);
            return new(planned, null, $"planned weights {Numbers.Count(planned)}, without code, which was not measured");
        }

        long weights = Builds.Sum(build => build.Simulation.Elf!.WeightBytes);
        long leastCode = Builds.Max(build => build.Simulation.Elf!.CodeBytes);
        long mostCode = Builds.Sum(build => build.Simulation.Elf!.CodeBytes);
        return new(weights + leastCode, weights + mostCode, $"weights {Numbers.Count(weights)} + code {Between(leastCode, mostCode)}");
    }

    /// <summary>The step that needs most memory and what it holds.</summary>
    public string Peak() => LargestArena.Peak.Describe() + (Model is null && Builds.Count > 1 ? $" of model '{LargestArena.Model}'" : "");

    /// <summary>What can make the tensors of that step smaller.</summary>
    public string SmallerTensors() =>
        Compiler.Planning.SmallerTensors.Ways(LargestArena.Planned.Quantized.Graph, LargestArena.Peak.Taken.Select(taken => taken.Buffer));

    /// <summary>A setting that makes the largest arena smaller at no cost, with a comma behind it; empty where there is none.</summary>
    public string Remedy() => LargestArena.Border is { } border
        ? $"set {border.Settings}{(Builds.Count > 1 ? $" on model '{LargestArena.Model}'" : "")}, which saves {Numbers.Count(border.SavedBytes)} bytes, " : "";

    /// <summary>
    /// Settings that make the flash smaller, each with a comma behind it; empty where there are none. Smaller kernels are no way out where weights alone are above
    /// the limit in bytes, but of int4 weights they also take half the flash.
    /// </summary>
    public string FlashRemedy(long limitBytes)
    {
        bool mayHelp = Builds.Sum(build => build.PlannedWeightBytes) < limitBytes || Builds.Any(build => build.Reads(ElementType.Int4));
        return (mayHelp && Builds.Any(build => build.Settings.Optimize != OptimizationGoal.Size) ? "set EdgeAIOptimize=\"Size\", which takes smaller, slower kernels, " : "")
            + (Builds.Any(build => build.Reads(ElementType.Float32)) ? "use an integer type for the layers with weights in float, " : "");
    }

    /// <summary>The largest constants with their sizes.</summary>
    public string LargestWeights()
    {
        var largest = Builds.SelectMany(build => build.Weights, (build, weight) => (build.Model, Weight: weight))
            .OrderByDescending(pair => pair.Weight.Bytes).Take(MostWeights)
            .Select(pair => $"'{DisplayName.Of(pair.Weight.Name)}' of {(Builds.Count > 1 ? pair.Model + ": " : "")}'{DisplayName.Of(pair.Weight.Reader)}' {Numbers.Bytes(pair.Weight.Bytes)}");
        return string.Join(", ", largest.DefaultIfEmpty("none"));
    }

    private static string Between(long least, long most) =>
        least == most ? Numbers.Count(least) : $"{Numbers.Count(least)} to {Numbers.Count(most)}";
}
