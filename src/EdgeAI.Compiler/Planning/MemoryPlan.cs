using System.Collections.Immutable;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Planning.Regions;

namespace EdgeAI.Compiler.Planning;

/// <summary>
/// The arena of one model. Step i is node i of the graph; inputs are alive from step 0, outputs to the last step.
/// </summary>
/// <param name="ArenaBytes">Size of the arena.</param>
/// <param name="LowerBoundBytes">
/// No placement of these buffers with these lifetimes in which none overlap is smaller: the largest sum of bytes alive at one step.
/// </param>
/// <param name="Optimal">Whether the arena is proven to be the smallest for these buffers.</param>
/// <param name="StateBytes">Bytes at the arena's start that last between runs.</param>
/// <param name="Buffers">In order of first step, then of name.</param>
public sealed record MemoryPlan(
    long ArenaBytes, long LowerBoundBytes, bool Optimal, long StateBytes, ImmutableArray<PlannedBuffer> Buffers)
{
    /// <summary>
    /// No placement is smaller in which results overlap their operands by the distances of <see cref="Operators.Operator.OverlapDistance"/> and buffers
    /// move between steps; null where no node allows an overlap, so that <see cref="LowerBoundBytes"/> is the bound.
    /// </summary>
    public long? OverlapBoundBytes { get; init; }

    /// <summary>In order of step; at most one a step.</summary>
    public ImmutableArray<PlannedMove> Moves { get; init; } = [];

    /// <summary>
    /// The ways to run the model that were weighed, from the least work to the smallest arena; this plan is one of them. Empty where no budget asked.
    /// </summary>
    public ImmutableArray<PlanPoint> Frontier { get; init; } = [];

    /// <summary>Segments that run row by row, in order of step; they never overlap.</summary>
    public ImmutableArray<PlannedStream> Streams { get; init; } = [];

    /// <summary>
    /// The parts of the arena in the target's memories, in order of offset, without gaps; empty where the target names no memory for arenas.
    /// </summary>
    public ImmutableArray<PlannedRegion> Regions { get; init; } = [];

    /// <summary>Weights that are copied into unused bytes of the arena, in order of step.</summary>
    public ImmutableArray<PlannedWeightCopy> WeightCopies { get; init; } = [];

    /// <summary>Bytes at the start of the first part that nothing else may use between runs: the state, and the places of the other parts.</summary>
    public long PersistentBytes => Regions.Length > 1 ? Regions[0].Bytes : StateBytes;

    /// <summary>Whether some tensors are parts of others.</summary>
    public bool HasParts => Buffers.Any(buffer => !buffer.Parts.IsEmpty);

    /// <summary>Whether a buffer of this plan is a state, which lasts between runs.</summary>
    public bool IsState(PlannedBuffer buffer) => buffer.Size > 0 && buffer.Offset + buffer.Size <= StateBytes;

    /// <summary>The placed buffer that holds a tensor when it is made, or null for a constant.</summary>
    public PlannedBuffer? BufferOf(Tensor tensor) =>
        Buffers.FirstOrDefault(buffer => buffer.Tensors.Contains(tensor.Name, StringComparer.Ordinal));
}

/// <summary>
/// Bytes that are moved right before a step runs; the source and the destination may overlap. What was one buffer stands as two in the
/// plan, one up to the step before and one from this step on.
/// </summary>
/// <param name="Step">The step in front of which they move.</param>
/// <param name="Buffer">The name of both buffers.</param>
/// <param name="From">Their offset before.</param>
/// <param name="To">Their offset after.</param>
/// <param name="Size">Bytes.</param>
public sealed record PlannedMove(int Step, string Buffer, long From, long To, long Size);

/// <summary>One stretch of the arena and the steps during which it is taken.</summary>
/// <param name="Name">The first tensor's name, or <c>scratch of NODE</c>.</param>
/// <param name="Offset">Bytes from the arena's start.</param>
/// <param name="Size">Bytes.</param>
/// <param name="FirstStep">The first step at which its contents matter.</param>
/// <param name="LastStep">The last, inclusive.</param>
/// <param name="Tensors">The tensors that live here: one after another (in place), as views, or beside each other as parts of a larger one.</param>
/// <param name="Alignment">The offset is a multiple of it.</param>
public sealed record PlannedBuffer(
    string Name, long Offset, long Size, int FirstStep, int LastStep, ImmutableArray<string> Tensors, int Alignment)
{
    /// <summary>Those of the tensors that begin behind the buffer's start, in the same order.</summary>
    public ImmutableArray<PlannedPart> Parts { get; init; } = [];

    /// <summary>Where one of the tensors begins, in bytes from the arena's start.</summary>
    public long PlaceOf(string tensor) => Offset + Parts.FirstOrDefault(part => part.Tensor == tensor).Offset;
}

/// <summary>A tensor inside a larger one: an operand of a concatenation, or a slice.</summary>
/// <param name="Tensor">Its name.</param>
/// <param name="Offset">Bytes from the start of the buffer.</param>
public readonly record struct PlannedPart(string Tensor, long Offset);
