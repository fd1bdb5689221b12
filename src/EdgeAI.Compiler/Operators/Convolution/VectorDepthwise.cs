using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>The int8 depthwise convolution over sixteen channels at a time (edgeai_depthwise_conv2d_vectors_s8).</summary>
internal static class VectorDepthwise
{
    private const int TapBytes = 16;

    /// <summary>The kernel for a node with int8 operands. The products of two taps must fit in 16 bits.</summary>
    public static KernelVariant Of(Node node, ConvolutionGeometry geometry, Clamp clamp) =>
        new("vectors", context => Emit(node, geometry, clamp, context))
        {
            WhyNot = geometry.InputChannels != geometry.OutputChannels ? "it makes several channels of one"
                : node.Input(1).Values<sbyte>().Contains(sbyte.MinValue) ? "a weight is -128, so that two products do not fit in 16 bits"
                : null,
            ScratchBytes = ((long)TapBytes * geometry.KernelHeight * geometry.KernelWidth) + geometry.InputChannels,
            ReadBehindPixels = 1,
        };

    private static KernelCall Emit(Node node, ConvolutionGeometry geometry, Clamp clamp, EmissionContext context)
    {
        int channels = geometry.OutputChannels;
        int[] bias = WeightedSum.FoldedBias(node, channels, i => (int)(i % channels));
        Requantization factors = ConvolutionRules.Factors(node, channels);
        return new("edgeai_depthwise_conv2d_vectors_s8", "edgeai_depthwise_conv2d_vectors_s8",
            [
                .. geometry.Fields(),
                KernelField.Of("input_zero_point", node.Input(0).Quantization!.ZeroPoint),
                .. VectorLayout.ResultFields(node, context, clamp, factors, VectorLayout.TapChannels(bias, factors)),
            ],
            [
                context.Read(node.Input(0)), context.Constant<sbyte>(node, "weights", VectorLayout.Taps(node.Input(1).Values<sbyte>(), channels)),
                context.Write(node.Output), context.Scratch,
            ]);
    }
}
