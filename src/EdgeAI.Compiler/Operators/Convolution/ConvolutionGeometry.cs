using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>The extents of a two-dimensional convolution over [N,P,H,W,C/P], read from a node whose operands have been checked.</summary>
internal sealed record ConvolutionGeometry(
    int Batches, int InputHeight, int InputWidth, int InputChannels, int OutputHeight, int OutputWidth, int OutputChannels,
    int KernelHeight, int KernelWidth, int StrideHeight, int StrideWidth, int DilationHeight, int DilationWidth,
    int PadTop, int PadLeft, int Groups, bool IsTransposed)
{
    /// <summary>P: 1 for an image that lies channels last, the number of channels for one that lies channels first and has no groups.</summary>
    public int Planes { get; init; } = 1;

    /// <summary>Input channels that one result channel reads.</summary>
    public int GroupInputs => InputChannels / Groups;

    /// <summary>Result channels of one group.</summary>
    public int GroupOutputs => OutputChannels / Groups;

    /// <summary>Products summed for one element of the result.</summary>
    public int Depth => KernelHeight * KernelWidth * GroupInputs;

    /// <summary>Elements of one image of the operand.</summary>
    public int ImageSize => InputHeight * InputWidth * InputChannels;

    /// <summary>
    /// Copies what one element of the result sums over, [KH, P, KW, C/P/groups] of one group; places outside the image, and between
    /// the elements of a strided transposed convolution, are zero.
    /// </summary>
    public void Gather<T>(ReadOnlySpan<T> image, int outputY, int outputX, int group, Span<T> patch) where T : unmanaged
    {
        patch = patch[..Depth];
        if (!IsInside(outputY, outputX, outputX))
        {
            patch.Clear();
        }

        int channels = GroupInputs / Planes;
        for (int ky = 0; ky < KernelHeight; ky++)
        {
            int y = InputIndex(outputY, ky, StrideHeight, DilationHeight, PadTop, InputHeight);
            if (y < 0)
            {
                continue;
            }

            if (!IsTransposed && DilationWidth == 1 && Groups == 1)
            {
                // Neighbouring taps read neighbouring pixels: one copy a row of each plane.
                int left = (outputX * StrideWidth) - PadLeft;
                int first = Math.Max(0, -left);
                int count = Math.Min(KernelWidth, InputWidth - left) - first;
                for (int plane = 0; plane < Planes && count > 0; plane++)
                {
                    image.Slice(((((plane * InputHeight) + y) * InputWidth) + left + first) * channels, count * channels)
                        .CopyTo(patch[(((((ky * Planes) + plane) * KernelWidth) + first) * channels)..]);
                }

                continue;
            }

            for (int kx = 0; kx < KernelWidth; kx++)
            {
                int x = InputIndex(outputX, kx, StrideWidth, DilationWidth, PadLeft, InputWidth);
                for (int plane = 0; plane < Planes && x >= 0; plane++)
                {
                    image.Slice((((((plane * InputHeight) + y) * InputWidth) + x) * (InputChannels / Planes)) + (group * channels), channels)
                        .CopyTo(patch[(((((ky * Planes) + plane) * KernelWidth) + kx) * channels)..]);
                }
            }
        }
    }

    /// <summary>Whether neighbours in a row of the result read the image alone, each as runs of neighbouring elements, one a kernel row.</summary>
    public bool StandsInImage(int outputY, int firstX, int lastX) => Groups == 1 && Planes == 1 && DilationWidth == 1 && IsInside(outputY, firstX, lastX);

    /// <summary>Whether all taps of neighbours in a row of the result read the image itself.</summary>
    private bool IsInside(int outputY, int firstX, int lastX)
    {
        int top = (outputY * StrideHeight) - PadTop;
        return !IsTransposed && top >= 0 && (firstX * StrideWidth) - PadLeft >= 0 && top + ((KernelHeight - 1) * DilationHeight) < InputHeight
            && (lastX * StrideWidth) - PadLeft + ((KernelWidth - 1) * DilationWidth) < InputWidth;
    }

    /// <summary>The operand's index that a tap reads for an index of the result, or −1.</summary>
    private int InputIndex(int output, int tap, int stride, int dilation, int padding, int extent)
    {
        int index;
        if (IsTransposed)
        {
            int place = output + padding - (tap * dilation);
            if (place < 0 || place % stride != 0)
            {
                return -1;
            }

            index = place / stride;
        }
        else
        {
            index = (output * stride) - padding + (tap * dilation);
        }

        return index >= 0 && index < extent ? index : -1;
    }

    /// <summary>The windows of a convolution that is not transposed.</summary>
    public WindowOverlap Overlap() =>
        new(StrideHeight, StrideWidth, DilationHeight, DilationWidth, PadTop, PadLeft, KernelHeight, KernelWidth);

    /// <summary>A 1×1 convolution of one plane without strides and padding as one row of pixels; any other as it is.</summary>
    public ConvolutionGeometry Flattened()
    {
        int pixels = Batches * OutputHeight * OutputWidth;
        bool isProduct = this is { Planes: 1, KernelHeight: 1, KernelWidth: 1, StrideHeight: 1, StrideWidth: 1, PadTop: 0, PadLeft: 0 }
            && InputHeight == OutputHeight && InputWidth == OutputWidth;
        return isProduct
            ? this with { Batches = 1, InputHeight = 1, InputWidth = pixels, OutputHeight = 1, OutputWidth = pixels, DilationHeight = 1, DilationWidth = 1 }
            : this;
    }

    /// <summary>The members that every convolution's parameter struct begins with, in its order.</summary>
    public IEnumerable<KernelField> Fields() =>
    [
        KernelField.Of("batches", Batches),
        KernelField.Of("input_height", InputHeight),
        KernelField.Of("input_width", InputWidth),
        KernelField.Of("input_channels", InputChannels),
        KernelField.Of("output_height", OutputHeight),
        KernelField.Of("output_width", OutputWidth),
        KernelField.Of("output_channels", OutputChannels),
        KernelField.Of("kernel_height", KernelHeight),
        KernelField.Of("kernel_width", KernelWidth),
        KernelField.Of("stride_height", StrideHeight),
        KernelField.Of("stride_width", StrideWidth),
        KernelField.Of("dilation_height", DilationHeight),
        KernelField.Of("dilation_width", DilationWidth),
        KernelField.Of("pad_top", PadTop),
        KernelField.Of("pad_left", PadLeft),
    ];
}
