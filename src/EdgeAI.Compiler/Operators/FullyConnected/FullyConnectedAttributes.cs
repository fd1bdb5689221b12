using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.FullyConnected;

/// <summary>FullyConnected: operands x [..., K], weights [O,K], bias [O] or none; result [..., O].</summary>
public sealed record FullyConnectedAttributes(Clamp Clamp) : OperatorAttributes, IClamped
{
    /// <inheritdoc/>
    public OperatorAttributes WithClamp(Clamp clamp) => this with { Clamp = clamp };
}

/// <summary>
/// MatMul of two run-time operands: a [..., M, K] (or [..., K, M] when TransposeA), b [..., K, N] (or [..., N, K] when TransposeB);
/// leading axes broadcast; result [..., M, N].
/// </summary>
public sealed record MatMulAttributes(bool TransposeA, bool TransposeB) : OperatorAttributes;
