namespace EdgeAI.Compiler.Operators.Activation;

/// <summary>Exponential: e^x.</summary>
internal sealed class ExponentialOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Exponential";

    /// <inheritdoc/>
    protected override string KernelName => "exponential";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => PortableMath.Exp(x);
}

/// <summary>Logarithm: the natural logarithm; NaN below 0, −∞ at 0.</summary>
internal sealed class LogarithmOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Logarithm";

    /// <inheritdoc/>
    protected override string KernelName => "logarithm";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => PortableMath.Log(x);
}

/// <summary>SquareRoot: √x; NaN below 0.</summary>
internal sealed class SquareRootOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "SquareRoot";

    /// <inheritdoc/>
    protected override string KernelName => "square_root";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => Math.Sqrt(x);
}

/// <summary>Floor: the largest whole number not above x.</summary>
internal sealed class FloorOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Floor";

    /// <inheritdoc/>
    public override bool HasSteps => true;

    /// <inheritdoc/>
    protected override string KernelName => "floor";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => Math.Floor(x);
}

/// <summary>Ceiling: the smallest whole number not below x.</summary>
internal sealed class CeilingOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Ceiling";

    /// <inheritdoc/>
    public override bool HasSteps => true;

    /// <inheritdoc/>
    protected override string KernelName => "ceiling";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => Math.Ceiling(x);
}

/// <summary>Round: the nearest whole number, half to even.</summary>
internal sealed class RoundOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Round";

    /// <inheritdoc/>
    public override bool HasSteps => true;

    /// <inheritdoc/>
    protected override string KernelName => "round";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => Math.Round(x, MidpointRounding.ToEven);
}

/// <summary>Reciprocal: 1 / x.</summary>
internal sealed class ReciprocalOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Reciprocal";

    /// <inheritdoc/>
    protected override string KernelName => "reciprocal";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => 1 / x;
}

/// <summary>Sine: the sine of x in radians.</summary>
internal sealed class SineOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Sine";

    /// <inheritdoc/>
    protected override string KernelName => "sine";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => PortableMath.Sin(x);
}

/// <summary>Cosine: the cosine of x in radians.</summary>
internal sealed class CosineOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Cosine";

    /// <inheritdoc/>
    protected override string KernelName => "cosine";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => PortableMath.Cos(x);
}
