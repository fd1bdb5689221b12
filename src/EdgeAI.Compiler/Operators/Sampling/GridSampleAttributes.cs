using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Sampling;

/// <summary>How GridSample finds a value between elements.</summary>
public enum GridInterpolation
{
    /// <summary>The nearest element, half to even.</summary>
    Nearest,
    /// <summary>Linear along each axis.</summary>
    Linear,
    /// <summary>Cubic along each axis with the coefficient −0.75.</summary>
    Cubic,
}

/// <summary>What GridSample takes for elements outside.</summary>
public enum GridPadding
{
    /// <summary>Zeros.</summary>
    Zeros,
    /// <summary>The nearest element at the border.</summary>
    Border,
    /// <summary>Mirrored at the border.</summary>
    Reflection,
}

/// <summary>GridSample: operands x [N,C,(D,)H,W] and grid [N,(OD,)OH,OW,axes] of coordinates from −1 to 1, the last axis of x first.</summary>
public sealed record GridSampleAttributes(GridInterpolation Interpolation, GridPadding Padding, bool AlignCorners) : OperatorAttributes;
