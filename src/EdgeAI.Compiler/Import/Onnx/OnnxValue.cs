using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Import.Onnx;

/// <summary>
/// What a name of the file stands for while importing: a tensor, a sequence of tensors, or an optional that holds nothing (one that holds something is
/// what it holds). The lengths of sequences are known here, so that none of them reaches the graph.
/// </summary>
internal sealed class OnnxValue
{
    private OnnxValue(Tensor? tensor, ImmutableArray<Tensor>? elements)
    {
        Tensor = tensor;
        Elements = elements;
    }

    /// <summary>An optional that holds nothing.</summary>
    public static OnnxValue Nothing { get; } = new(null, null);

    /// <summary>The tensor; null for a sequence and for nothing.</summary>
    public Tensor? Tensor { get; }

    /// <summary>The tensors of a sequence in order; null for a tensor and for nothing.</summary>
    public ImmutableArray<Tensor>? Elements { get; }

    /// <summary>All tensors that it stands for.</summary>
    public IEnumerable<Tensor> Tensors => Tensor is { } tensor ? [tensor] : Elements ?? [];

    /// <summary>Whether an optional holds nothing.</summary>
    public bool IsNothing => Tensor is null && Elements is null;

    /// <summary>A sequence.</summary>
    public static OnnxValue Sequence(IEnumerable<Tensor> elements) => new(null, [.. elements]);

    /// <summary>A tensor.</summary>
    [return: NotNullIfNotNull(nameof(tensor))]
    public static implicit operator OnnxValue?(Tensor? tensor) => tensor is null ? null : new(tensor, null);

    /// <summary>The tensor. Throws <see cref="OnnxNodeException"/> for a sequence and for nothing.</summary>
    public Tensor Single(string what) => Tensor ?? throw new OnnxNodeException($"{what} is {this}", "A tensor is meant: take one by SequenceAt, or join them by ConcatFromSequence");

    /// <summary>The tensors of a sequence. Throws <see cref="OnnxNodeException"/> for a tensor and for nothing.</summary>
    public ImmutableArray<Tensor> Several(string what) => Elements ?? throw new OnnxNodeException($"{what} is {this}", "A sequence of tensors is meant");

    /// <summary>
    /// The value of the same kind whose tensors are made from those of both. Throws <see cref="OnnxNodeException"/> with the remedy where one is a sequence of
    /// another length than the other, or no sequence.
    /// </summary>
    public OnnxValue With(OnnxValue other, Func<Tensor, Tensor, Tensor> made, string obstacle, string remedy)
    {
        if (Tensor is { } one && other.Tensor is { } another)
        {
            return made(one, another);
        }

        return Elements is { } mine && other.Elements is { } theirs && mine.Length == theirs.Length ? Sequence(mine.Zip(theirs, made))
            : IsNothing && other.IsNothing ? Nothing
            : throw new OnnxNodeException($"{obstacle} {this} and {other}", remedy);
    }

    /// <inheritdoc/>
    public override string ToString() => Tensor is { } tensor ? $"'{tensor}'" : Elements is { } elements ? $"a sequence of {elements.Length}" : "an empty optional";
}
