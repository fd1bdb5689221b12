using System.Runtime.InteropServices;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators;

/// <summary>One execution of a node in managed code: its operands and the memory of its results.</summary>
public sealed class OperatorCall
{
    private readonly Memory<byte>?[] _inputs;
    private readonly Memory<byte>[] _outputs;
    private readonly Memory<byte> _scratch;
    private readonly Preparation _prepared;

    /// <summary>A call over caller-owned memory; the same call may be executed many times with new contents.</summary>
    public OperatorCall(Node node, Memory<byte>?[] inputs, Memory<byte>[] outputs, Memory<byte> scratch = default)
    {
        Node = node;
        _inputs = inputs;
        _outputs = outputs;
        _scratch = scratch;
        _prepared = new();
    }

    /// <summary>A call of the same node over other memory; what depends on the node alone is made once for both. They may not run at once.</summary>
    public OperatorCall(OperatorCall same, Memory<byte>?[] inputs, Memory<byte>[] outputs, Memory<byte> scratch)
        : this(same.Node, inputs, outputs, scratch)
    {
        _prepared = same._prepared;
    }

    /// <summary>The node that runs.</summary>
    public Node Node { get; }

    /// <summary>Whether an optional operand is there.</summary>
    public bool HasInput(int index) => index < _inputs.Length && _inputs[index] is not null;

    /// <summary>The elements of an operand, row-major.</summary>
    public ReadOnlySpan<T> Input<T>(int index) where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(_inputs[index]!.Value.Span);

    /// <summary>The elements of an optional operand; empty where it is left out.</summary>
    public ReadOnlySpan<T> OptionalInput<T>(int index) where T : unmanaged => HasInput(index) ? Input<T>(index) : default;

    /// <summary>The elements of a result, row-major. May be the memory of an operand that <see cref="Operator.InPlaceInputs(Node)"/> names.</summary>
    public Span<T> Output<T>(int index = 0) where T : unmanaged => MemoryMarshal.Cast<byte, T>(_outputs[index].Span);

    /// <summary>Bytes of an operand.</summary>
    public ReadOnlySpan<byte> InputBytes(int index) => _inputs[index]!.Value.Span;

    /// <summary>Bytes of a result.</summary>
    public Span<byte> OutputBytes(int index = 0) => _outputs[index].Span;

    /// <summary>Working memory of <see cref="Operator.ScratchBytes(Node)"/>.</summary>
    public Span<byte> Scratch => _scratch.Span;

    /// <summary>What depends on the node alone (multipliers, tables), made once a call object.</summary>
    public T Prepare<T>(Func<Node, T> make) where T : class => (T)(_prepared.Made ??= make(Node));

    /// <summary>Lets go of what <see cref="Prepare"/> made.</summary>
    internal void Forget()
    {
        (_prepared.Made as IDisposable)?.Dispose();
        _prepared.Made = null;
    }

    private sealed class Preparation
    {
        public object? Made { get; set; }
    }
}
