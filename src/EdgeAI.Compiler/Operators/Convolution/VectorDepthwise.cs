using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>The int8 depthwise convolution over eight channels at a time (edgeai_depthwise_conv2d_vectors_s8).</summary>
internal static class VectorDepthwise
{
    private const int PointerBytes = 8;

    /// <summary>Whether the set has vectors, each channel is by itself, and the products of two taps fit in 16 bits.</summary>
    public static bool IsChosen(Node node, ConvolutionGeometry geometry, InstructionSet instructionSet) =>
        instructionSet == InstructionSet.Helium && node.Input(0).Type == ElementType.Int8 && geometry.InputChannels == geometry.OutputChannels
        && node.Output.Shape.ElementCount > 0
        && !node.Input(1).Values<sbyte>().Contains(sbyte.MinValue);

    /// <summary>A list of taps and a pixel of zero points.</summary>
    public static long ScratchBytes(ConvolutionGeometry geometry) =>
        ((long)PointerBytes * geometry.KernelHeight * geometry.KernelWidth) + geometry.InputChannels;

    /// <summary>The call.</summary>
    public static KernelCall Emit(Node node, ConvolutionGeometry geometry, Clamp clamp, EmissionContext context)
    {
        int channels = geometry.OutputChannels;
        int[] bias = WeightedSum.FoldedBias(node, channels, i => (int)(i % channels));
        return new("edgeai_depthwise_conv2d_vectors_s8", "edgeai_depthwise_conv2d_vectors_s8",
            [
                .. geometry.Fields(),
                KernelField.Of("input_zero_point", node.Input(0).Quantization!.ZeroPoint),
                .. VectorLayout.ResultFields(node, context, clamp, ConvolutionRules.Factors(node, channels), bias, inHalves: true),
            ],
            [context.Read(node.Input(0)), context.Read(node.Input(1)), context.Write(node.Output), context.Scratch]);
    }
}
