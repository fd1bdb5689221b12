using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>
/// The int8 convolution over pairs of channels (edgeai_conv2d_packed_s8). A 1×1 convolution without strides is one row of pixels.
/// </summary>
internal sealed class PackedConvolution
{
    private readonly ConvolutionGeometry _geometry;
    private readonly PackedPairs _pairs;

    private PackedConvolution(ConvolutionGeometry geometry, PackedPairs pairs)
    {
        _geometry = geometry;
        _pairs = pairs;
    }

    /// <summary>Lanes of three pixels, and their bytes where the depth of a tap is no multiple of 4.</summary>
    public long ScratchBytes => (6L + (NeedsPatches ? 3 : 0)) * _pairs.PaddedDepth;

    private bool NeedsPatches => _geometry.InputChannels % 4 != 0;

    /// <summary>The kernel for a node, or null where the set has none or a channel cannot be proven exact.</summary>
    public static PackedConvolution? Choose(Node node, ConvolutionGeometry geometry, Clamp clamp, InstructionSet instructionSet)
    {
        if (instructionSet is not (InstructionSet.Dsp or InstructionSet.Helium) || node.Input(0).Type != ElementType.Int8 || geometry.Groups != 1
            || node.Output.Shape.ElementCount == 0)
        {
            return null;
        }

        int[] bias = WeightedSum.FoldedBias(node, geometry.OutputChannels, i => (int)(i / geometry.Depth));
        var pairs = PackedPairs.TryPack(
            node.Input(1).Values<sbyte>(), bias, ConvolutionRules.Factors(node, geometry.OutputChannels), node.Output, clamp, 2);
        return pairs is null ? null : new(Flattened(geometry), pairs);
    }

    /// <summary>The call.</summary>
    public KernelCall Emit(Node node, EmissionContext context) =>
        new("edgeai_conv2d_packed_s8", "edgeai_conv2d_packed_s8",
            [
                .. _geometry.Fields(),
                KernelField.Of("padded_depth", _pairs.PaddedDepth),
                KernelField.Of("input_zero_point", node.Input(0).Quantization!.ZeroPoint),
                .. _pairs.Fields(node, context),
            ],
            [context.Read(node.Input(0)), context.Constant<uint>(node, "weights", _pairs.Weights), context.Write(node.Output), context.Scratch]);

    private static ConvolutionGeometry Flattened(ConvolutionGeometry g)
    {
        int pixels = g.Batches * g.OutputHeight * g.OutputWidth;
        bool isProduct = g is { KernelHeight: 1, KernelWidth: 1, StrideHeight: 1, StrideWidth: 1, PadTop: 0, PadLeft: 0 }
            && g.InputHeight == g.OutputHeight && g.InputWidth == g.OutputWidth;
        return isProduct
            ? g with { Batches = 1, InputHeight = 1, InputWidth = pixels, OutputHeight = 1, OutputWidth = pixels, DilationHeight = 1, DilationWidth = 1 }
            : g;
    }
}
