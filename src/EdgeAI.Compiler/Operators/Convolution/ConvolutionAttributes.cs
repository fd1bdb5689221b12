using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>Padding of the two spatial axes, in elements; all four sides are kept apart.</summary>
public readonly record struct Padding2D(int Top, int Bottom, int Left, int Right)
{
    /// <summary>No padding.</summary>
    public static Padding2D None => default;

    /// <summary>TensorFlow's SAME for one image: the smaller half in front.</summary>
    public static Padding2D Same(int inputHeight, int inputWidth, int kernelHeight, int kernelWidth,
        int strideHeight, int strideWidth, int dilationHeight, int dilationWidth)
    {
        static int Total(int input, int kernel, int stride, int dilation)
        {
            int output = (input + stride - 1) / stride;
            return Math.Max(0, ((output - 1) * stride) + ((kernel - 1) * dilation) + 1 - input);
        }

        int height = Total(inputHeight, kernelHeight, strideHeight, dilationHeight);
        int width = Total(inputWidth, kernelWidth, strideWidth, dilationWidth);
        return new(height / 2, height - (height / 2), width / 2, width - (width / 2));
    }
}

/// <summary>
/// Conv2D: operands x [N,H,W,C], weights [O,KH,KW,C/Groups], bias [O] or none; result [N,OH,OW,O].
/// OH = (H + Top + Bottom − (KH − 1)·DilationHeight − 1) / StrideHeight + 1, rounded down.
/// </summary>
public sealed record Conv2DAttributes(
    int StrideHeight, int StrideWidth, int DilationHeight, int DilationWidth,
    int PadTop, int PadBottom, int PadLeft, int PadRight, int Groups, Clamp Clamp) : OperatorAttributes, IClamped
{
    /// <inheritdoc/>
    public OperatorAttributes WithClamp(Clamp clamp) => this with { Clamp = clamp };
}

/// <summary>
/// DepthwiseConv2D: operands x [N,H,W,C], weights [1,KH,KW,C·DepthMultiplier], bias [C·DepthMultiplier] or none;
/// result channel c·DepthMultiplier + m reads input channel c.
/// </summary>
public sealed record DepthwiseConv2DAttributes(
    int StrideHeight, int StrideWidth, int DilationHeight, int DilationWidth,
    int PadTop, int PadBottom, int PadLeft, int PadRight, int DepthMultiplier, Clamp Clamp) : OperatorAttributes, IClamped
{
    /// <inheritdoc/>
    public OperatorAttributes WithClamp(Clamp clamp) => this with { Clamp = clamp };
}

/// <summary>
/// TransposeConv2D: operands x [N,H,W,C], weights [O,KH,KW,C/Groups], bias [O] or none; result [N,OH,OW,O].
/// OH = (H − 1)·StrideHeight + (KH − 1)·DilationHeight + 1 + OutputPadHeight − PadTop − PadBottom.
/// </summary>
public sealed record TransposeConv2DAttributes(
    int StrideHeight, int StrideWidth, int DilationHeight, int DilationWidth,
    int PadTop, int PadBottom, int PadLeft, int PadRight, int OutputPadHeight, int OutputPadWidth, int Groups, Clamp Clamp)
    : OperatorAttributes, IClamped
{
    /// <inheritdoc/>
    public OperatorAttributes WithClamp(Clamp clamp) => this with { Clamp = clamp };
}
