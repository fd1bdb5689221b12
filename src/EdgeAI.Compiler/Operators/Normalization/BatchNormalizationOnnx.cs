using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Normalization;

/// <summary>ONNX BatchNormalization at inference; the channels are axis 1. Statistics that training would return are not made.</summary>
internal sealed class BatchNormalizationOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["BatchNormalization"];

    /// <inheritdoc/>
    public bool NeedsFiniteConstants => true;

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        if (node.Flag("training_mode") || Enumerable.Range(1, 4).Any(node.HasOutput))
        {
            throw new OnnxNodeException("it is in training mode", "Export the model in evaluation mode");
        }

        if (!node.Flag("spatial", true))
        {
            throw new OnnxNodeException("spatial is 0", "Statistics for each channel (spatial 1) are supported");
        }

        Tensor x = node.Input(0);
        builder.Bind(node, 0, builder.Add("BatchNormalization",
            new BatchNormalizationAttributes(node.Float("epsilon", 1e-5f), x.Shape.Rank == 1 ? 0 : 1),
            x, node.Input(1), node.Input(2), node.Input(3), node.Input(4)));
    }
}
