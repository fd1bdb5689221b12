using EdgeAI.Compiler.Import.TfLite;

namespace EdgeAI.Compiler.Operators.Softmax;

/// <summary>SOFTMAX and LOG_SOFTMAX over the last axis.</summary>
internal sealed class SoftmaxTfLite : ITfLiteForm
{
    private const int BetaSlot = 0;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["SOFTMAX", "LOG_SOFTMAX"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        if (node.Operator == "LOG_SOFTMAX")
        {
            node.Computed(0, "LogSoftmax", new SoftmaxAttributes(1), node.Input(0));
        }
        else
        {
            node.Computed(0, "Softmax", new SoftmaxAttributes(node.Options.Single(BetaSlot)), node.Input(0));
        }
    }
}
