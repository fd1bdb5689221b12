using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>The float convolution of eight channels and four pixels at a time (edgeai_conv2d_lanes_f32).</summary>
internal static class LaneConvolution
{
    private const int Pixels = 4;

    // EDGEAI_CONV2D_LANES_F32_TILE: up to so many channels, all of the operand has been read before the block of pixels is written.
    private const int Tile = 16;

    /// <summary>The kernel for a node with float operands.</summary>
    public static KernelVariant Of(Node node, ConvolutionGeometry geometry, Clamp clamp) =>
        new("lanes", context => Emit(node, geometry.Flattened(), clamp, context))
        {
            WhyNot = geometry.Groups == 1 ? FloatLanes.WhyNot(node.Input(1), geometry.OutputChannels) : "it has groups of channels",
            ReadBehindPixels = geometry.OutputChannels <= Tile ? 0 : Pixels,
        };

    private static KernelCall Emit(Node node, ConvolutionGeometry geometry, Clamp clamp, EmissionContext context) =>
        new("edgeai_conv2d_lanes_f32", "edgeai_conv2d_lanes_f32",
            [.. geometry.Fields(), KernelField.Of("minimum", clamp.Minimum), KernelField.Of("maximum", clamp.Maximum)],
            [
                context.Read(node.Input(0)),
                context.Constant<float>(node, "weights", FloatLanes.Weights(node.Input(1).Values<float>(), geometry.OutputChannels)),
                context.Read(node.OptionalInput(2)), context.Write(node.Output),
            ]);
}
