using System.Numerics;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.ElementWise;

/// <summary>Power: a to the power of b in float32, computed in double. Integers, in managed code, are multiplied and wrap; a negative exponent rounds towards zero, and gives 0 for 0.</summary>
internal sealed class PowerOperator : BinaryOperator<PowerOperator.Function>
{
    /// <inheritdoc/>
    public override string Name => "Power";

    /// <inheritdoc/>
    protected override string KernelName => "power";

    /// <inheritdoc/>
    protected override bool HasIntegerForm => false;

    /// <summary>a to the power of b.</summary>
    internal readonly struct Function : IPlainFunction
    {
        /// <inheritdoc/>
        public static T Apply<T>(T a, T b) where T : struct, INumber<T>
        {
            if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
            {
                return T.CreateTruncating(PortableMath.Pow(double.CreateTruncating(a), double.CreateTruncating(b)));
            }

            if (T.IsNegative(b))
            {
                return a == T.One ? T.One
                    : a + T.One == T.Zero ? (T.IsOddInteger(b) ? a : T.One)
                    : T.Zero;
            }

            T result = T.One;
            T factor = a;
            for (ulong exponent = ulong.CreateTruncating(b); exponent > 0; exponent >>= 1)
            {
                if ((exponent & 1) == 1)
                {
                    result = unchecked(result * factor);
                }

                factor = unchecked(factor * factor);
            }

            return result;
        }
    }
}
