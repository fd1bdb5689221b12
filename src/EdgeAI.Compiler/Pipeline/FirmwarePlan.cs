using System.Collections.Immutable;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Pipeline;

/// <summary>All models of one target together.</summary>
/// <param name="Target">The target.</param>
/// <param name="Models">In ordinal order of name.</param>
/// <param name="SharedArenaBytes">Bytes of working memory that serve all models, over all memories.</param>
public sealed record FirmwarePlan(TargetDescription Target, ImmutableArray<PlannedModel> Models, long SharedArenaBytes)
{
    /// <summary>
    /// The memories in use, the fastest first; one without a name where the target's description has none for arenas.
    /// </summary>
    public ImmutableArray<FirmwareMemory> Memories { get; init; } = [];

    /// <summary>Whether one memory holds all models from its start on, so that a union of their arenas describes it.</summary>
    public bool IsUnion => Memories is [{ } only] && only.Parts.All(part => part.Offset == 0);
}

/// <summary>What lies in one memory of a target.</summary>
/// <param name="Name">The memory's name in the target's description, or empty.</param>
/// <param name="Bytes">What all parts together take.</param>
/// <param name="Alignment">Of the first byte.</param>
/// <param name="Parts">In order of model, then of part.</param>
public sealed record FirmwareMemory(string Name, long Bytes, int Alignment, ImmutableArray<FirmwarePart> Parts);

/// <summary>One part of a model's arena in a memory.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Region">Which part of the arena: 0 is the one that the model's functions take.</param>
/// <param name="Offset">Bytes from the start of what is shared.</param>
/// <param name="Bytes">Its size.</param>
public readonly record struct FirmwarePart(string Model, int Region, long Offset, long Bytes);
