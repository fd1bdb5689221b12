using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Activation;

/// <summary>Absolute: |x|. int8 as TensorFlow Lite's ABS.</summary>
internal sealed class AbsoluteOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Absolute";

    /// <inheritdoc/>
    protected override string KernelName => "absolute";

    /// <inheritdoc/>
    protected override bool TakesIntegers => true;

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => Math.Abs(x);

    /// <inheritdoc/>
    protected override long EvaluateInteger(long x) => x < 0 ? unchecked(-x) : x;

    /// <inheritdoc/>
    protected override sbyte[] Table(Node node)
    {
        QuantizationParameters x = node.Input(0).Quantization!;
        QuantizationParameters result = node.Output.Quantization!;
        (int multiplierQ31, int shift) = FixedPoint.QuantizeMultiplier(x.Scale / result.Scale);
        return LookupTable.Of(q => Math.Clamp(
            unchecked(FixedPoint.MultiplyByQuantizedMultiplier(Math.Abs(q - x.ZeroPoint), multiplierQ31, shift) + result.ZeroPoint),
            sbyte.MinValue, sbyte.MaxValue));
    }
}

/// <summary>Negate: −x.</summary>
internal sealed class NegateOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Negate";

    /// <inheritdoc/>
    protected override string KernelName => "negate";

    /// <inheritdoc/>
    protected override bool TakesIntegers => true;

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => -x;

    /// <inheritdoc/>
    protected override long EvaluateInteger(long x) => unchecked(-x);
}

/// <summary>Square: x².</summary>
internal sealed class SquareOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Square";

    /// <inheritdoc/>
    protected override string KernelName => "square";

    /// <inheritdoc/>
    protected override bool TakesIntegers => true;

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => x * x;

    /// <inheritdoc/>
    protected override long EvaluateInteger(long x) => unchecked(x * x);
}

/// <summary>
/// ReciprocalSquareRoot: 1 / √x. int8 as TensorFlow Lite Micro's RSQRT: zero gives the largest integer; below zero, where TensorFlow Lite stops with an
/// error, the result is the zero point.
/// </summary>
internal sealed class ReciprocalSquareRootOperator : UnaryOperator
{
    private const int ExtraBits = 20;

    /// <inheritdoc/>
    public override string Name => "ReciprocalSquareRoot";

    /// <inheritdoc/>
    protected override string KernelName => "reciprocal_square_root";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => 1 / Math.Sqrt(x);

    /// <inheritdoc/>
    protected override sbyte[] Table(Node node)
    {
        QuantizationParameters x = node.Input(0).Quantization!;
        QuantizationParameters result = node.Output.Quantization!;
        (int multiplierQ31, int shift) = FixedPoint.QuantizeMultiplier(1.0 / (MathF.Sqrt(x.Scale) * result.Scale));

        // Fixed-point shifts reach 31 bits to the right; scales beyond that take the real function.
        if (shift - ExtraBits is < -31 or > 30)
        {
            return RealTable(node);
        }

        return LookupTable.Of(q =>
        {
            int steps = q - x.ZeroPoint;
            if (steps <= 0)
            {
                return steps == 0 ? sbyte.MaxValue : result.ZeroPoint;
            }

            (int rootQ31, int rootShift) = FixedPointFunctions.ReciprocalSquareRoot(steps);
            int root = FixedPoint.MultiplyByQuantizedMultiplier(1, rootQ31, rootShift + ExtraBits);
            int value = FixedPoint.MultiplyByQuantizedMultiplier(root, multiplierQ31, shift - ExtraBits);
            return Math.Clamp(unchecked(value + result.ZeroPoint), sbyte.MinValue, sbyte.MaxValue);
        });
    }
}
