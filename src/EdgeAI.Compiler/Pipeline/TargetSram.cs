using EdgeAI.Compiler.Planning;

namespace EdgeAI.Compiler.Pipeline;

/// <summary>What the SRAM limit of a target means for one of its models.</summary>
/// <param name="BudgetBytes">The limit of arenas, stack and static data of everything on the target, or null.</param>
/// <param name="ShareBytes">The arena that this model gets beside the others (<see cref="SramSharing"/>); null where it need not give way to any.</param>
public sealed record TargetSram(long? BudgetBytes, long? ShareBytes)
{
    /// <summary>No limit.</summary>
    public static TargetSram Unlimited { get; } = new(null, null);

    /// <summary>The limits of a model that has one of its own, or null.</summary>
    public ArenaLimits LimitsWith(long? ownBytes) =>
        new(ShareBytes, ownBytes is null || BudgetBytes is null ? ownBytes ?? BudgetBytes : Math.Min(ownBytes.Value, BudgetBytes.Value));
}
