using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Logic;

/// <summary>CAST: the numbers, as they stand, in another type; of quantized values the integers.</summary>
internal sealed class CastTfLite : ITfLiteForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["CAST"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor x = node.FileIntegers(0);
        ElementType type = node.Declared().Type;
        if (x.Type == type)
        {
            node.Bind(0, x);
            return;
        }

        node.Result(0, "Cast", new CastAttributes(type), x);
    }
}
