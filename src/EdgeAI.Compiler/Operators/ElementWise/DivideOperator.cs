using System.Numerics;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.ElementWise;

/// <summary>Divide: a / b in float32. Integers, in managed code, round towards zero.</summary>
internal sealed class DivideOperator : BinaryOperator<DivideOperator.Function>
{
    /// <inheritdoc/>
    public override string Name => "Divide";

    /// <inheritdoc/>
    protected override string KernelName => "divide";

    /// <inheritdoc/>
    protected override bool HasIntegerForm => false;

    /// <summary>a / b.</summary>
    internal readonly struct Function : IPlainFunction
    {
        /// <inheritdoc/>
        public static T Apply<T>(T a, T b) where T : struct, INumber<T>
        {
            if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
            {
                if (T.IsZero(b))
                {
                    throw new OperatorException("Divide has an integer 0 as its second operand");
                }

                // The one quotient out of range wraps.
                if (T.IsNegative(b) && b + T.One == T.Zero)
                {
                    return unchecked(T.Zero - a);
                }
            }

            return a / b;
        }
    }
}
