using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Custom;

/// <summary>A user's operator in an ONNX file: operands in order, attributes by name.</summary>
internal sealed class CustomOnnx(CustomOperator definition) : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => [definition.Definition.OnnxOperator!];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        CustomDefinition described = definition.Definition;
        var unread = new Node(node.Name, definition.Name, NoAttributes.Instance);
        if (node.AttributeNames.FirstOrDefault(name => described.Attributes.All(attribute => attribute.Name != name)) is { } unknown)
        {
            throw definition.NotFitting(unread, node.File, $"it has the attribute '{unknown}', and described are {Names(described)}");
        }

        if (node.Outputs.Count > described.Outputs.Length)
        {
            throw definition.NotFitting(unread, node.File, FormattableString.Invariant($"it has {node.Outputs.Count} results, and {described.Outputs.Length} are described"));
        }

        var attributes = new CustomAttributes(definition, [.. described.Attributes.Select(attribute => Value(attribute, node, unread))]);
        definition.Check(new(node.Name, definition.Name, attributes) { Inputs = [.. node.Inputs] }, node.File);
        IReadOnlyList<Tensor> results = builder.AddAll(definition, attributes, [.. node.Inputs]);
        for (int i = 0; i < results.Count; i++)
        {
            builder.Bind(node, i, results[i]);
        }
    }

    private object Value(CustomAttribute attribute, OnnxNode node, Node unread)
    {
        if (!node.Has(attribute.Name))
        {
            return attribute.Default ?? throw definition.NotFitting(unread, node.File, $"it has no attribute '{attribute.Name}', and no default is described");
        }

        try
        {
            object value = attribute.Kind switch
            {
                CustomAttributeKind.Int => node.Int(attribute.Name, 0),
                CustomAttributeKind.Float => node.Float(attribute.Name, 0),
                CustomAttributeKind.Text => node.Text(attribute.Name, ""),
                CustomAttributeKind.Ints => node.Ints(attribute.Name)!.Value,
                _ => node.Floats(attribute.Name)!.Value,
            };
            return definition.Fault(attribute, value) is { } fault ? throw definition.NotFitting(unread, node.File, fault) : value;
        }
        catch (OnnxNodeException error)
        {
            throw definition.NotFitting(unread, node.File, error.Obstacle);
        }
    }

    private static string Names(CustomDefinition described) =>
        described.Attributes.IsEmpty ? "none" : string.Join(", ", described.Attributes.Select(attribute => attribute.Name));
}
