using EdgeAI.Compiler.Import.Onnx;

namespace EdgeAI.Compiler.Operators.Indexing;

/// <summary>ONNX NonZero with the number of places that the model declares for the result.</summary>
internal sealed class NonZeroOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["NonZero"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder) =>
        builder.Bind(node, 0, builder.Add("NonZero", new NonZeroAttributes(node.DeclaredExtent(0, 1)), node.Input(0)));
}
