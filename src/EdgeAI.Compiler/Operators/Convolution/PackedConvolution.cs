using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>
/// The int8 convolution over pairs of channels (edgeai_conv2d_packed_s8). A 1×1 convolution without strides is one row of pixels.
/// </summary>
internal sealed class PackedConvolution
{
    // Instructions of three pixels: four more depth indices of a pair of channels; a row of the kernel that is copied before it is widened.
    private const int StepInstructions = 18;
    private const int CopyInstructions = 90;

    private readonly ConvolutionGeometry _geometry;
    private readonly PackedPairs _pairs;
    private readonly int _rowBytes;

    private PackedConvolution(ConvolutionGeometry geometry, PackedPairs pairs, int rowBytes)
    {
        _geometry = geometry;
        _pairs = pairs;
        _rowBytes = rowBytes;
    }

    // Lanes of three pixels, and their bytes where the depth of a tap is no multiple of 4.
    private long ScratchBytes => (6L + (_geometry.InputChannels % 4 != 0 ? 3 : 0)) * _pairs.PaddedDepth;

    /// <summary>The kernel for a node with int8 operands. Each channel must be proven exact.</summary>
    public static KernelVariant Of(Node node, ConvolutionGeometry geometry, Clamp clamp) => Of(node, geometry, clamp, isNibbles: false);

    /// <summary>The kernel for a node with int8 operands and int4 weights, which it reads two a byte (edgeai_conv2d_packed_s4).</summary>
    public static KernelVariant OfNibbles(Node node, ConvolutionGeometry geometry, Clamp clamp) => Of(node, geometry, clamp, isNibbles: true);

    private static KernelVariant Of(Node node, ConvolutionGeometry geometry, Clamp clamp, bool isNibbles)
    {
        string name = isNibbles ? PackedPairs.NibblesName : PackedPairs.Name;
        int[] bias = WeightedSum.FoldedBias(node, geometry.OutputChannels, i => (int)(i / geometry.Depth));
        int rowBytes = RowBytes(geometry);
        PackedPairs? pairs = geometry.Groups != 1 ? null : PackedPairs.TryPack(
            WithPaddedRows(node.Input(1).Values<sbyte>(), geometry, rowBytes), bias, ConvolutionRules.Factors(node, geometry.OutputChannels), node.Output, clamp, 2);
        if (pairs is null)
        {
            return new(name, _ => throw new OperatorException($"node '{node.Name}' has no packed kernel"))
            {
                WhyNot = geometry.Groups != 1 ? "it has groups of channels" : PackedPairs.NotExact,
            };
        }

        var packed = new PackedConvolution(geometry.Flattened(), pairs, rowBytes);
        return new(name, context => packed.Emit(node, context, isNibbles)) { ScratchBytes = packed.ScratchBytes, ReadBehindPixels = 0, ReadsNibbles = isNibbles };
    }

    private KernelCall Emit(Node node, EmissionContext context, bool isNibbles)
    {
        string function = isNibbles ? "edgeai_conv2d_packed_s4" : "edgeai_conv2d_packed_s8";
        return new(function, function,
            [
                .. _geometry.Fields(),
                KernelField.Of("padded_depth", _pairs.PaddedDepth),
                KernelField.Of("row_bytes", _rowBytes),
                KernelField.Of("input_zero_point", node.Input(0).Quantization!.ZeroPoint),
                .. _pairs.Fields(node, context),
            ],
            [
                context.Read(node.Input(0)), context.Constant<uint>(node, "weights", isNibbles ? _pairs.NibbleWeights() : _pairs.Weights),
                context.Write(node.Output), context.Scratch,
            ]);
    }

    // Rows of the kernel are padded where their lanes then come right from the operand and that saves more than the products with zeros cost.
    private static int RowBytes(ConvolutionGeometry g)
    {
        int run = g.KernelWidth * g.InputChannels;
        int padded = (run + 3) / 4 * 4;
        int moreSteps = ((padded * g.KernelHeight) - (((run * g.KernelHeight) + 3) / 4 * 4)) / 4;
        return moreSteps * StepInstructions * ((g.OutputChannels + 1) / 2) < g.KernelHeight * CopyInstructions && g.DilationWidth == 1 && g.Groups == 1
            ? padded
            : run;
    }

    private static ReadOnlySpan<sbyte> WithPaddedRows(ReadOnlySpan<sbyte> weights, ConvolutionGeometry g, int rowBytes)
    {
        int run = g.KernelWidth * g.InputChannels;
        if (rowBytes == run)
        {
            return weights;
        }

        sbyte[] padded = new sbyte[g.OutputChannels * g.KernelHeight * rowBytes];
        for (int row = 0; row < g.OutputChannels * g.KernelHeight; row++)
        {
            weights.Slice(row * run, run).CopyTo(padded.AsSpan(row * rowBytes));
        }

        return padded;
    }
}
