using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>
/// Runs an int8 depthwise convolution over lanes of channels. x is widened once an image, its zero point taken off and each channel
/// repeated by the depth multiplier, so that operand and result have the same channels.
/// </summary>
internal sealed class IntegerDepthwise
{
    private const int Lanes = 16;
    private readonly ConvolutionGeometry _geometry;
    private readonly int _inputZeroPoint;
    private readonly int _depthMultiplier;
    private readonly int _stride;
    private readonly short[] _weights;
    private readonly short[] _image;
    private readonly short[] _widened;
    private readonly int[] _sums;
    private readonly ChannelResult _result;

    /// <summary>Packs the weights [1,KH,KW,C·multiplier] of a node.</summary>
    public IntegerDepthwise(Node node, ConvolutionGeometry geometry, Clamp clamp)
    {
        _geometry = geometry;
        _inputZeroPoint = node.Input(0).Quantization!.ZeroPoint;
        _depthMultiplier = geometry.OutputChannels / geometry.InputChannels;
        _stride = (geometry.OutputChannels + Lanes - 1) / Lanes * Lanes;
        ReadOnlySpan<sbyte> weights = node.Input(1).Values<sbyte>();
        int taps = geometry.KernelHeight * geometry.KernelWidth;
        _weights = new short[taps * _stride];
        for (int tap = 0; tap < taps; tap++)
        {
            PackedIntegerMatrix.Widen(
                weights.Slice(tap * geometry.OutputChannels, geometry.OutputChannels), 0, _weights.AsSpan(tap * _stride));
        }

        _image = new short[geometry.InputHeight * geometry.InputWidth * _stride];
        _widened = new short[geometry.InputChannels];
        _sums = new int[_stride];
        _result = new(
            WeightedSum.BiasOrZeros(node, geometry.OutputChannels), ConvolutionRules.Factors(node, geometry.OutputChannels), node.Output, clamp);
    }

    /// <summary>Computes all images.</summary>
    public void Run(ReadOnlySpan<sbyte> x, Span<sbyte> result)
    {
        ConvolutionGeometry g = _geometry;
        int at = 0;
        for (int n = 0; n < g.Batches; n++)
        {
            Widen(x.Slice(n * g.ImageSize, g.ImageSize));
            for (int oy = 0; oy < g.OutputHeight; oy++)
            {
                for (int ox = 0; ox < g.OutputWidth; ox++)
                {
                    Sum((oy * g.StrideHeight) - g.PadTop, (ox * g.StrideWidth) - g.PadLeft);
                    _result.Store(_sums, 0, result.Slice(at, g.OutputChannels));
                    at += g.OutputChannels;
                }
            }
        }
    }

    private void Widen(ReadOnlySpan<sbyte> image)
    {
        int channels = _geometry.InputChannels;
        for (int pixel = 0; pixel < image.Length / channels; pixel++)
        {
            PackedIntegerMatrix.Widen(image.Slice(pixel * channels, channels), _inputZeroPoint, _widened);
            Span<short> to = _image.AsSpan(pixel * _stride, _stride);
            if (_depthMultiplier == 1)
            {
                _widened.CopyTo(to);
                continue;
            }

            for (int o = 0; o < _geometry.OutputChannels; o++)
            {
                to[o] = _widened[o / _depthMultiplier];
            }
        }
    }

    private void Sum(int top, int left)
    {
        ConvolutionGeometry g = _geometry;
        ref short image = ref MemoryMarshal.GetArrayDataReference(_image);
        ref short weights = ref MemoryMarshal.GetArrayDataReference(_weights);
        for (int lane = 0; lane < _stride; lane += Lanes)
        {
            Vector256<int> lower = default, upper = default;
            for (int ky = 0; ky < g.KernelHeight; ky++)
            {
                int y = top + (ky * g.DilationHeight);
                if (y < 0 || y >= g.InputHeight)
                {
                    continue;
                }

                for (int kx = 0; kx < g.KernelWidth; kx++)
                {
                    int x = left + (kx * g.DilationWidth);
                    if (x < 0 || x >= g.InputWidth)
                    {
                        continue;
                    }

                    var values = Vector256.LoadUnsafe(ref image, (nuint)((((y * g.InputWidth) + x) * _stride) + lane));
                    var factors = Vector256.LoadUnsafe(ref weights, (nuint)((((ky * g.KernelWidth) + kx) * _stride) + lane));

                    // 255 · 128 fits in 16 bits.
                    (Vector256<int> lowerProducts, Vector256<int> upperProducts) = Vector256.Widen(values * factors);
                    lower += lowerProducts;
                    upper += upperProducts;
                }
            }

            lower.CopyTo(_sums, lane);
            upper.CopyTo(_sums, lane + (Lanes / 2));
        }
    }
}
