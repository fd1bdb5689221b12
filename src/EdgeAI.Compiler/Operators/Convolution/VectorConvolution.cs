using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>The int8 convolution over vectors of sixteen bytes (edgeai_conv2d_vectors_s8).</summary>
internal static class VectorConvolution
{
    private const int Pixels = 2;

    /// <summary>The kernel for a node with int8 operands.</summary>
    public static KernelVariant Of(Node node, ConvolutionGeometry geometry, Clamp clamp) =>
        new("vectors", context => Emit(node, geometry, clamp, context))
        {
            WhyNot = geometry.Groups == 1 ? null : "it has groups of channels",
            // What two pixels read, in whole vectors. Pixels of the operand are read again for each four channels of the two results.
            ScratchBytes = ReadsOnePixel(geometry) ? 0 : Pixels * (long)((geometry.Depth + VectorLayout.Lanes - 1) / VectorLayout.Lanes * VectorLayout.Lanes),
            ReadBehindPixels = ReadsOnePixel(geometry) ? Pixels : 0,
        };

    private static KernelCall Emit(Node node, ConvolutionGeometry geometry, Clamp clamp, EmissionContext context)
    {
        int channels = geometry.OutputChannels;
        int[] bias = WeightedSum.FoldedBias(node, channels, i => (int)(i / geometry.Depth));
        Requantization factors = ConvolutionRules.Factors(node, channels);
        return new("edgeai_conv2d_vectors_s8", "edgeai_conv2d_vectors_s8",
            [
                .. geometry.Fields(),
                KernelField.Of("input_zero_point", node.Input(0).Quantization!.ZeroPoint),
                .. VectorLayout.ResultFields(node, context, clamp, factors, VectorLayout.RowChannels(bias, factors)),
            ],
            [
                context.Read(node.Input(0)), context.Constant<sbyte>(node, "weights", VectorLayout.Weights(node.Input(1).Values<sbyte>(), channels)),
                context.Write(node.Output), ReadsOnePixel(geometry) ? "NULL" : context.Scratch,
            ]);
    }

    private static bool ReadsOnePixel(ConvolutionGeometry g) =>
        g is { KernelHeight: 1, KernelWidth: 1, PadTop: 0, PadLeft: 0 }
        && (g.OutputHeight - 1) * g.StrideHeight < g.InputHeight && (g.OutputWidth - 1) * g.StrideWidth < g.InputWidth;
}
