using System.Runtime.CompilerServices;
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
    private const int FewLanes = 4;
    private const int Block = 4;
    private readonly int _depthMultiplier = geometry.OutputChannels / geometry.InputChannels;
    private readonly float[] _sums = new float[Block * geometry.OutputChannels];
    private readonly float[] _image =
        geometry.OutputChannels == geometry.InputChannels ? [] : new float[geometry.InputHeight * geometry.InputWidth * geometry.OutputChannels];

    /// <summary>Computes all images.</summary>
    public void Run(ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, Span<float> result)
    {
        int channels = geometry.OutputChannels;
        for (int n = 0; n < geometry.Batches; n++)
        {
            ReadOnlySpan<float> image = Repeated(x.Slice(n * geometry.ImageSize, geometry.ImageSize));
            for (int oy = 0; oy < geometry.OutputHeight; oy++)
            {
                int top = (oy * geometry.StrideHeight) - geometry.PadTop;
                Taps vertical = TapsInside(top, geometry.InputHeight, geometry.KernelHeight, geometry.DilationHeight);
                int pixels;
                for (int ox = 0; ox < geometry.OutputWidth; ox += pixels)
                {
                    int left = (ox * geometry.StrideWidth) - geometry.PadLeft;
                    int lastLeft = left + ((Block - 1) * geometry.StrideWidth) + ((geometry.KernelWidth - 1) * geometry.DilationWidth);
                    pixels = left >= 0 && lastLeft < geometry.InputWidth && ox + Block <= geometry.OutputWidth ? Block : 1;
                    Taps horizontal = TapsInside(left, geometry.InputWidth, geometry.KernelWidth, geometry.DilationWidth);
                    Sum(image, weights, top, left, vertical, horizontal, pixels);
                    for (int pixel = 0; pixel < pixels; pixel++)
                    {
                        FloatVectors.Finish(_sums.AsSpan(pixel * channels, channels), bias, clamp, result[..channels]);
                        result = result[channels..];
                    }
                }
            }
        }
    }

    private ReadOnlySpan<float> Repeated(ReadOnlySpan<float> image)
    {
        if (_depthMultiplier == 1)
        {
            return image;
        }

        for (int i = 0; i < _image.Length; i++)
        {
            _image[i] = image[i / _depthMultiplier];
        }

        return _image;
    }

    private static Taps TapsInside(int start, int extent, int kernel, int dilation)
    {
        int first = 0;
        int end = kernel;
        while (first < end && start + (first * dilation) < 0)
        {
            first++;
        }

        while (end > first && start + ((end - 1) * dilation) >= extent)
        {
            end--;
        }

        return new(first, end);
    }

    /// <summary>The sums of a pixel, or of neighbours that all read the same taps.</summary>
    private void Sum(ReadOnlySpan<float> image, ReadOnlySpan<float> weights, int top, int left, Taps vertical, Taps horizontal, int pixels)
    {
        int channels = geometry.OutputChannels;
        if (vertical.First == vertical.End || horizontal.First == horizontal.End)
        {
            _sums.AsSpan(0, pixels * channels).Clear();
            return;
        }

        // The slices check that the first and the last tap lie inside; what is read lies between them.
        var walk = new Walk(
            vertical.End - vertical.First, horizontal.End - horizontal.First, geometry.DilationHeight * geometry.InputWidth * channels,
            geometry.DilationWidth * channels, geometry.KernelWidth * channels, channels, geometry.StrideWidth * channels);
        int first = (((top + (vertical.First * geometry.DilationHeight)) * geometry.InputWidth) + left + (horizontal.First * geometry.DilationWidth)) * channels;
        int firstWeight = ((vertical.First * geometry.KernelWidth) + horizontal.First) * channels;
        image = image.Slice(first, ((walk.Lines - 1) * walk.LineStep) + ((walk.LineTaps - 1) * walk.TapStep) + ((pixels - 1) * walk.PixelStep) + channels);
        weights = weights.Slice(firstWeight, ((walk.Lines - 1) * walk.WeightLineStep) + (walk.LineTaps * channels));
        ref float value = ref MemoryMarshal.GetReference(image);
        ref float weight = ref MemoryMarshal.GetReference(weights);
        ref float sum = ref MemoryMarshal.GetArrayDataReference(_sums);
        int c = 0;
        for (; c + Lanes <= channels; c += Lanes)
        {
            if (pixels == Block)
            {
                SumBlock(ref Unsafe.Add(ref value, c), ref Unsafe.Add(ref weight, c), walk, ref Unsafe.Add(ref sum, c));
            }
            else
            {
                SumOne(ref Unsafe.Add(ref value, c), ref Unsafe.Add(ref weight, c), walk, ref Unsafe.Add(ref sum, c));
            }
        }

        for (; c + FewLanes <= channels; c += FewLanes)
        {
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                SumFew(ref Unsafe.Add(ref value, (pixel * walk.PixelStep) + c), ref Unsafe.Add(ref weight, c), walk, ref Unsafe.Add(ref sum, (pixel * channels) + c));
            }
        }

        for (; c < channels; c++)
        {
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                _sums[(pixel * channels) + c] = SumChannel(image[((pixel * walk.PixelStep) + c)..], weights[c..], walk);
            }
        }
    }

    private static float SumChannel(ReadOnlySpan<float> image, ReadOnlySpan<float> weights, in Walk walk)
    {
        float total = 0;
        for (int ky = 0; ky < walk.Lines; ky++)
        {
            for (int kx = 0; kx < walk.LineTaps; kx++)
            {
                total += image[(ky * walk.LineStep) + (kx * walk.TapStep)] * weights[(ky * walk.WeightLineStep) + (kx * walk.Channels)];
            }
        }

        return total;
    }

    private static void SumBlock(ref float value, ref float weight, Walk walk, ref float sum)
    {
        nuint step = (nuint)walk.PixelStep;
        Vector256<float> a = default, b = default, c = default, d = default;
        for (int ky = 0; ky < walk.Lines; ky++)
        {
            ref float v = ref Unsafe.Add(ref value, ky * walk.LineStep);
            ref float w = ref Unsafe.Add(ref weight, ky * walk.WeightLineStep);
            for (int kx = 0; kx < walk.LineTaps; kx++)
            {
                var factor = Vector256.LoadUnsafe(ref w);
                a += Vector256.LoadUnsafe(ref v) * factor;
                b += Vector256.LoadUnsafe(ref v, step) * factor;
                c += Vector256.LoadUnsafe(ref v, 2 * step) * factor;
                d += Vector256.LoadUnsafe(ref v, 3 * step) * factor;
                v = ref Unsafe.Add(ref v, walk.TapStep);
                w = ref Unsafe.Add(ref w, walk.Channels);
            }
        }

        nuint channels = (nuint)walk.Channels;
        a.StoreUnsafe(ref sum);
        b.StoreUnsafe(ref sum, channels);
        c.StoreUnsafe(ref sum, 2 * channels);
        d.StoreUnsafe(ref sum, 3 * channels);
    }

    private static void SumOne(ref float value, ref float weight, Walk walk, ref float sum)
    {
        Vector256<float> a = default;
        for (int ky = 0; ky < walk.Lines; ky++)
        {
            ref float v = ref Unsafe.Add(ref value, ky * walk.LineStep);
            ref float w = ref Unsafe.Add(ref weight, ky * walk.WeightLineStep);
            for (int kx = 0; kx < walk.LineTaps; kx++)
            {
                a += Vector256.LoadUnsafe(ref v) * Vector256.LoadUnsafe(ref w);
                v = ref Unsafe.Add(ref v, walk.TapStep);
                w = ref Unsafe.Add(ref w, walk.Channels);
            }
        }

        a.StoreUnsafe(ref sum);
    }

    private static void SumFew(ref float value, ref float weight, in Walk walk, ref float sum)
    {
        Vector128<float> a = default;
        for (int ky = 0; ky < walk.Lines; ky++)
        {
            ref float v = ref Unsafe.Add(ref value, ky * walk.LineStep);
            ref float w = ref Unsafe.Add(ref weight, ky * walk.WeightLineStep);
            for (int kx = 0; kx < walk.LineTaps; kx++)
            {
                a += Vector128.LoadUnsafe(ref v) * Vector128.LoadUnsafe(ref w);
                v = ref Unsafe.Add(ref v, walk.TapStep);
                w = ref Unsafe.Add(ref w, walk.Channels);
            }
        }

        a.StoreUnsafe(ref sum);
    }

    /// <summary>Taps first ≤ tap &lt; end.</summary>
    private readonly record struct Taps(int First, int End);

    /// <summary>How the taps inside the image lie: lines of taps, all steps in elements.</summary>
    private readonly record struct Walk(int Lines, int LineTaps, int LineStep, int TapStep, int WeightLineStep, int Channels, int PixelStep);
}
