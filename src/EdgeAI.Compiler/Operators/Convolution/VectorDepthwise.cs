using System.Runtime.InteropServices;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>The int8 depthwise convolution over sixteen channels at a time (edgeai_depthwise_conv2d_vectors_s8).</summary>
internal static class VectorDepthwise
{
    private const int TapBytes = 16;

    /// <summary>The kernel for a node with int8 operands. The products of two taps must fit in 16 bits.</summary>
    /// <param name="node">The node.</param>
    /// <param name="geometry">Its extents.</param>
    /// <param name="clamp">Its limits.</param>
    /// <param name="isNibbles">Whether int4 weights are read two a byte and put into vectors of int8 ones first (edgeai_depthwise_conv2d_vectors_s4).</param>
    public static KernelVariant Of(Node node, ConvolutionGeometry geometry, Clamp clamp, bool isNibbles = false) =>
        new(isNibbles ? VectorLayout.NibblesName : VectorLayout.Name, context => Emit(node, geometry, clamp, context, isNibbles))
        {
            ReadsNibbles = isNibbles,
            WhyNot = geometry.InputChannels != geometry.OutputChannels ? "it makes several channels of one"
                : node.Input(1).Values<sbyte>().Contains(sbyte.MinValue) ? "a weight is -128, so that two products do not fit in 16 bits"
                : null,
            ScratchBytes = ((long)TapBytes * geometry.KernelHeight * geometry.KernelWidth) + geometry.InputChannels
                + (isNibbles ? NibbleLayout.UnpackedBytes(Words(node, geometry).Length) : 0),
            ReadBehindPixels = 1,
        };

    private static KernelCall Emit(Node node, ConvolutionGeometry geometry, Clamp clamp, EmissionContext context, bool isNibbles)
    {
        string function = isNibbles ? "edgeai_depthwise_conv2d_vectors_s4" : "edgeai_depthwise_conv2d_vectors_s8";
        int channels = geometry.OutputChannels;
        int[] bias = WeightedSum.FoldedBias(node, channels, i => (int)(i % channels));
        Requantization factors = ConvolutionRules.Factors(node, channels);
        return new(function, function,
            [
                .. geometry.Fields(),
                KernelField.Of("input_zero_point", node.Input(0).Quantization!.ZeroPoint),
                .. VectorLayout.ResultFields(node, context, clamp, factors, VectorLayout.TapChannels(bias, factors)),
            ],
            [
                context.Read(node.Input(0)),
                isNibbles ? context.Constant<uint>(node, "weights", NibbleLayout.Unpackable(Words(node, geometry)))
                    : context.Constant<sbyte>(node, "weights", VectorLayout.Taps(node.Input(1).Values<sbyte>(), channels)),
                context.Write(node.Output), context.Scratch,
            ]);
    }

    private static ReadOnlySpan<uint> Words(Node node, ConvolutionGeometry geometry) =>
        MemoryMarshal.Cast<sbyte, uint>(VectorLayout.Taps(node.Input(1).Values<sbyte>(), geometry.OutputChannels));
}
