using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Detection;

/// <summary>NonMaxSuppression: whether boxes are [x center, y center, width, height] instead of two corners [y, x, y, x], and the rows of the result.</summary>
public sealed record NonMaxSuppressionAttributes(bool Centered, int Count) : OperatorAttributes;
