namespace EdgeAI.Compiler.Operators.Activation;

/// <summary>Erf: the error function.</summary>
internal sealed class ErfOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Erf";

    /// <inheritdoc/>
    protected override string KernelName => "erf";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => PortableMath.Erf(x);
}

/// <summary>Gelu: x / 2 · (1 + erf(x / √2)).</summary>
internal sealed class GeluOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Gelu";

    /// <inheritdoc/>
    protected override string KernelName => "gelu";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) =>
        double.IsNegativeInfinity(x) ? 0 : 0.5 * x * (1 + PortableMath.Erf(x * 0.70710678118654752440));
}

/// <summary>Softplus: ln(1 + e^x).</summary>
internal sealed class SoftplusOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Softplus";

    /// <inheritdoc/>
    protected override string KernelName => "softplus";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes)
    {
        double power = PortableMath.Exp(x > 0 ? -x : x);

        // Below 1e-5 the sum 1 + power loses digits that the series of the logarithm keeps.
        double logarithm = power < 1e-5 ? power * (1 - (power / 2)) : PortableMath.Log(1 + power);
        return x > 0 ? x + logarithm : logarithm;
    }
}

/// <summary>Softsign: x / (1 + |x|).</summary>
internal sealed class SoftsignOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Softsign";

    /// <inheritdoc/>
    protected override string KernelName => "softsign";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) =>
        double.IsInfinity(x) ? (x > 0 ? 1 : -1) : x / (1 + Math.Abs(x));
}
