using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Activation;

/// <summary>Clamp: the operand limited, element by element (ReLU, ReLU6, Clip).</summary>
public sealed record ClampAttributes(Clamp Clamp) : OperatorAttributes;

/// <summary>
/// Unary functions with up to two constants, element by element: Sigmoid, Tanh, HardSwish, Exponential, Logarithm, SquareRoot,
/// ReciprocalSquareRoot, Absolute, Negate, Floor, Ceiling, Round (half to even), Erf, Gelu, Softplus, Softsign, Reciprocal, Sine, Cosine, Square: no constants;
/// HardSigmoid max(0, min(1, Alpha·x + Beta)); LeakyRelu Alpha·x below 0; Elu Alpha·(eˣ − 1) below 0; Selu Beta·(x, or Alpha·(eˣ − 1) below 0).
/// </summary>
public sealed record UnaryAttributes(float Alpha, float Beta) : OperatorAttributes
{
    /// <summary>For functions without constants.</summary>
    public static UnaryAttributes None { get; } = new(0, 0);
}
