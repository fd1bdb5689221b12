using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>The float convolution of several channels and pixels at a time (edgeai_conv2d_lanes_f32, edgeai_conv2d_wide_f32).</summary>
internal static class LaneConvolution
{
    /// <summary>The kernel for a node with float operands. Of up to a tile of channels all of the operand has been read before pixels are written.</summary>
    public static KernelVariant Of(Node node, ConvolutionGeometry geometry, Clamp clamp, FloatLanes lanes) =>
        new(lanes.Name, context => Emit(node, geometry.Flattened(), clamp, lanes, context))
        {
            WhyNot = geometry.Groups != 1 ? "it has groups of channels"
                : geometry is { Planes: > 1, DilationWidth: > 1 } ? "its taps lie apart in each plane"
                : lanes.WhyNot(node.Input(1), geometry.OutputChannels),
            ReadBehindPixels = geometry.OutputChannels <= lanes.Tile ? 0 : lanes.Pixels,
        };

    private static KernelCall Emit(Node node, ConvolutionGeometry geometry, Clamp clamp, FloatLanes lanes, EmissionContext context) =>
        new($"edgeai_conv2d_{lanes.Name}_f32", $"edgeai_conv2d_{lanes.Name}_f32",
            [.. geometry.Fields(), KernelField.Of("planes", geometry.Planes), KernelField.Of("minimum", clamp.Minimum), KernelField.Of("maximum", clamp.Maximum)],
            [
                context.Read(node.Input(0)),
                context.Constant<float>(node, "weights", lanes.Weights(node.Input(1).Values<float>(), geometry.OutputChannels)),
                context.Read(node.OptionalInput(2)), context.Write(node.Output),
            ]);
}
