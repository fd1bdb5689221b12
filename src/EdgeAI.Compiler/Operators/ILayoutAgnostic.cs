using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators;

/// <summary>
/// An operator that does the same work in any order of its axes, so that a Transpose in front of it can be moved behind it.
/// </summary>
public interface ILayoutAgnostic
{
    /// <summary>
    /// The attributes that make op(transpose(x, permutation)) equal transpose(op'(x), permutation), where output axis i of the
    /// transpose is input axis permutation[i]; null when this node cannot be moved over. Operands that are not
    /// transposed alike (constants, broadcast values) are permuted by the caller.
    /// </summary>
    OperatorAttributes? Permuted(Node node, IReadOnlyList<int> permutation);
}
