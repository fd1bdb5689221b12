using EdgeAI.Compiler.Planning.Offsets;

namespace EdgeAI.Compiler.Planning;

/// <summary>What a bound of an arena stands on.</summary>
public enum BoundKind
{
    /// <summary>The values alive at one step lie apart.</summary>
    LiveValues,
    /// <summary>The search for offsets went through all placements below the bound.</summary>
    Search,
    /// <summary>As live values, but each result overlaps an operand by as much as its kernel allows, and buffers move freely between steps.</summary>
    Overlap,
    /// <summary>The rows that are held at one call lie apart, but for those that the call makes.</summary>
    Rows,
}

/// <summary>How near an arena is to the smallest for its order of nodes and its streams.</summary>
/// <param name="Kind">What the bound stands on.</param>
/// <param name="BoundBytes">No arena for this schedule is smaller.</param>
/// <param name="GapBytes">What the arena takes beyond the bound.</param>
/// <param name="IsProven">Whether the arena is the smallest, by proof.</param>
public sealed record PlanCertificate(BoundKind Kind, long BoundBytes, long GapBytes, bool IsProven)
{
    /// <summary>The certificate of a plan.</summary>
    public static PlanCertificate Of(MemoryPlan plan, ArenaUse use)
    {
        (BoundKind kind, long bound) = !plan.Streams.IsEmpty ? (BoundKind.Rows, PlacementProblem.RoundUp(use.BoundBytes, MemoryPlanner.ArenaAlignment))
            : plan.OverlapBoundBytes is { } overlapped ? (BoundKind.Overlap, overlapped)
            : (IsRefuted(plan, use) ? BoundKind.Search : BoundKind.LiveValues, plan.LowerBoundBytes);
        return new(kind, bound, plan.ArenaBytes - bound, plan.ArenaBytes == bound);
    }

    /// <summary>Whether the bound is above what the values of any step take, alignment included.</summary>
    private static bool IsRefuted(MemoryPlan plan, ArenaUse use)
    {
        int alignment = plan.Regions.Select(region => region.Alignment).Append(MemoryPlanner.ArenaAlignment).Max();
        long alive = Enumerable.Range(0, use.Count).Max(moment => use.At(moment).Sum(taken => PlacementProblem.RoundUp(taken.Bytes, taken.Buffer.Alignment)));
        return plan.StateBytes == 0 && plan.Regions.Length <= 1 && plan.LowerBoundBytes > PlacementProblem.RoundUp(alive, alignment);
    }
}
