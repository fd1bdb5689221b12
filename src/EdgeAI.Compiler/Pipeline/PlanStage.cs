using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Passes;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Ordering;
using EdgeAI.Compiler.Planning.Regions;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Pipeline;

/// <summary>What planning one model came to.</summary>
/// <param name="Planned">The plan that was reached.</param>
/// <param name="Broken">The limits that it breaks, an error each; where there is one, the plan is good for a report alone.</param>
public sealed record PlanOutcome(PlannedModel Planned, ImmutableArray<Diagnostic> Broken)
{
    /// <summary>Warnings and notes.</summary>
    public ImmutableArray<Diagnostic> Told { get; init; } = [];
}

/// <summary>
/// <see cref="QuantizedModel"/> + target + budgets → <see cref="PlannedModel"/>: a type for each layer where there is a choice, a kernel for each node, then the arena for these kernels; then all
/// models of a target → <see cref="FirmwarePlan"/>.
/// </summary>
public static class PlanStage
{
    /// <summary>
    /// Throws <see cref="DiagnosticException"/> with every error found; adds warnings and notes to <paramref name="diagnostics"/>, and tells <paramref name="progress"/>
    /// of steps that may take long.
    /// </summary>
    public static PlannedModel Run(
        QuantizedModel quantized, TargetDescription target, ModelSettings settings, ICollection<Diagnostic> diagnostics,
        CancellationToken cancellation, TargetSram? ofTarget = null, IProgress<StageProgress>? progress = null)
    {
        PlanOutcome outcome = Reach(quantized, target, settings, ofTarget ?? TargetSram.Unlimited, cancellation, progress);
        outcome.Told.ToList().ForEach(diagnostics.Add);
        return outcome.Broken.IsEmpty ? outcome.Planned : throw new DiagnosticException(outcome.Broken);
    }

    /// <summary>
    /// The plan of a model, also where it breaks a limit. Throws <see cref="DiagnosticException"/> when there is none.
    /// </summary>
    /// <param name="quantized">What runs.</param>
    /// <param name="target">Where.</param>
    /// <param name="settings">What the user set for the model.</param>
    /// <param name="ofTarget">What the target's limit leaves to the model.</param>
    /// <param name="cancellation">Ends the planning.</param>
    /// <param name="progress">Told of steps that may take long.</param>
    public static PlanOutcome Reach(
        QuantizedModel quantized, TargetDescription target, ModelSettings settings, TargetSram ofTarget, CancellationToken cancellation,
        IProgress<StageProgress>? progress = null)
    {
        var told = new List<Diagnostic>();
        ArenaLimits limits = ofTarget.LimitsWith(settings.Budgets.SramBytes);
        (quantized, limits) = TypeAssignment.Settle(quantized, target, settings, limits, told, cancellation, progress);
        (ModelPlanning planning, MemoryPlan chosen) = Planned(quantized, target, settings, limits, cancellation);
        MemoryPlan plan = WeightCopyPlanner.Plan(planning.Graph, chosen, target, cancellation);
        IReadOnlyList<string> faults =
        [
            .. OrderVerifier.Verify(planning.FileOrder, planning.Graph), .. PlanVerifier.Verify(planning.Graph, plan, planning.InstructionSet),
        ];
        return faults.Count > 0
            ? throw DiagnosticCatalog.PlanAtFault.Throw(quantized.Source.Path, settings.Name, string.Join("; ", faults.Take(5)))
            : new(planning.PlannedOf(plan), [.. new SizeCheck(planning, plan, settings).Run(quantized.Source.Path, ofTarget.BudgetBytes, cancellation)])
            {
                Told = [.. told],
            };
    }

    /// <summary>The way to run a model, with Transposes fused into the convolutions behind them unless the arena gets larger by it.</summary>
    private static (ModelPlanning Planning, MemoryPlan Chosen) Planned(
        QuantizedModel quantized, TargetDescription target, ModelSettings settings, ArenaLimits limits, CancellationToken cancellation)
    {
        var planning = new ModelPlanning(quantized, target, settings, limits, cancellation);
        MemoryPlan chosen = planning.Choose();
        if (FuseTransposeIntoConvolution.Of(quantized.Graph) is { } graph)
        {
            var fused = new ModelPlanning(quantized with { Graph = graph }, target, settings, limits, cancellation);
            MemoryPlan other = fused.Choose();
            if (other.ArenaBytes <= chosen.ArenaBytes)
            {
                return (fused, other);
            }
        }

        return (planning, chosen);
    }

    /// <summary>
    /// Places all models of one target together: those that never run at once share memory. Throws <see cref="DiagnosticException"/> when a
    /// memory of the target is too small.
    /// </summary>
    /// <param name="target">The target.</param>
    /// <param name="models">Its planned models.</param>
    /// <param name="diagnostics">Gets warnings and notes.</param>
    /// <param name="concurrency">Which models may run at the same time; null when none may.</param>
    public static FirmwarePlan Combine(
        TargetDescription target, IReadOnlyList<PlannedModel> models, ICollection<Diagnostic> diagnostics, ModelConcurrency? concurrency = null) =>
        FirmwarePlacement.Of(target, models, concurrency ?? ModelConcurrency.None);
}
