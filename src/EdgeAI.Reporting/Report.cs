using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Reporting.Figures;
using EdgeAI.Reporting.Limits;

namespace EdgeAI.Reporting;

/// <summary>One model on one target as every document shows it.</summary>
/// <param name="Figures">Its figures.</param>
/// <param name="Budgets">Its limits, checked.</param>
/// <param name="Diagnostics">Of all stages and budgets, in order, each once, without absolute paths.</param>
internal sealed record ReportedBuild(
    BuildFigures Figures, ImmutableArray<BudgetResult> Budgets, ImmutableArray<Diagnostic> Diagnostics)
{
    /// <summary>The outcome.</summary>
    public Outcome Outcome => Verdict.Of(Diagnostics);
}

/// <summary>What every document is written from.</summary>
internal sealed class Report
{
    private Report()
    {
    }

    /// <summary>The heading.</summary>
    public required string ProjectName { get; init; }

    /// <summary>In the order of the request.</summary>
    public required ImmutableArray<ReportedBuild> Builds { get; init; }

    /// <summary>Limits of whole devices, in order of target.</summary>
    public required ImmutableArray<BudgetResult> DeviceBudgets { get; init; }

    /// <summary>Diagnostics that belong to no build.</summary>
    public required ImmutableArray<Diagnostic> Failures { get; init; }

    /// <summary>What making the report found out: budgets that are broken or not measured, and notes.</summary>
    public required ImmutableArray<Diagnostic> Found { get; init; }

    /// <summary>Every diagnostic once: of builds, of devices, of failures.</summary>
    public IEnumerable<Diagnostic> Diagnostics =>
        Builds.SelectMany(build => build.Diagnostics)
            .Concat(DeviceBudgets.Select(budget => budget.Diagnostic).OfType<Diagnostic>())
            .Concat(Failures)
            .Distinct();

    /// <summary>Every limit, those of models first.</summary>
    public IEnumerable<BudgetResult> Budgets => Builds.SelectMany(build => build.Budgets).Concat(DeviceBudgets);

    /// <summary>The outcome of everything.</summary>
    public Outcome Outcome => Verdict.Of(Diagnostics);

    /// <summary>Works out figures and checks limits.</summary>
    public static Report Of(ReportRequest request)
    {
        var paths = new ProjectRelativePaths(request.Models.Select(model => model.Settings.ProjectFolder));
        BuildFigures[] figures = [.. request.Models.Select(model => new BuildFigures(model))];
        ImmutableArray<BudgetResult> budgets = new BudgetCheck(request, figures).Run();
        var builds = ImmutableArray.CreateBuilder<ReportedBuild>();
        var found = ImmutableArray.CreateBuilder<Diagnostic>();
        for (int i = 0; i < figures.Length; i++)
        {
            BuildFigures build = figures[i];
            ImmutableArray<BudgetResult> own = [.. budgets.Where(budget => budget.Model == build.Model && budget.Target == build.Target)];
            Diagnostic[] added = [.. own.Where(budget => !budget.IsSaid).Select(budget => budget.Diagnostic).OfType<Diagnostic>(), .. BorderNote(build), .. TransposeNote(build)];
            found.AddRange(added);
            builds.Add(new ReportedBuild(
                build, own, [.. request.Models[i].Diagnostics.Concat(added).Select(paths.Clean).Distinct()]));
        }

        ImmutableArray<BudgetResult> ofDevices = [.. budgets.Where(budget => budget.Model is null)];
        found.AddRange(ofDevices.Where(budget => !budget.IsSaid).Select(budget => budget.Diagnostic).OfType<Diagnostic>());
        return new Report
        {
            ProjectName = request.ProjectName,
            Builds = builds.ToImmutable(),
            DeviceBudgets = ofDevices,
            Failures = [.. request.Failures.Select(paths.Clean).Distinct()],
            Found = [.. found.Distinct()],
        };
    }

    private static IEnumerable<Diagnostic> TransposeNote(BuildFigures build)
    {
        if (build.Transposes.Length > 0)
        {
            yield return DiagnosticCatalog.TransposesRun.With(
                build.File, build.Model, build.Target, Numbers.Of(build.Transposes.Sum(one => one.Bytes), "byte"), TransposeText.List(build.Transposes),
                TransposeText.Remedy(build.Transposes));
        }
    }

    private static IEnumerable<Diagnostic> BorderNote(BuildFigures build)
    {
        if (build.Border is { } saving)
        {
            yield return DiagnosticCatalog.BorderSetsPeak.With(
                build.File, build.Model, build.Target, Numbers.Count(build.Plan.ArenaBytes), Numbers.Count(saving.SavedBytes), saving.Settings);
        }
    }
}
