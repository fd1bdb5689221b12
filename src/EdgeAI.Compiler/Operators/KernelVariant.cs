using System.Collections.Immutable;
using EdgeAI.Compiler.Emission;

namespace EdgeAI.Compiler.Operators;

/// <summary>
/// One C kernel that can compute a node: whether it may, what it needs, how it is called. The plan chooses among those that an operator offers
/// (<see cref="Operator.Kernels"/>); each gives the bytes of the managed reference.
/// </summary>
/// <param name="Name">What it is among the operator's kernels: <c>portable</c>, <c>packed</c>. Stands in plans and reports.</param>
/// <param name="Emit">The call. Not asked for where <see cref="WhyNot"/> is set.</param>
public sealed record KernelVariant(string Name, Func<EmissionContext, KernelCall> Emit)
{
    /// <summary>The name of the kernel that computes every node of its operator.</summary>
    public const string Portable = "portable";

    /// <summary>The name of the kernel that computes every node with int4 weights and reads them two a byte.</summary>
    public const string Nibbles = "nibbles";

    /// <summary>Why the kernel cannot compute the node, half a sentence that follows "because"; null where it can.</summary>
    public string? WhyNot { get; init; }

    /// <summary>Bytes of working memory, as <see cref="Operator.ScratchBytes(Model.Node)"/>.</summary>
    public long ScratchBytes { get; init; }

    /// <summary>Operands whose memory this kernel lets the result take over besides those of <see cref="Operator.InPlaceInputs(Model.Node)"/>.</summary>
    public ImmutableArray<int> InPlaceInputs { get; init; } = [];

    /// <summary>Whether the kernel reads int4 weights two a byte; every other takes them as int8.</summary>
    public bool ReadsNibbles { get; init; }

    /// <summary>How the kernel walks, as <see cref="Operator.ReadBehindPixels(Model.Node)"/>.</summary>
    public int? ReadBehindPixels { get; init; }
}
