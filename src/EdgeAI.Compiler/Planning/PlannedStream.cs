using System.Collections.Immutable;

namespace EdgeAI.Compiler.Planning;

/// <summary>
/// Consecutive nodes that run row by row. Their calls are those of <see cref="Streams.RowSchedule"/>; a value that only they see stands in a buffer of as
/// many rows as are held at once.
/// </summary>
/// <param name="FirstStep">The first node.</param>
/// <param name="LastStep">The last node.</param>
/// <param name="RowsAtOnce">The most rows that a node makes in one call.</param>
/// <param name="HeldAtEnd">The tensors whose rows are held at the end of their buffer; those of all others at its start.</param>
public sealed record PlannedStream(int FirstStep, int LastStep, int RowsAtOnce, ImmutableArray<string> HeldAtEnd)
{
    /// <summary>Whether a node is among them.</summary>
    public bool Contains(int step) => FirstStep <= step && step <= LastStep;
}
