using System.Collections.Immutable;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>Reshape: the operand's bytes under other extents; every extent is given.</summary>
public sealed record ReshapeAttributes(ImmutableArray<int> Extents) : OperatorAttributes;

/// <summary>Transpose: result axis i is operand axis Permutation[i].</summary>
public sealed record TransposeAttributes(ImmutableArray<int> Permutation) : OperatorAttributes;

/// <summary>Concatenate: any number of operands, equal but for the extent of a non-negative axis.</summary>
public sealed record ConcatenateAttributes(int Axis) : OperatorAttributes;

/// <summary>What Pad puts around its operand.</summary>
public enum PadMode
{
    /// <summary>One value.</summary>
    Constant,
    /// <summary>Mirrored without the edge.</summary>
    Reflect,
    /// <summary>The edge repeated.</summary>
    Edge,
}

/// <summary>Pad: Before[i] and After[i] elements on each axis, never negative (import turns negative ones into Slice). Value is in real numbers.</summary>
public sealed record PadAttributes(ImmutableArray<int> Before, ImmutableArray<int> After, PadMode Mode, float Value) : OperatorAttributes;

/// <summary>Slice: on each axis, Extents[i] elements from Starts[i] in steps of Steps[i] (may be negative, never 0).</summary>
public sealed record SliceAttributes(ImmutableArray<int> Starts, ImmutableArray<int> Extents, ImmutableArray<int> Steps) : OperatorAttributes;

/// <summary>Broadcast: the operand repeated to the given extents by NumPy's rule.</summary>
public sealed record BroadcastAttributes(ImmutableArray<int> Extents) : OperatorAttributes;

/// <summary>How Resize maps a result coordinate to the operand.</summary>
public enum ResizeCoordinates
{
    /// <summary>(x + 0.5) / scale − 0.5.</summary>
    HalfPixel,
    /// <summary>x / scale.</summary>
    Asymmetric,
    /// <summary>x · (in − 1) / (out − 1).</summary>
    AlignCorners,
    /// <summary>As HalfPixel, but 0 where the result has one element.</summary>
    PytorchHalfPixel,
}

/// <summary>How Resize reads between elements.</summary>
public enum ResizeInterpolation
{
    /// <summary>The element at floor of the coordinate.</summary>
    NearestFloor,
    /// <summary>Half rounds down.</summary>
    NearestRoundHalfDown,
    /// <summary>Half rounds up.</summary>
    NearestRoundHalfUp,
    /// <summary>The element at the ceiling.</summary>
    NearestCeiling,
    /// <summary>Bilinear.</summary>
    Linear,
}

/// <summary>Resize2D: operand x [N,H,W,C]; result [N,OutputHeight,OutputWidth,C]; the scales are as the file gives them (output over input when it does not).</summary>
public sealed record Resize2DAttributes(
    int OutputHeight, int OutputWidth, float ScaleHeight, float ScaleWidth,
    ResizeCoordinates Coordinates, ResizeInterpolation Interpolation) : OperatorAttributes;
