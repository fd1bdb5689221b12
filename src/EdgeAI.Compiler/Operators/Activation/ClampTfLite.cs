using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Activation;

/// <summary>RELU, RELU6, RELU_N1_TO_1 and RELU_0_TO_1.</summary>
internal sealed class ClampTfLite : ITfLiteForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["RELU", "RELU6", "RELU_N1_TO_1", "RELU_0_TO_1"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Clamp clamp = node.Operator switch
        {
            "RELU" => Clamp.Relu,
            "RELU6" => Clamp.Relu6,
            "RELU_N1_TO_1" => new Clamp(-1, 1),
            _ => new Clamp(0, 1),
        };
        node.Computed(0, "Clamp", new ClampAttributes(clamp), node.Input(0));
    }
}
