using System.Collections.Immutable;

namespace EdgeAI.Compiler.Planning.Offsets;

/// <summary>Where each buffer starts.</summary>
/// <param name="Offsets">Bytes from the arena's start, in the order of the buffers given.</param>
/// <param name="ArenaBytes">The highest end of a buffer.</param>
/// <param name="LowerBoundBytes">No placement is smaller: the largest sum of sizes at one step, or more where the search has refuted it.</param>
/// <param name="Optimal">Whether no smaller arena exists, by proof.</param>
public sealed record OffsetPlan(ImmutableArray<long> Offsets, long ArenaBytes, long LowerBoundBytes, bool Optimal);
