using EdgeAI.Reporting.Limits;

namespace EdgeAI.Reporting.Page;

/// <summary>All builds in one table; left out where there is only one.</summary>
internal static class Overview
{
    /// <summary>The id of a build's section.</summary>
    public static string AnchorOf(ReportedBuild build) => $"{build.Figures.Model}.{build.Figures.Target}";

    /// <summary><c>good</c>, <c>warn</c> or <c>bad</c>.</summary>
    public static string StateOf(Outcome outcome) => outcome switch { Outcome.Failed => "bad", Outcome.PassedWithWarnings => "warn", _ => "good" };

    /// <summary>The table.</summary>
    public static Html Write(Report report) => report.Builds.Length < 2 ? Html.Empty : Html.Of(
        $"""
        <section class="card">
        <h2>Overview</h2>
        <table class="stack">
        <thead><tr><th>Model</th><th>Target</th><th class="n">SRAM</th><th class="n">Flash</th><th class="n">Accuracy</th><th class="n">Instructions</th><th>Budgets</th></tr></thead>
        <tbody>
        {report.Builds.Select(Row)}
        </tbody>
        </table>
        </section>
        """);

    private static Html Row(ReportedBuild build)
    {
        var figures = build.Figures;
        string sram = figures.SramBytes is { } all ? Numbers.Size(all) : Numbers.Size(figures.Plan.ArenaBytes) + " + ?";
        return Html.Of(
            $"""
            <tr><td class="head"><a href="#{AnchorOf(build)}">{Icon(StateOf(build.Outcome))}{figures.Model}</a></td><td class="row" data-of="Target">{figures.Target}</td><td class="n" data-of="SRAM">{sram}</td><td class="n" data-of="Flash">{Numbers.Size(figures.FlashBytes)}</td><td class="n" data-of="Accuracy">{Numbers.Percent(figures.Simulation.Accuracy?.Quantized)}</td><td class="n" data-of="Instructions">{Numbers.Short(figures.Simulation.Instructions)}</td><td class="row" data-of="Budgets">{BudgetText(build)}</td></tr>

            """);
    }

    private static Html Icon(string state) => Html.Of($"""<span class="{state}">{Icons.Of(state)}</span>""");

    private static string BudgetText(ReportedBuild build)
    {
        string[] broken = [.. build.Budgets.Where(budget => budget.Verdict == BudgetVerdict.Broken).Select(budget => budget.Name).Distinct()];
        int missing = build.Budgets.Count(budget => budget.Verdict == BudgetVerdict.NotMeasured);
        return broken.Length > 0 ? $"{string.Join(", ", broken)} broken"
            : missing > 0 ? $"{Numbers.Whole(missing)} not measured"
            : build.Budgets.Length > 0 ? "met" : "none set";
    }
}
