using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>DENSIFY: sparse constants, which are dense as soon as they are read.</summary>
internal sealed class DensifyTfLite : ITfLiteForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["DENSIFY"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor x = node.Input(0);
        if (x.Type != node.Declared().Type)
        {
            throw node.Fault($"makes {node.Declared().Type.DisplayName()} of {x.Type.DisplayName()}");
        }

        node.Bind(0, x);
    }
}
