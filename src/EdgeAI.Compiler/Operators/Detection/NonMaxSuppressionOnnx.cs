using EdgeAI.Compiler.Import.Onnx;

namespace EdgeAI.Compiler.Operators.Detection;

/// <summary>ONNX NonMaxSuppression with the number of rows that the model declares for the result.</summary>
internal sealed class NonMaxSuppressionOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["NonMaxSuppression"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder) => builder.Bind(node, 0, builder.Add(
        "NonMaxSuppression", new NonMaxSuppressionAttributes(node.Flag("center_point_box"), node.DeclaredExtent(0, 0)),
        node.Input(0), node.Input(1), node.Optional(2), node.Optional(3), node.Optional(4)));
}
