using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Planning.Streams;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Planning;

/// <summary>
/// The cheapest plan that fits a limit.
/// <list type="bullet">
/// <item>The ordinary plan, in which every node runs as a whole, where that fits: then nothing else is looked at.</item>
/// <item>Else the one of <see cref="StreamSearch"/> that moves the fewest bytes among those that leave room for stack and static data; else among those whose
/// arena alone fits.</item>
/// <item>Else the one with the smallest arena, which is above the limit.</item>
/// </list>
/// </summary>
public static class BudgetedPlan
{
    /// <summary>Bytes of stack and static data to leave room for: what the product holds itself to, since they are measured only after linking.</summary>
    public const long StackAndStaticBytes = 1024 + 64;

    /// <summary>The plan.</summary>
    /// <param name="graph">What runs.</param>
    /// <param name="whole">Its ordinary plan.</param>
    /// <param name="instructionSet">Decides on the kernels.</param>
    /// <param name="mostArenaBytes">The limit of the arena, or null where there is none.</param>
    /// <param name="mostSramBytes">The limit of arena, stack and static data, or null.</param>
    /// <param name="cancellation">Stops the search.</param>
    public static MemoryPlan Fit(
        Graph graph, MemoryPlan whole, InstructionSet instructionSet, long? mostArenaBytes, long? mostSramBytes, CancellationToken cancellation)
    {
        long alone = Math.Min(mostArenaBytes ?? long.MaxValue, mostSramBytes ?? long.MaxValue);
        long withRest = Math.Min(alone, (mostSramBytes - StackAndStaticBytes) ?? long.MaxValue);
        if (whole.ArenaBytes <= withRest)
        {
            return whole;
        }

        IReadOnlyList<MemoryPlan> frontier = StreamSearch.Run(graph, whole, instructionSet, cancellation);
        MemoryPlan chosen = frontier.FirstOrDefault(plan => plan.ArenaBytes <= withRest)
            ?? frontier.FirstOrDefault(plan => plan.ArenaBytes <= alone) ?? frontier[^1];
        return chosen with { Frontier = [.. frontier.Select(plan => StreamSearch.PointOf(graph, plan))] };
    }
}
