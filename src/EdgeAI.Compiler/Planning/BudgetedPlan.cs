namespace EdgeAI.Compiler.Planning;

/// <summary>Limits of the arena of one model; null where there is none.</summary>
/// <param name="ArenaBytes">Of the arena alone.</param>
/// <param name="SramBytes">Of arena, stack and static data.</param>
public sealed record ArenaLimits(long? ArenaBytes, long? SramBytes)
{
    /// <summary>Whether an arena alone is within both.</summary>
    public bool Holds(long arenaBytes) => !(arenaBytes > ArenaBytes) && !(arenaBytes > SramBytes);

    /// <summary>Whether an arena is within both, and leaves <see cref="BudgetedPlan.StackAndStaticBytes"/>.</summary>
    public bool HoldsWithRest(long arenaBytes) => Holds(arenaBytes) && !(arenaBytes > SramBytes - BudgetedPlan.StackAndStaticBytes);
}

/// <summary>
/// The cheapest way to run a model that fits its limits.
/// <list type="bullet">
/// <item>The ordinary plan, in which every node runs as a whole, where that fits: then no other is looked at.</item>
/// <item>Else, of ways in order of cost (<see cref="Streams.StreamSearch"/>), the first that leaves room for stack and static data; else the first whose arena alone
/// fits.</item>
/// <item>Else the one with the smallest arena, which is above a limit.</item>
/// </list>
/// </summary>
public static class BudgetedPlan
{
    /// <summary>Bytes of stack and static data to leave room for: what the product holds itself to, since they are measured only after linking.</summary>
    public const long StackAndStaticBytes = 1024 + 64;

    /// <summary>The place of the cheapest way that fits.</summary>
    /// <param name="ways">In order of cost; the arena of each next is smaller.</param>
    /// <param name="limits">What to fit.</param>
    /// <param name="fitsMemory">Whether a plan has its place in the target's memories.</param>
    public static int Choose(IReadOnlyList<MemoryPlan> ways, ArenaLimits limits, Func<MemoryPlan, bool> fitsMemory)
    {
        int First(Func<long, bool> holds) =>
            Enumerable.Range(0, ways.Count).FirstOrDefault(way => holds(ways[way].ArenaBytes) && fitsMemory(ways[way]), -1);
        int withRest = First(limits.HoldsWithRest);
        int alone = withRest >= 0 ? withRest : First(limits.Holds);
        return alone >= 0 ? alone : ways.Count - 1;
    }
}
