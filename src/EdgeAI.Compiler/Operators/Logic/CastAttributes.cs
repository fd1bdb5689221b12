using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Logic;

/// <summary>Cast: the type of the result.</summary>
public sealed record CastAttributes(ElementType Type) : OperatorAttributes;
