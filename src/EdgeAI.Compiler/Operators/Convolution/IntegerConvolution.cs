using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>Runs an int8 convolution as products of the weights with gathered patches; x has its zero point taken off first, so padding is 0.</summary>
internal sealed class IntegerConvolution
{
    private readonly ConvolutionGeometry _geometry;
    private readonly int _inputZeroPoint;
    private readonly PackedIntegerMatrix[] _groups;
    private readonly ChannelResult _result;
    private readonly short[] _image;
    private readonly short[] _patch;
    private readonly int[] _sums;

    /// <summary>Packs the weights [O,KH,KW,C/groups] of a node.</summary>
    public IntegerConvolution(Node node, ConvolutionGeometry geometry, Clamp clamp)
    {
        _geometry = geometry;
        _inputZeroPoint = node.Input(0).Quantization!.ZeroPoint;
        _groups = new PackedIntegerMatrix[geometry.Groups];
        ReadOnlySpan<sbyte> weights = node.Input(1).Values<sbyte>();
        int size = geometry.GroupOutputs * geometry.Depth;
        for (int group = 0; group < geometry.Groups; group++)
        {
            _groups[group] = new(weights.Slice(group * size, size), geometry.GroupOutputs, geometry.Depth, geometry.Depth, 1, 0);
        }

        _result = new(
            WeightedSum.BiasOrZeros(node, geometry.OutputChannels), ConvolutionRules.Factors(node, geometry.OutputChannels),
            node.Output, clamp);
        _image = new short[geometry.ImageSize];
        _patch = new short[_groups[0].PaddedDepth];
        _sums = new int[_groups[0].PaddedRows];
    }

    /// <summary>Computes all images.</summary>
    public void Run(ReadOnlySpan<sbyte> x, Span<sbyte> result)
    {
        ConvolutionGeometry g = _geometry;
        int at = 0;
        for (int n = 0; n < g.Batches; n++)
        {
            PackedIntegerMatrix.Widen(x.Slice(n * g.ImageSize, g.ImageSize), _inputZeroPoint, _image);
            for (int oy = 0; oy < g.OutputHeight; oy++)
            {
                for (int ox = 0; ox < g.OutputWidth; ox++)
                {
                    for (int group = 0; group < g.Groups; group++)
                    {
                        g.Gather<short>(_image, oy, ox, group, _patch);
                        _groups[group].Multiply(_patch, _sums);
                        _result.Store(_sums, group * g.GroupOutputs, result.Slice(at, g.GroupOutputs));
                        at += g.GroupOutputs;
                    }
                }
            }
        }
    }
}
