using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Reporting.Documents;
using EdgeAI.Reporting.Page;
using EdgeAI.Simulator;

namespace EdgeAI.Reporting;

/// <summary>One model on one target, with everything told about it so far.</summary>
/// <param name="Planned">What was planned.</param>
/// <param name="Simulation">What running it found out.</param>
/// <param name="Settings">What was asked.</param>
/// <param name="Diagnostics">Of all stages for this model, in order.</param>
public sealed record ReportedModel(
    PlannedModel Planned, SimulationResult Simulation, ModelSettings Settings, IReadOnlyList<Diagnostic> Diagnostics);

/// <summary>What the reports are made of.</summary>
/// <param name="ProjectName">The heading.</param>
/// <param name="Models">Every model and target that was built, in order of model, then of target.</param>
/// <param name="Failures">Diagnostics of models that did not get here.</param>
/// <param name="BudgetsMustBeMeasured">Whether a budget whose figure is missing is an error (CI, or a simulation level was asked for).</param>
public sealed record ReportRequest(
    string ProjectName, IReadOnlyList<ReportedModel> Models, IReadOnlyList<Diagnostic> Failures, bool BudgetsMustBeMeasured)
{
    /// <summary>Limits for everything on a device by the target's name: sizes of its whole firmware, the others for each of its models.</summary>
    public ImmutableSortedDictionary<string, Budgets> TargetBudgets { get; init; } = ImmutableSortedDictionary<string, Budgets>.Empty;

    /// <summary>Which models may run at the same time and so share no memory.</summary>
    public ModelConcurrency Concurrency { get; init; } = ModelConcurrency.None;
}

/// <summary>All → the reports: index.html, report.md, report.sarif and one JSON for each model and target.</summary>
public static class ReportStage
{
    /// <summary>
    /// The report files, paths relative to the report folder. Budgets are checked here: those that are broken or could not be measured are
    /// added to <paramref name="diagnostics"/> and stand in the reports; nothing is thrown for them.
    /// </summary>
    public static IReadOnlyList<SourceFile> Run(ReportRequest request, ICollection<Diagnostic> diagnostics)
    {
        Report report = Report.Of(request);
        foreach (Diagnostic diagnostic in report.Found)
        {
            diagnostics.Add(diagnostic);
        }

        return
        [
            .. report.Builds.Select(build => new SourceFile($"{build.Figures.Model}.{build.Figures.Target}.json", JsonReport.Write(build))),
            new SourceFile("index.html", HtmlReport.Write(report)),
            new SourceFile("report.md", MarkdownReport.Write(report)),
            new SourceFile("report.sarif", SarifReport.Write(report)),
        ];
    }
}
