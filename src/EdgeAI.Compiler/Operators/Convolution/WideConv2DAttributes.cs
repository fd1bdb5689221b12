using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>
/// WideConv2D: operands x [N,H,W,C], weights [O,KH,KW,C/groups], bias [O] or none; result [N,OH,OW,O]. Padding, output padding and transposition as
/// in <see cref="Conv2DAttributes"/> and <see cref="TransposeConv2DAttributes"/>. With FloatProduct the scale of x times that of the weights is
/// rounded to float32 before it is divided, as TensorFlow Lite's fully connected and per-tensor kernels do.
/// </summary>
public sealed record WideConv2DAttributes(
    int StrideHeight, int StrideWidth, int DilationHeight, int DilationWidth, int PadTop, int PadBottom, int PadLeft, int PadRight,
    int OutputPadHeight, int OutputPadWidth, int Groups, bool IsTransposed, bool FloatProduct, Clamp Clamp)
    : OperatorAttributes, IClamped
{
    /// <inheritdoc/>
    public OperatorAttributes WithClamp(Clamp clamp) => this with { Clamp = clamp };
}
