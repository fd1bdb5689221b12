using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>CONCATENATION; operands of another scale than the result are requantized first, a fused activation follows.</summary>
internal sealed class ConcatenateTfLite : ITfLiteForm
{
    private const int AxisSlot = 0;
    private const int ActivationSlot = 1;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["CONCATENATION"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor declared = node.Declared();
        Tensor[] operands = node.Inputs();
        if (operands.Length == 0)
        {
            throw node.Fault("joins nothing");
        }

        for (int i = 0; i < operands.Length; i++)
        {
            if (declared.Quantization is not null && operands[i].Quantization is { } own && own != declared.Quantization)
            {
                operands[i] = node.Step("Requantize", NoAttributes.Instance, like: declared, operands[i]);
            }
        }

        var attributes = new ConcatenateAttributes(node.Axis(node.Options.Int32(AxisSlot), operands[0].Shape.Rank));
        Clamp clamp = node.FusedActivation(ActivationSlot);
        if (clamp.IsNone)
        {
            node.Result(0, "Concatenate", attributes, operands);
        }
        else
        {
            node.Result(0, "Clamp", new ClampAttributes(clamp), node.Step("Concatenate", attributes, like: declared, operands));
        }
    }
}
