using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Pooling;

/// <summary>
/// AveragePool2D and MaxPool2D: operand x [N,H,W,C]; result [N,OH,OW,C] with the given OH, OW, so that ceil mode is settled at import.
/// Maxima ignore padding. Averages divide by the elements inside the image, or, with CountIncludePad, by those inside the
/// padded image (which ends at H + PadTop + PadBottom).
/// </summary>
public sealed record Pool2DAttributes(
    int KernelHeight, int KernelWidth, int StrideHeight, int StrideWidth, int DilationHeight, int DilationWidth,
    int PadTop, int PadBottom, int PadLeft, int PadRight, int OutputHeight, int OutputWidth, bool CountIncludePad, Clamp Clamp)
    : OperatorAttributes, IClamped
{
    /// <inheritdoc/>
    public OperatorAttributes WithClamp(Clamp clamp) => this with { Clamp = clamp };
}
