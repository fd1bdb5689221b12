using EdgeAI.Compiler.Import.Onnx;

namespace EdgeAI.Compiler.Operators.Sampling;

/// <summary>ONNX RoiAlign; before operator set 16 no half pixel is taken off.</summary>
internal sealed class RoiAlignOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["RoiAlign"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        bool halfPixel = node.Version >= 16 && node.Text("coordinate_transformation_mode", "half_pixel") == "half_pixel";
        var attributes = new RoiAlignAttributes(
            (int)Math.Clamp(node.Int("output_height", 1), 0, int.MaxValue), (int)Math.Clamp(node.Int("output_width", 1), 0, int.MaxValue),
            (int)Math.Clamp(node.Int("sampling_ratio", 0), 0, int.MaxValue), node.Float("spatial_scale", 1), halfPixel, node.Text("mode", "avg") == "max");
        builder.Bind(node, 0, builder.Add("RoiAlign", attributes, node.Input(0), node.Input(1), node.Input(2)));
    }
}
