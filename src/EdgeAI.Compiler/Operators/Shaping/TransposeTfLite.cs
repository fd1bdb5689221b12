using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>TRANSPOSE by a constant permutation.</summary>
internal sealed class TransposeTfLite : ITfLiteForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["TRANSPOSE"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor x = node.Input(0);
        int[] permutation = [.. node.Integers(1, "permutation").Select(axis => node.Axis(axis, x.Shape.Rank))];
        if (permutation.Length != x.Shape.Rank || permutation.Distinct().Count() != permutation.Length)
        {
            throw node.Fault($"orders the axes of {x.Shape} as [{string.Join(',', permutation)}]");
        }

        node.Result(0, "Transpose", new TransposeAttributes([.. permutation]), x);
    }
}
