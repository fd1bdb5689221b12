using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>The int8 convolution over vectors of sixteen bytes (edgeai_conv2d_vectors_s8).</summary>
internal static class VectorConvolution
{
    private const int Pixels = 2;

    /// <summary>The kernel for a node with int8 operands.</summary>
    public static KernelVariant Of(Node node, ConvolutionGeometry geometry, Clamp clamp) => Of(node, geometry, clamp, isNibbles: false);

    /// <summary>The kernel for a node with int8 operands and int4 weights, which it reads two a byte (edgeai_conv2d_vectors_s4).</summary>
    public static KernelVariant OfNibbles(Node node, ConvolutionGeometry geometry, Clamp clamp) => Of(node, geometry, clamp, isNibbles: true);

    private static KernelVariant Of(Node node, ConvolutionGeometry geometry, Clamp clamp, bool isNibbles) =>
        new(isNibbles ? VectorLayout.NibblesName : VectorLayout.Name, context => Emit(node, geometry, clamp, context, isNibbles))
        {
            ReadsNibbles = isNibbles,
            WhyNot = geometry.Groups == 1 ? null : "it has groups of channels",
            // What two pixels read, in whole vectors. Pixels of the operand are read again for each four channels of the two results.
            ScratchBytes = ReadsOnePixel(geometry) ? 0 : Pixels * (long)((geometry.Depth + VectorLayout.Lanes - 1) / VectorLayout.Lanes * VectorLayout.Lanes),
            ReadBehindPixels = ReadsOnePixel(geometry) ? Pixels : 0,
        };

    private static KernelCall Emit(Node node, ConvolutionGeometry geometry, Clamp clamp, EmissionContext context, bool isNibbles)
    {
        string function = isNibbles ? "edgeai_conv2d_vectors_s4" : "edgeai_conv2d_vectors_s8";
        int channels = geometry.OutputChannels;
        int[] bias = WeightedSum.FoldedBias(node, channels, i => (int)(i / geometry.Depth));
        Requantization factors = ConvolutionRules.Factors(node, channels);
        return new(function, function,
            [
                .. geometry.Fields(),
                KernelField.Of("input_zero_point", node.Input(0).Quantization!.ZeroPoint),
                .. VectorLayout.ResultFields(node, context, clamp, factors, VectorLayout.RowChannels(bias, factors)),
            ],
            [
                context.Read(node.Input(0)), VectorLayout.Weights(node, channels, context, isNibbles),
                context.Write(node.Output), ReadsOnePixel(geometry) ? "NULL" : context.Scratch,
            ]);
    }

    private static bool ReadsOnePixel(ConvolutionGeometry g) =>
        g is { KernelHeight: 1, KernelWidth: 1, PadTop: 0, PadLeft: 0 }
        && (g.OutputHeight - 1) * g.StrideHeight < g.InputHeight && (g.OutputWidth - 1) * g.StrideWidth < g.InputWidth;
}
