using System.Text;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Reporting.Figures;
using EdgeAI.Reporting.Limits;
using EdgeAI.Simulator;

namespace EdgeAI.Reporting.Documents;

/// <summary><c>report.md</c>: the verdict, one table and what failed, short enough for a pull request.</summary>
internal static class MarkdownReport
{
    private const string Special = "\\`*_{}[]<>#|~&";

    /// <summary>The file's text.</summary>
    public static string Write(Report report)
    {
        var text = new StringBuilder();
        text.Append("## ").Append(Escape(report.ProjectName)).Append(": ").Append(Verdict.Title(report.Outcome).ToLowerInvariant()).Append("\n\n");
        text.Append(Escape(Verdict.Sentence(report))).Append('\n');
        WriteTable(text, report);
        WriteTransposes(text, report);
        WriteList(text, "Broken budgets", report.Budgets.Where(budget => budget.Verdict == BudgetVerdict.Broken).Select(budget => budget.Diagnostic));
        WriteList(text, "Other errors", report.Diagnostics.Where(diagnostic => diagnostic.Severity == Severity.Error)
            .Except(report.Budgets.Where(budget => budget.Verdict == BudgetVerdict.Broken).Select(budget => budget.Diagnostic).OfType<Diagnostic>()));
        WriteList(text, "Budgets without a figure", report.Budgets
            .Where(budget => budget is { Verdict: BudgetVerdict.NotMeasured, Diagnostic.Severity: not Severity.Error }).Select(budget => budget.Diagnostic));
        return text.ToString();
    }

    /// <summary>Text that Markdown shows as it is, on one line.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (char character in text)
        {
            if (Special.Contains(character))
            {
                escaped.Append('\\').Append(character);
            }
            else
            {
                escaped.Append(char.IsControl(character) || character is '\u2028' or '\u2029' ? ' ' : character);
            }
        }

        return escaped.ToString();
    }

    private static void WriteTable(StringBuilder text, Report report)
    {
        if (report.Builds.Length == 0)
        {
            return;
        }

        text.Append("\n| Model | Target | SRAM | Flash | Accuracy | Instructions | Compared | Budgets |\n");
        text.Append("| --- | --- | ---: | ---: | ---: | ---: | --- | --- |\n");
        foreach (ReportedBuild build in report.Builds)
        {
            SimulationResult simulation = build.Figures.Simulation;
            string sram = build.Figures.SramBytes is { } whole ? Numbers.Bytes(whole) : $"arena {Numbers.Bytes(build.Figures.Plan.ArenaBytes)}";
            string flash = build.Figures.FlashBytes is { } measured ? Numbers.Bytes(measured)
                : $"planned weights {Numbers.Bytes(build.Figures.PlannedWeightBytes)}";
            string[] cells =
            [
                Escape(build.Figures.Model), Escape(build.Figures.Target), sram, flash, Numbers.Percent(simulation.Accuracy?.Quantized),
                Numbers.Count(simulation.Instructions), Escape(string.Join(", ", simulation.Engines.Select(run => run.Engine)) + (simulation.MissesTestData() ? "; differs from the test data" : "")),
                BudgetsOf(build),
            ];
            text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
        }
    }

    /// <summary>A line for each build that changes the order of axes at run time.</summary>
    private static void WriteTransposes(StringBuilder text, Report report)
    {
        foreach (ReportedBuild build in report.Builds.Where(build => build.Figures.Transposes.Length > 0))
        {
            text.Append('\n').Append(Escape($"Transposes of {build.Figures.Model} on {build.Figures.Target} at each run: {TransposeText.List(build.Figures.Transposes)}.")).Append('\n');
        }
    }

    private static string BudgetsOf(ReportedBuild build)
    {
        if (build.Budgets.Length == 0)
        {
            return build.Outcome == Outcome.Failed ? "error" : "none";
        }

        int Count(BudgetVerdict verdict) => build.Budgets.Count(budget => budget.Verdict == verdict);
        (int Count, string Name)[] counts =
        [
            (Count(BudgetVerdict.Broken), "broken"), (Count(BudgetVerdict.NotMeasured), "not measured"), (Count(BudgetVerdict.Met), "met"),
        ];
        return string.Join(", ", counts.Where(pair => pair.Count > 0).Select(pair => $"{Numbers.Whole(pair.Count)} {pair.Name}"));
    }

    private static void WriteList(StringBuilder text, string heading, IEnumerable<Diagnostic?> diagnostics)
    {
        Diagnostic[] all = [.. diagnostics.OfType<Diagnostic>().Distinct()];
        if (all.Length > 0)
        {
            text.Append("\n**").Append(heading).Append("**\n\n");
            foreach (Diagnostic diagnostic in all)
            {
                text.Append("- ").Append(diagnostic.Code).Append(": ").Append(Escape(diagnostic.Message)).Append('\n');
            }
        }
    }
}
