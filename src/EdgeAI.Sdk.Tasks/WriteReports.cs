using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Reporting;
using EdgeAI.Sdk.Tasks.Building;
using EdgeAI.Simulator;
using Microsoft.Build.Framework;

namespace EdgeAI.Sdk.Tasks;

[MSBuildMultiThreadableTask]
public sealed partial class WriteReports
{
    private sealed record Entry(ModelEntry Model, TargetEntry Target, StageState Planned, StageState? Simulated)
    {
        /// <summary>Why nothing ran, a phrase; empty where it did.</summary>
        public string WhyNotRun { get; init; } = "";
    }

    private protected override Stage Stage => Stage.Report;

    private protected override void RunUnits(CancellationToken cancellation)
    {
        if (Models.Length == 0)
        {
            BringUpToDate(Stage.Report, [], [], cancellation);
            return;
        }

        var entries = new List<Entry>();
        foreach (ModelEntry model in Project.Models)
        {
            foreach (TargetEntry target in Project.Targets)
            {
                var unit = new StageUnit(model.Name, target.Name);
                if (Store.Read(Stage.Plan, unit) is { } planned && Store.Read(Stage.Simulate, unit) is { } simulated)
                {
                    entries.Add(new Entry(model, target, planned, simulated));
                }
                else if (Store.Read(Stage.Exceed, unit) is { } exceeding)
                {
                    entries.Add(new Entry(model, target, exceeding, null) { WhyNotRun = "the plan breaks a limit, so that no firmware was made" });
                }
                else if (Store.Read(Stage.Plan, unit) is { } alone && Store.Read(Stage.Place, new StageUnit("", target.Name)) is null)
                {
                    entries.Add(new Entry(model, target, alone, null) { WhyNotRun = "the models of the target do not fit in it together, so that no firmware was made" });
                }
            }
        }

        ToldDiagnostic[] said = [.. SaidFiles.SelectMany(SaidDiagnostics.Read)];
        var work = new StageWork(
            StageUnit.Project, Properties.ProjectFile, key => AddKey(key, entries, said), context => Report(entries, said, context));
        BringUpToDate(Stage.Report, [work], [work.Unit], cancellation);
        TakeOut(entries, Store.Read(Stage.Report, StageUnit.Project)?.Said ?? [], cancellation);
    }

    private void AddKey(KeyBuilder key, List<Entry> entries, ToldDiagnostic[] said)
    {
        key.AddConcurrency(Project.Concurrency).Add("project", ProjectName).Add("measured", BudgetsMustBeMeasured.ToString());
        foreach (TargetEntry target in Project.Targets)
        {
            key.AddTarget(target.Description).AddBudgets(target.Budgets);
        }

        foreach (Entry entry in entries)
        {
            key.Add("model", entry.Model.Name).Add("target", entry.Target.Name).Add("planned", entry.Planned.Files[0].Sha256)
                .Add("simulated", entry.Simulated?.Files[0].Sha256).Add("notRun", entry.WhyNotRun).Add("settings", SettingsKey(WithRelativePaths(entry.Model.Settings)));
        }

        foreach (ToldDiagnostic told in said)
        {
            key.Add("said", told.Format());
        }
    }

    private IReadOnlyList<StageFile> Report(List<Entry> entries, ToldDiagnostic[] said, StageContext context)
    {
        var units = entries.ConvertAll(entry => new StageUnit(entry.Model.Name, entry.Target.Name));
        var request = new ReportRequest(
            ProjectName,
            [.. entries.Select((entry, index) => new ReportedModel(
                ModelFile.ReadPlanned(ReadArtefact(entry.Planned.Files[0].Path)),
                entry.Simulated is { } simulated
                    ? SimulateStage.FromJson(AtomicFile.Utf8.GetString(ReadArtefact(simulated.Files[0].Path)))
                    : SimulateStage.NotRun(entry.WhyNotRun),
                WithRelativePaths(entry.Model.Settings),
                [.. said.Where(told => told.Unit.Covers(units[index])).Select(told => told.Diagnostic)]))],
            [.. said.Where(told => !units.Exists(told.Unit.Covers)).Select(told => told.Diagnostic)],
            BudgetsMustBeMeasured)
        {
            Concurrency = Project.Concurrency,
            TargetBudgets = Project.Targets.ToImmutableSortedDictionary(
                target => target.Name, target => target.Budgets, StringComparer.Ordinal),
        };
        IReadOnlyList<SourceFile> files = ReportStage.Run(request, context.Diagnostics);
        return [.. files.Select(file => StageFile.Of($"{Artefacts.Reports}/{file.Path}", file.Text))];
    }

    /// <summary>Takes models that the reports found at fault out of the libraries.</summary>
    private void TakeOut(List<Entry> entries, ImmutableArray<ToldDiagnostic> said, CancellationToken cancellation)
    {
        HashSet<string> files = [.. said.Where(told => told.Diagnostic.Severity == Severity.Error).Select(told => told.Diagnostic.File ?? "")];
        HashSet<string> failed = [.. entries.Where(entry => files.Contains(entry.Model.DisplayPath)).Select(entry => entry.Model.Name)];
        foreach (TargetEntry target in Project.Targets)
        {
            if (entries.Exists(entry => entry.Target == target && failed.Contains(entry.Model.Name)))
            {
                FirmwareLibrary.Remake(Store, Project, target, failed, cancellation);
            }
        }
    }

    private bool BudgetsMustBeMeasured =>
        Level == SimulationLevel.Target || Properties.IsContinuousIntegration;

    /// <summary>Data enter with their names alone: what they hold has gone into the simulation.</summary>
    private static string SettingsKey(ModelSettings settings) =>
        new KeyBuilder("")
            .AddSettings(settings with
            {
                CalibrationData = null,
                TestData = null,
                TestLabels = null,
                TestReference = null,
                Noise = [.. settings.Noise.Select(noise => noise with { Source = null })],
            })
            .Add("calibrationData", settings.CalibrationData).Add("testData", settings.TestData).Add("testLabels", settings.TestLabels)
            .Add("testReference", settings.TestReference).Add("sources", string.Join(';', settings.Noise.Select(noise => noise.Source))).Build();

    /// <summary>Reports name files as the project does, the same on every machine.</summary>
    private ModelSettings WithRelativePaths(ModelSettings settings) => settings with
    {
        CalibrationData = Display(settings.CalibrationData),
        TestData = Display(settings.TestData),
        TestLabels = Display(settings.TestLabels),
        TestReference = Display(settings.TestReference),
        Noise = [.. settings.Noise.Select(noise => noise with { Source = Display(noise.Source) })],
    };

    private string? Display(string? path) => path is null ? null : ProjectPaths.Display(Properties.ProjectDirectory, path);
}
