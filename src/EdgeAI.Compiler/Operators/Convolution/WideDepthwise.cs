using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>Runs a depthwise convolution of int16 values tap by tap over all channels; zero points are 0, so padding adds nothing.</summary>
internal sealed class WideDepthwise
{
    private readonly ConvolutionGeometry _geometry;
    private readonly int _depthMultiplier;
    private readonly sbyte[] _weights;
    private readonly WideChannelResult _result;
    private readonly long[] _sums;

    /// <summary>Of a node with weights [1,KH,KW,C·multiplier].</summary>
    public WideDepthwise(Node node, ConvolutionGeometry geometry, Clamp clamp)
    {
        _geometry = geometry;
        _depthMultiplier = geometry.OutputChannels / geometry.InputChannels;
        _weights = node.Input(1).Values<sbyte>().ToArray();
        _result = new(node, geometry.OutputChannels, ConvolutionRules.Factors(node, geometry.OutputChannels), clamp);
        _sums = new long[geometry.OutputChannels];
    }

    /// <summary>Computes all images.</summary>
    public void Run(ReadOnlySpan<short> x, Span<short> result)
    {
        ConvolutionGeometry g = _geometry;
        int at = 0;
        for (int n = 0; n < g.Batches; n++)
        {
            ReadOnlySpan<short> image = x.Slice(n * g.ImageSize, g.ImageSize);
            for (int oy = 0; oy < g.OutputHeight; oy++)
            {
                for (int ox = 0; ox < g.OutputWidth; ox++)
                {
                    Array.Clear(_sums);
                    Sum(image, (oy * g.StrideHeight) - g.PadTop, (ox * g.StrideWidth) - g.PadLeft);
                    _result.Store(_sums, 0, result.Slice(at, g.OutputChannels));
                    at += g.OutputChannels;
                }
            }
        }
    }

    private void Sum(ReadOnlySpan<short> image, int top, int left)
    {
        ConvolutionGeometry g = _geometry;
        for (int ky = 0; ky < g.KernelHeight; ky++)
        {
            int y = top + (ky * g.DilationHeight);
            for (int kx = 0; kx < g.KernelWidth && y >= 0 && y < g.InputHeight; kx++)
            {
                int x = left + (kx * g.DilationWidth);
                if (x >= 0 && x < g.InputWidth)
                {
                    Add(image.Slice(((y * g.InputWidth) + x) * g.InputChannels, g.InputChannels),
                        _weights.AsSpan(((ky * g.KernelWidth) + kx) * g.OutputChannels, g.OutputChannels));
                }
            }
        }
    }

    private void Add(ReadOnlySpan<short> values, ReadOnlySpan<sbyte> weights)
    {
        Span<long> sums = _sums.AsSpan(0, weights.Length);
        if (_depthMultiplier == 1)
        {
            values = values[..weights.Length];
            for (int o = 0; o < weights.Length; o++)
            {
                sums[o] += values[o] * weights[o];
            }

            return;
        }

        for (int o = 0; o < weights.Length; o++)
        {
            sums[o] += values[o / _depthMultiplier] * weights[o];
        }
    }
}
