using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>The int8 depthwise convolution over four channels at a time (edgeai_depthwise_conv2d_vectors_s8).</summary>
internal static class VectorDepthwise
{
    private const int Channels = 4;
    private const int PointerBytes = 8;

    /// <summary>Whether the set has vectors and channels come four by four, each by itself.</summary>
    public static bool IsChosen(Node node, ConvolutionGeometry geometry, InstructionSet instructionSet) =>
        instructionSet == InstructionSet.Helium && node.Input(0).Type == ElementType.Int8 && geometry.InputChannels == geometry.OutputChannels
        && geometry.OutputChannels % Channels == 0 && node.Output.Shape.ElementCount > 0;

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
                .. VectorLayout.ResultFields(node, context, clamp, ConvolutionRules.Factors(node, channels), bias),
            ],
            [context.Read(node.Input(0)), context.Read(node.Input(1)), context.Write(node.Output), context.Scratch]);
    }
}
