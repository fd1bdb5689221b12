using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Model;

/// <summary>
/// The constant settings of a node: an immutable positional record for each operator. Parameter types are int, long, float,
/// bool, string, enums, <see cref="Clamp"/> and ImmutableArray of int, long or float; these are what files and dumps carry, by name.
/// </summary>
public abstract record OperatorAttributes
{
    /// <summary>The operator, where it is not one of the catalog but a user's, which the node brings along.</summary>
    public virtual Operator? Definition => null;
}

/// <summary>Attributes whose names and types the node's own operator tells; values are long, float, string, ImmutableArray of long or float.</summary>
public interface IOpenAttributes
{
    /// <summary>Names and values in the operator's order.</summary>
    IReadOnlyList<(string Name, object Value)> Named { get; }
}

/// <summary>An operator without settings.</summary>
public sealed record NoAttributes : OperatorAttributes
{
    /// <summary>The one value.</summary>
    public static NoAttributes Instance { get; } = new();
}

/// <summary>Limits applied to every element of a result, in real numbers: a fused ReLU is [0, ∞).</summary>
/// <param name="Minimum">Lower limit, −∞ for none.</param>
/// <param name="Maximum">Upper limit, +∞ for none.</param>
public readonly record struct Clamp(float Minimum, float Maximum)
{
    /// <summary>No limits.</summary>
    public static Clamp None { get; } = new(float.NegativeInfinity, float.PositiveInfinity);

    /// <summary>max(x, 0).</summary>
    public static Clamp Relu { get; } = new(0, float.PositiveInfinity);

    /// <summary>min(max(x, 0), 6).</summary>
    public static Clamp Relu6 { get; } = new(0, 6);

    /// <summary>Whether nothing is limited.</summary>
    public bool IsNone => float.IsNegativeInfinity(Minimum) && float.IsPositiveInfinity(Maximum);

    /// <summary>Applies the limits; NaN stays NaN.</summary>
    public float Apply(float value) => value < Minimum ? Minimum : value > Maximum ? Maximum : value;

    /// <summary>These limits and then <paramref name="next"/>'s.</summary>
    public Clamp Then(Clamp next) => new(next.Apply(Minimum), next.Apply(Maximum));
}

/// <summary>Attributes of an operator whose result may be limited by a fused activation.</summary>
public interface IClamped
{
    /// <summary>The fused limits.</summary>
    Clamp Clamp { get; }

    /// <summary>The same attributes with other limits.</summary>
    OperatorAttributes WithClamp(Clamp clamp);
}
