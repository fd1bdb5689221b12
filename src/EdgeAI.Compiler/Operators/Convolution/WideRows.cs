using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>Runs a convolution of int16 values, plain or transposed, as products of the int8 weights with gathered patches; zero points are 0, so padding is too.</summary>
internal sealed class WideRows
{
    private readonly ConvolutionGeometry _geometry;
    private readonly WideIntegerMatrix[] _groups;
    private readonly WideChannelResult _result;
    private readonly short[] _patch;
    private readonly long[] _sums;

    /// <summary>Packs the weights [O,KH,KW,C/groups] of a node.</summary>
    public WideRows(Node node, ConvolutionGeometry geometry, Clamp clamp)
    {
        _geometry = geometry;
        _groups = new WideIntegerMatrix[geometry.Groups];
        ReadOnlySpan<sbyte> weights = node.Input(1).Values<sbyte>();
        int size = geometry.GroupOutputs * geometry.Depth;
        for (int group = 0; group < geometry.Groups; group++)
        {
            _groups[group] = new(weights.Slice(group * size, size), geometry.GroupOutputs, geometry.Depth, geometry.Depth);
        }

        _result = new(node, geometry.OutputChannels, ConvolutionRules.Factors(node, geometry.OutputChannels), clamp);
        _patch = new short[_groups[0].PaddedDepth];
        _sums = new long[geometry.GroupOutputs];
    }

    /// <summary>Computes all images.</summary>
    public void Run(ReadOnlySpan<short> x, Span<short> result)
    {
        ConvolutionGeometry g = _geometry;
        int at = 0;
        for (int n = 0; n < g.Batches; n++)
        {
            ReadOnlySpan<short> image = x.Slice(n * g.ImageSize, g.ImageSize);
            for (int pixel = 0; pixel < g.OutputHeight * g.OutputWidth; pixel++)
            {
                for (int group = 0; group < g.Groups; group++)
                {
                    g.Gather(image, pixel / g.OutputWidth, pixel % g.OutputWidth, group, _patch.AsSpan());
                    _groups[group].Multiply(_patch, _sums);
                    _result.Store(_sums, group * g.GroupOutputs, result.Slice(at, g.GroupOutputs));
                    at += g.GroupOutputs;
                }
            }
        }
    }
}
