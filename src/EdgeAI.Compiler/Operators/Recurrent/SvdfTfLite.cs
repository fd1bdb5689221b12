using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Recurrent;

/// <summary>SVDF: x, weights of features [F,I], weights of time [F,M], bias or none, and the state, which lasts between runs.</summary>
internal sealed class SvdfTfLite : ITfLiteForm
{
    private const int RankSlot = 0;
    private const int ActivationSlot = 1;
    private const int StateInput = 4;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["SVDF"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor x = node.Input(0);
        Tensor handle = node.Handle(StateInput);
        Tensor state = node.ReadVariable(handle);
        Tensor next = node.Step("SvdfMemory", NoAttributes.Instance, like: handle, state, x, node.WeightsFor(x, 1));
        node.AssignVariable(handle, next);
        node.Result(0, "SvdfResult", new SvdfAttributes(node.Options.Int32(RankSlot), node.FusedActivation(ActivationSlot)),
            next, node.WeightsFor(x, 2), node.OptionalInput(3));
    }
}
