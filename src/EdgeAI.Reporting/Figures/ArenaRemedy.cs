using System.Collections.Immutable;
using EdgeAI.Compiler.Planning;

namespace EdgeAI.Reporting.Figures;

/// <summary>Something that makes the arena smaller.</summary>
/// <param name="Kind"><c>border</c>: integers instead of floats at the model's border; <c>rows</c>: layers that run row by row.</param>
/// <param name="Setting">What to set on the model's item.</param>
/// <param name="ArenaBytes">The arena then.</param>
/// <param name="Cost">What that way costs; null for a border, which costs nothing on the device.</param>
internal sealed record ArenaRemedy(string Kind, string Setting, long ArenaBytes, PlanPoint? Cost)
{
    private const int MostRows = 3;

    /// <summary>
    /// What makes the arena of a build smaller, the cheapest first: integer borders, then the next ways of its frontier and the last.
    /// </summary>
    public static ImmutableArray<ArenaRemedy> Of(BuildFigures figures)
    {
        var remedies = ImmutableArray.CreateBuilder<ArenaRemedy>();
        if (figures.Border is { } border)
        {
            remedies.Add(new("border", border.Settings, figures.Plan.ArenaBytes - border.SavedBytes, null));
        }

        PlanPoint[] smaller = [.. figures.Plan.Frontier.Where(point => point.ArenaBytes < figures.Plan.ArenaBytes)];
        IEnumerable<PlanPoint> told = smaller.Length <= MostRows ? smaller : smaller.Take(MostRows - 1).Append(smaller[^1]);
        remedies.AddRange(told.Select(point => new ArenaRemedy("rows", BudgetFor(point), point.ArenaBytes, point)));
        return remedies.ToImmutable();
    }

    /// <summary>The budget that makes a build take a way of the frontier.</summary>
    public static string BudgetFor(PlanPoint point) => $"SramBudget=\"{Numbers.Whole(point.ArenaBytes + BudgetedPlan.StackAndStaticBytes)}\"";
}
