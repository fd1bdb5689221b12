using System.Numerics;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.ElementWise;

/// <summary>Maximum: the larger of a and b, NaN if either is. Quantized operands and result share scale and zero point, so that integers are compared.</summary>
internal sealed class MaximumOperator : ExtremeOperator<MaximumOperator.Function>
{
    /// <inheritdoc/>
    public override string Name => "Maximum";

    /// <inheritdoc/>
    protected override string KernelName => "maximum";

    /// <summary>The larger one.</summary>
    internal readonly struct Function : IPlainFunction
    {
        /// <inheritdoc/>
        public static T Apply<T>(T a, T b) where T : struct, INumber<T> => a > b || T.IsNaN(a) ? a : b;
    }
}
