namespace EdgeAI.Compiler.Operators.Activation;

/// <summary>Tangent: the tangent.</summary>
internal sealed class TangentOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Tangent";

    /// <inheritdoc/>
    protected override string KernelName => "tangent";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => PortableMath.Sin(x) / PortableMath.Cos(x);
}

/// <summary>Arcsine: the inverse sine; NaN outside −1 to 1.</summary>
internal sealed class ArcsineOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Arcsine";

    /// <inheritdoc/>
    protected override string KernelName => "arcsine";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => PortableArc.Sin(x);
}

/// <summary>Arccosine: the inverse cosine; NaN outside −1 to 1.</summary>
internal sealed class ArccosineOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Arccosine";

    /// <inheritdoc/>
    protected override string KernelName => "arccosine";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => PortableArc.Cos(x);
}

/// <summary>Arctangent: the inverse tangent.</summary>
internal sealed class ArctangentOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Arctangent";

    /// <inheritdoc/>
    protected override string KernelName => "arctangent";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => PortableArc.Tan(x);
}

/// <summary>HyperbolicSine: the hyperbolic sine.</summary>
internal sealed class HyperbolicSineOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "HyperbolicSine";

    /// <inheritdoc/>
    protected override string KernelName => "hyperbolic_sine";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => (PortableMath.ExpMinusOne(x) - PortableMath.ExpMinusOne(-x)) / 2;
}

/// <summary>HyperbolicCosine: the hyperbolic cosine.</summary>
internal sealed class HyperbolicCosineOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "HyperbolicCosine";

    /// <inheritdoc/>
    protected override string KernelName => "hyperbolic_cosine";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => (PortableMath.Exp(x) + PortableMath.Exp(-x)) / 2;
}

/// <summary>HyperbolicArcsine: the inverse hyperbolic sine.</summary>
internal sealed class HyperbolicArcsineOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "HyperbolicArcsine";

    /// <inheritdoc/>
    protected override string KernelName => "hyperbolic_arcsine";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => x < 0 ? -PortableMath.Log(Math.Sqrt((x * x) + 1) - x) : PortableMath.Log(Math.Sqrt((x * x) + 1) + x);
}

/// <summary>HyperbolicArccosine: the inverse hyperbolic cosine; NaN below 1.</summary>
internal sealed class HyperbolicArccosineOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "HyperbolicArccosine";

    /// <inheritdoc/>
    protected override string KernelName => "hyperbolic_arccosine";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => PortableMath.Log(x + Math.Sqrt((x * x) - 1));
}

/// <summary>HyperbolicArctangent: the inverse hyperbolic tangent; NaN outside −1 to 1.</summary>
internal sealed class HyperbolicArctangentOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "HyperbolicArctangent";

    /// <inheritdoc/>
    protected override string KernelName => "hyperbolic_arctangent";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => PortableMath.Log((1 + x) / (1 - x)) / 2;
}

/// <summary>ThresholdedRelu: x above alpha, else 0.</summary>
internal sealed class ThresholdedReluOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "ThresholdedRelu";

    /// <inheritdoc/>
    protected override string KernelName => "thresholded_relu";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => x > attributes.Alpha ? x : 0;
}

/// <summary>Shrink: x + beta below −alpha, x − beta above alpha, else 0.</summary>
internal sealed class ShrinkOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "Shrink";

    /// <inheritdoc/>
    protected override string KernelName => "shrink";

    /// <inheritdoc/>
    protected override double Evaluate(double x, UnaryAttributes attributes) => x < -attributes.Alpha ? x + attributes.Beta : x > attributes.Alpha ? x - attributes.Beta : 0;
}
