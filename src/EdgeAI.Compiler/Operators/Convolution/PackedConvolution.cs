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

    // Lanes of three pixels, and their bytes where the depth of a tap is no multiple of 4.
    private long ScratchBytes => (6L + (_geometry.InputChannels % 4 != 0 ? 3 : 0)) * _pairs.PaddedDepth;

    /// <summary>The kernel for a node with int8 operands. Each channel must be proven exact.</summary>
    public static KernelVariant Of(Node node, ConvolutionGeometry geometry, Clamp clamp)
    {
        int[] bias = WeightedSum.FoldedBias(node, geometry.OutputChannels, i => (int)(i / geometry.Depth));
        PackedPairs? pairs = geometry.Groups != 1 ? null : PackedPairs.TryPack(
            node.Input(1).Values<sbyte>(), bias, ConvolutionRules.Factors(node, geometry.OutputChannels), node.Output, clamp, 2);
        if (pairs is null)
        {
            return new("packed", _ => throw new OperatorException($"node '{node.Name}' has no packed kernel"))
            {
                WhyNot = geometry.Groups != 1 ? "it has groups of channels" : PackedPairs.NotExact,
            };
        }

        var packed = new PackedConvolution(geometry.Flattened(), pairs);
        return new("packed", context => packed.Emit(node, context)) { ScratchBytes = packed.ScratchBytes, ReadBehindPixels = 0 };
    }

    private KernelCall Emit(Node node, EmissionContext context) =>
        new("edgeai_conv2d_packed_s8", "edgeai_conv2d_packed_s8",
            [
                .. _geometry.Fields(),
                KernelField.Of("padded_depth", _pairs.PaddedDepth),
                KernelField.Of("input_zero_point", node.Input(0).Quantization!.ZeroPoint),
                .. _pairs.Fields(node, context),
            ],
            [context.Read(node.Input(0)), context.Constant<uint>(node, "weights", _pairs.Weights), context.Write(node.Output), context.Scratch]);
}
