using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
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
        CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Places all models of one target together.</summary>
    public static FirmwarePlan Combine(
        TargetDescription target, IReadOnlyList<PlannedModel> models, ICollection<Diagnostic> diagnostics) =>
        throw new NotImplementedException();
}
