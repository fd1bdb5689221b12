using EdgeAI.Reporting.Limits;

namespace EdgeAI.Reporting.Page;

/// <summary>Limits as bars: the figure's length against a mark at the limit.</summary>
internal static class BudgetBars
{
    /// <summary>One row a limit.</summary>
    public static Html Write(IEnumerable<BudgetResult> budgets) => Html.Of(
        $"""
        <ul class="budgets">
        {budgets.Select(Row)}
        </ul>
        """);

    private static Html Row(BudgetResult budget)
    {
        string state = budget.Verdict switch
        {
            BudgetVerdict.Met => "good",
            BudgetVerdict.Broken => "bad",
            _ => "warn",
        };
        string word = budget.Verdict switch
        {
            BudgetVerdict.Met => "met",
            BudgetVerdict.Broken => "broken",
            _ => "not measured",
        };
        string owner = budget is { OfTarget: true, Model: not null } ? " (set on the target)" : "";
        string sign = budget.IsUpperLimit ? "≤" : "≥";
        return Html.Of(
            $"""
            <li class="{state}"><div class="line"><span><span class="{state}">{Icons.Of(state)}</span><b>{budget.Name}</b>{owner}</span><span class="figure">{budget.Text(budget.Figure)} <span class="limit">{sign} {budget.Text(budget.Limit)}</span></span></div>{Bar(budget)}<small>{word}{(budget.Remark.Length > 0 ? ": " + budget.Remark : "")}</small></li>

            """);
    }

    /// <summary>The scale ends a quarter past the larger of figure and limit, and at 100 % for shares.</summary>
    private static Html Bar(BudgetResult budget)
    {
        double figure = Math.Max(0, budget.Figure ?? 0);
        double largest = double.IsPositiveInfinity(figure) ? budget.Limit * 2 : Math.Max(figure, budget.Limit);
        double end = budget.Kind is BudgetKind.MinAccuracy or BudgetKind.MinAccuracyAtSnr ? 1 : Math.Max(largest * 1.25, 1e-12);
        return Html.Of(
            $"""<div class="bar"><i style="width:{Style.Percent(figure / end)}"></i><s style="left:{Style.Percent(budget.Limit / end)}"></s></div>""");
    }
}
