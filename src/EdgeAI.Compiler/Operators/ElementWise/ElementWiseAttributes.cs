using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.ElementWise;

/// <summary>
/// Add, Subtract, Multiply, Divide, Maximum, Minimum, Power, SquaredDifference: operands a and b of one type, either may be constant;
/// extents broadcast as in NumPy; result clamped.
/// </summary>
public sealed record BinaryAttributes(Clamp Clamp) : OperatorAttributes, IClamped
{
    /// <inheritdoc/>
    public OperatorAttributes WithClamp(Clamp clamp) => this with { Clamp = clamp };
}
