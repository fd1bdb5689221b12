using System.Collections.Immutable;
using EdgeAI.Compiler.Planning;
using EdgeAI.Reporting.Figures;

namespace EdgeAI.Reporting.Page;

/// <summary>Memory against work: the ways to run a model that were weighed for a budget, one row each, the arena as a bar.</summary>
internal static class FrontierChart
{
    /// <summary>Nothing where no budget asked.</summary>
    public static Html Write(BuildFigures figures)
    {
        ImmutableArray<PlanPoint> points = figures.Plan.Frontier;
        if (points.IsEmpty)
        {
            return Html.Empty;
        }

        long most = points.Max(point => point.ArenaBytes);
        return Html.Of(
            $"""
            <h3>SRAM against work</h3>
            <p class="lead">The budget asks for less than whole layers take, so that layers were also planned row by row. Of the ways that fit, the build takes the one that moves the fewest bytes; the model itself has {Numbers.Count(figures.Macs)} MACs.</p>
            <ul class="budgets">
            {points.Select(point => Row(point, most, point == points.FirstOrDefault(fitting => fitting.ArenaBytes <= figures.Plan.ArenaBytes)))}
            </ul>
            """);
    }

    private static Html Row(PlanPoint point, long most, bool isChosen)
    {
        Html name = isChosen ? Html.Of($"""<b>{Numbers.Bytes(point.ArenaBytes)}</b> (this build)""") : Html.Of($"{Numbers.Bytes(point.ArenaBytes)}");
        return Html.Of(
            $"""
            <li><div class="line"><span>{name}</span><span class="figure">{Numbers.Count(point.ExtraMacs)} extra MACs, {Numbers.Bytes(point.MovedBytes)} moved, {Numbers.Count(point.Steps)} steps</span></div><div class="bar"><i style="width:{Style.Percent((double)point.ArenaBytes / most)}"></i></div></li>

            """);
    }
}
