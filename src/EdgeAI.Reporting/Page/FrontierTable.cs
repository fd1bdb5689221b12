using System.Collections.Immutable;
using EdgeAI.Compiler.Planning;
using EdgeAI.Reporting.Figures;

namespace EdgeAI.Reporting.Page;

/// <summary>Memory against work: the ways to run a model that were weighed, a row each, the arena as a bar.</summary>
internal static class FrontierTable
{
    /// <summary>The card; nothing where there is one way only.</summary>
    public static Html Write(BuildFigures figures)
    {
        ImmutableArray<PlanPoint> points = figures.Plan.Frontier;
        if (points.Length < 2)
        {
            return Html.Empty;
        }

        long most = points.Max(point => point.ArenaBytes);
        string why = figures.Plan.Streams.IsEmpty
            ? "Whole layers fit, so that they run as a whole. Below that, layers can run row by row"
            : "A limit asks for less than whole layers take, so that some run row by row";
        return Html.Of(
            $"""
            <section class="card">
            <h3>SRAM against work</h3>
            <p class="lead">{why}, and only the rows that are still read are kept: bytes move, and steps are more. Nothing is computed twice, so that the {Numbers.Count(figures.Macs)} MACs of the model stay what they are. <code>SramBudget</code> takes the cheapest way that fits.</p>
            <table class="stack frontier">
            <thead><tr><th class="n">Arena</th><th class="n">Extra MACs</th><th class="n">Bytes moved a run</th><th class="n">Steps a run</th><th>With</th></tr></thead>
            <tbody>
            {points.Select(point => Row(point, most, point == figures.OwnPoint))}
            </tbody>
            </table>
            </section>
            """);
    }

    private static Html Row(PlanPoint point, long most, bool isOwn)
    {
        Html with = isOwn ? Html.Of($"""<span class="tag">this build</span>""") : Html.Of($"<code>{ArenaRemedy.BudgetFor(point)}</code>");
        return Html.Of(
            $"""
            <tr{(isOwn ? Html.Of($""" class="own" """) : Html.Empty)}><td class="n" data-of="Arena">{Numbers.Bytes(point.ArenaBytes)}<span class="meter"><i style="width:{Style.Percent((double)point.ArenaBytes / most)}"></i></span></td><td class="n" data-of="Extra MACs">{Numbers.Count(point.ExtraMacs)}</td><td class="n" data-of="Bytes moved a run">{Numbers.Count(point.MovedBytes)}</td><td class="n" data-of="Steps a run">{Numbers.Count(point.Steps)}</td><td class="row" data-of="With">{with}</td></tr>

            """);
    }
}
