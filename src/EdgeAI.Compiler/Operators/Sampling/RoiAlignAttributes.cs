using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Sampling;

/// <summary>
/// RoiAlign: extents of the result; samples along each axis of a bin, or 0 for as many as the bin has pixels, rounded up; what coordinates are
/// multiplied with; whether half a pixel is taken off them; whether a bin is its largest sample instead of the mean.
/// </summary>
public sealed record RoiAlignAttributes(int Height, int Width, int Samples, float Scale, bool HalfPixel, bool Maximum) : OperatorAttributes;
