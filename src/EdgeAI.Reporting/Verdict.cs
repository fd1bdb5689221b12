using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Reporting.Figures;
using EdgeAI.Reporting.Limits;

namespace EdgeAI.Reporting;

/// <summary>The outcome of a build in words.</summary>
internal static class Verdict
{
    /// <summary>The outcome that diagnostics make.</summary>
    public static Outcome Of(IEnumerable<Diagnostic> diagnostics) =>
        diagnostics.Select(diagnostic => diagnostic.Severity).DefaultIfEmpty().Max() switch
        {
            Severity.Error => Outcome.Failed,
            Severity.Warning => Outcome.PassedWithWarnings,
            _ => Outcome.Passed,
        };

    /// <summary>One or a few words, the first in upper case.</summary>
    public static string Title(Outcome outcome) => outcome switch
    {
        Outcome.Failed => "Failed",
        Outcome.PassedWithWarnings => "Passed with warnings",
        _ => "Passed",
    };

    /// <summary>What was built, which outputs are not the expected ones, and which limits are broken.</summary>
    public static string Sentence(Report report)
    {
        int models = report.Builds.Select(build => build.Figures.Model).Distinct().Count();
        int targets = report.Builds.Select(build => build.Figures.Target).Distinct().Count();
        string built = report.Builds.Length == 0 ? "No model was built."
            : $"{Numbers.Of(models, "model")} built for {Numbers.Of(targets, "target")}.";
        return string.Join(' ', new[] { built, Missed(report), Limits(report), Errors(report) }.Where(part => part.Length > 0));
    }

    /// <summary>A limit with what it is for: <c>FlashBudget of kws on cortex-m4</c>.</summary>
    public static string Name(BudgetResult budget) =>
        budget.Model is null ? $"{budget.Name} of {budget.Target}" : $"{budget.Name} of {budget.Model} on {budget.Target}";

    private static string Missed(Report report)
    {
        string[] missed = [.. report.Builds.Where(build => build.Figures.Simulation.MissesTestData()).Select(build => build.Figures.Model).Distinct()];
        return missed.Length == 0 ? "" : $"Outputs of {string.Join(", ", missed)} differ from the test data.";
    }

    private static string Limits(Report report)
    {
        BudgetResult[] all = [.. report.Budgets];
        BudgetResult[] broken = [.. all.Where(budget => budget.Verdict == BudgetVerdict.Broken)];
        int missing = all.Count(budget => budget.Verdict == BudgetVerdict.NotMeasured);
        if (all.Length == 0)
        {
            return "No budgets are set.";
        }

        if (broken.Length > 0)
        {
            const int Most = 4;
            string rest = broken.Length > Most ? $" and {Numbers.Whole(broken.Length - Most)} more" : "";
            return $"{Numbers.Whole(broken.Length)} of {Numbers.Of(all.Length, "budget")} {(broken.Length == 1 ? "is" : "are")} broken: {string.Join(", ", broken.Take(Most).Select(Name))}{rest}.";
        }

        return missing == 0 ? (all.Length == 1 ? "Its budget is met." : $"All {Numbers.Whole(all.Length)} budgets are met.")
            : $"{Numbers.Of(all.Length - missing, "budget")} met, {Numbers.Whole(missing)} not measured.";
    }

    private static string Errors(Report report)
    {
        Diagnostic[] ofBudgets = [.. report.Budgets.Select(budget => budget.Diagnostic).OfType<Diagnostic>()];
        int others = report.Diagnostics.Count(diagnostic => diagnostic.Severity == Severity.Error) - ofBudgets.Distinct().Count(d => d.Severity == Severity.Error);
        int warnings = report.Diagnostics.Count(diagnostic => diagnostic.Severity == Severity.Warning);
        return (others, warnings) switch
        {
            (0, 0) => "",
            (0, _) => $"{Numbers.Of(warnings, "warning")}.",
            (_, 0) => $"{Numbers.Of(others, "other error")}.",
            _ => $"{Numbers.Of(others, "other error")}, {Numbers.Of(warnings, "warning")}.",
        };
    }
}
