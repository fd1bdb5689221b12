using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.FullyConnected;

/// <summary>BATCH_MATMUL: a and b of two axes or more, each transposed on request.</summary>
internal sealed class MatMulTfLite : ITfLiteForm
{
    private const int TransposeASlot = 0;
    private const int TransposeBSlot = 1;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["BATCH_MATMUL"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor a = node.Input(0);
        Tensor b = node.WeightsFor(a, 1);
        node.Computed(0, "MatMul", new MatMulAttributes(node.Options.Flag(TransposeASlot), node.Options.Flag(TransposeBSlot)), a, b);
    }
}
