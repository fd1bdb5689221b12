using System.Collections.Immutable;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Custom;

/// <summary>The attributes of a node of a user's operator, and the operator itself.</summary>
/// <param name="Operator">What the node means.</param>
/// <param name="Values">A value for each attribute of the definition, in its order: long, float, string, ImmutableArray of long or float.</param>
public sealed record CustomAttributes(CustomOperator Operator, ImmutableArray<object> Values) : OperatorAttributes, IOpenAttributes
{
    /// <inheritdoc/>
    public override Operator? Definition => Operator;

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, object Value)> Named =>
        [.. Operator.Definition.Attributes.Zip(Values, (attribute, value) => (attribute.Name, value))];
}
