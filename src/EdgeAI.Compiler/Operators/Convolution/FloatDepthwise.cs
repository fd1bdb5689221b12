using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>
/// Runs a float depthwise convolution over lanes of channels: each sum runs over the taps inside the image in row order, in one accumulator
/// that starts at 0, as the C kernel has it.
/// </summary>
internal sealed class FloatDepthwise(ConvolutionGeometry geometry, Clamp clamp)
{
    private const int Lanes = 8;
    private readonly int _depthMultiplier = geometry.OutputChannels / geometry.InputChannels;
    private readonly float[] _sums = new float[geometry.OutputChannels + Lanes];
    private readonly float[] _image = new float[geometry.InputHeight * geometry.InputWidth * geometry.OutputChannels];

    /// <summary>Computes all images.</summary>
    public void Run(ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, Span<float> result)
    {
        int at = 0;
        for (int n = 0; n < geometry.Batches; n++)
        {
            Repeat(x.Slice(n * geometry.ImageSize, geometry.ImageSize));
            for (int oy = 0; oy < geometry.OutputHeight; oy++)
            {
                for (int ox = 0; ox < geometry.OutputWidth; ox++)
                {
                    Sum(weights, (oy * geometry.StrideHeight) - geometry.PadTop, (ox * geometry.StrideWidth) - geometry.PadLeft);
                    for (int o = 0; o < geometry.OutputChannels; o++)
                    {
                        result[at++] = clamp.Apply(bias.IsEmpty ? _sums[o] : _sums[o] + bias[o]);
                    }
                }
            }
        }
    }

    private void Repeat(ReadOnlySpan<float> image)
    {
        if (_depthMultiplier == 1)
        {
            image.CopyTo(_image);
            return;
        }

        for (int i = 0; i < _image.Length; i++)
        {
            _image[i] = image[i / _depthMultiplier];
        }
    }

    private void Sum(ReadOnlySpan<float> weights, int top, int left)
    {
        int channels = geometry.OutputChannels;
        _sums.AsSpan().Clear();
        for (int ky = 0; ky < geometry.KernelHeight; ky++)
        {
            int y = top + (ky * geometry.DilationHeight);
            if (y < 0 || y >= geometry.InputHeight)
            {
                continue;
            }

            for (int kx = 0; kx < geometry.KernelWidth; kx++)
            {
                int x = left + (kx * geometry.DilationWidth);
                if (x >= 0 && x < geometry.InputWidth)
                {
                    MultiplyAdd(
                        _image.AsSpan(((y * geometry.InputWidth) + x) * channels, channels),
                        weights.Slice(((ky * geometry.KernelWidth) + kx) * channels, channels), _sums);
                }
            }
        }
    }

    private static void MultiplyAdd(ReadOnlySpan<float> values, ReadOnlySpan<float> factors, Span<float> sums)
    {
        ref float value = ref MemoryMarshal.GetReference(values);
        ref float factor = ref MemoryMarshal.GetReference(factors);
        ref float sum = ref MemoryMarshal.GetReference(sums[..values.Length]);
        int i = 0;
        for (; i + Lanes <= values.Length; i += Lanes)
        {
            (Vector256.LoadUnsafe(ref sum, (nuint)i) + (Vector256.LoadUnsafe(ref value, (nuint)i) * Vector256.LoadUnsafe(ref factor, (nuint)i)))
                .StoreUnsafe(ref sum, (nuint)i);
        }

        for (; i < values.Length; i++)
        {
            sums[i] += values[i] * factors[i];
        }
    }
}
