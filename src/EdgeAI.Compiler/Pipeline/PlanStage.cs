using System.Collections.Immutable;
using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Pipeline;

/// <summary>All models of one target together.</summary>
/// <param name="Target">The target.</param>
/// <param name="Models">In ordinal order of name.</param>
/// <param name="SharedArenaBytes">The size of one arena that serves every model, one after another.</param>
public sealed record FirmwarePlan(TargetDescription Target, ImmutableArray<PlannedModel> Models, long SharedArenaBytes);

/// <summary><see cref="QuantizedModel"/> + target + budgets → <see cref="PlannedModel"/>; then all models of a target → <see cref="FirmwarePlan"/>.</summary>
public static class PlanStage
{
    /// <summary>Throws <see cref="DiagnosticException"/> with every error found; adds warnings and notes to <paramref name="diagnostics"/>.</summary>
    public static PlannedModel Run(
        QuantizedModel quantized, TargetDescription target, ModelSettings settings, ICollection<Diagnostic> diagnostics,
        CancellationToken cancellation)
    {
        Graph graph = quantized.Graph;
        InstructionSet instructionSet = InstructionSets.Of(target.Core);
        MemoryPlan plan = MemoryPlanner.Plan(graph, instructionSet, cancellation);
        IReadOnlyList<string> faults = PlanVerifier.Verify(graph, plan, instructionSet);
        if (faults.Count > 0)
        {
            throw DiagnosticCatalog.PlanAtFault.Throw(quantized.Source.Path, settings.Name, string.Join("; ", faults.Take(5)));
        }

        CheckSize(quantized, target, settings, plan);
        return new(quantized, target, plan);
    }

    /// <summary>Places all models of one target together: they run one after another, so that one arena of the largest size serves all.</summary>
    public static FirmwarePlan Combine(
        TargetDescription target, IReadOnlyList<PlannedModel> models, ICollection<Diagnostic> diagnostics) =>
        new(target,
            [.. models.OrderBy(model => model.Quantized.Graph.Name, StringComparer.Ordinal)],
            models.Select(model => model.Plan.ArenaBytes).DefaultIfEmpty(0).Max());

    private static void CheckSize(QuantizedModel quantized, TargetDescription target, ModelSettings settings, MemoryPlan plan)
    {
        string file = quantized.Source.Path;
        var errors = new List<Diagnostic>();
        (int step, string node, string alive) = Peak(quantized.Graph, plan);
        if (settings.Budgets.SramBytes is { } budget && plan.ArenaBytes > budget)
        {
            errors.Add(DiagnosticCatalog.ArenaOverBudget.With(
                file, settings.Name, plan.ArenaBytes, target.Name, budget, step, node, alive));
        }

        MemoryRegion? largest = target.Regions.Where(region => region.Holds.Contains("arena")).MaxBy(region => region.SizeBytes);
        if (largest is not null && plan.ArenaBytes > largest.SizeBytes)
        {
            errors.Add(DiagnosticCatalog.ArenaOverMemory.With(
                file, settings.Name, plan.ArenaBytes, target.Name, largest.Name, largest.SizeBytes, step, node, alive));
        }

        if (errors.Count > 0)
        {
            throw new DiagnosticException(errors);
        }
    }

    /// <summary>The first step with the most bytes alive, its node, and the buffers alive, largest first.</summary>
    private static (int Step, string Node, string Alive) Peak(Graph graph, MemoryPlan plan)
    {
        PlannedBuffer[] Alive(int step) => [.. plan.Buffers.Where(buffer => buffer.FirstStep <= step && step <= buffer.LastStep)];
        int peak = Enumerable.Range(0, Math.Max(1, graph.Nodes.Count)).MaxBy(step => Alive(step).Sum(buffer => buffer.Size));
        string alive = string.Join(", ", Alive(peak)
            .OrderByDescending(buffer => buffer.Size)
            .Select(buffer => string.Create(CultureInfo.InvariantCulture, $"{buffer.Name} {buffer.Size}")));
        return (peak, graph.Nodes.Count == 0 ? "border" : graph.Nodes[peak].Name, alive);
    }
}
