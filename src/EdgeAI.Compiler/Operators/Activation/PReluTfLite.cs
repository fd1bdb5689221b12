using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Activation;

/// <summary>PRELU: x and a slope that broadcasts to it.</summary>
internal sealed class PReluTfLite : ITfLiteForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["PRELU"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node) => node.Computed(0, "PRelu", NoAttributes.Instance, node.Input(0), node.Input(1));
}
