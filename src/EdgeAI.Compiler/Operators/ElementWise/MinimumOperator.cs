using System.Numerics;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.ElementWise;

/// <summary>Minimum: the smaller of a and b, NaN if either is. Quantized operands and result share scale and zero point, so that integers are compared.</summary>
internal sealed class MinimumOperator : ExtremeOperator<MinimumOperator.Function>
{
    /// <inheritdoc/>
    public override string Name => "Minimum";

    /// <inheritdoc/>
    protected override string KernelName => "minimum";

    /// <summary>The smaller one.</summary>
    internal readonly struct Function : IPlainFunction
    {
        /// <inheritdoc/>
        public static T Apply<T>(T a, T b) where T : struct, INumber<T> => a < b || T.IsNaN(a) ? a : b;
    }
}
