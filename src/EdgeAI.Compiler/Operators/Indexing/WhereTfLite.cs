using System.Collections.Immutable;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Operators.Indexing;

/// <summary>
/// WHERE: the places of the elements that are not 0, int64 [count,axes], with the count that the file fixes for the result. Rows that no element is
/// left for are −1; elements behind the last row are left out.
/// </summary>
internal sealed class WhereTfLite : ITfLiteForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["WHERE"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor x = node.Real(node.Input(0));
        Tensor places = node.Step("NonZero", new NonZeroAttributes(node.DeclaredExtent(0, 0)), ElementType.Int64, x);
        node.Result(0, "Transpose", new TransposeAttributes([1, 0]), places);
    }
}
