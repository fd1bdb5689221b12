using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Custom;

/// <summary>
/// A user's operator in a TFLite file: a custom operator of its code, settings as FlexBuffers by name. Where no C function takes the file's quantized types, the
/// operator runs over reals between conversions.
/// </summary>
internal sealed class CustomTfLite(CustomOperator definition) : ITfLiteForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => [$"CUSTOM {definition.Definition.TfLiteCode}"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        CustomDefinition described = definition.Definition;
        FlexBufferMap settings = described.Attributes.IsEmpty ? FlexBufferMap.Read([]) : node.Settings();
        var unread = new Node(node.Source, definition.Name, NoAttributes.Instance);
        if (settings.Names.FirstOrDefault(name => described.Attributes.All(attribute => attribute.Name != name)) is { } unknown)
        {
            throw definition.NotFitting(unread, node.File, $"it has the setting '{unknown}', which is not described");
        }

        if (node.OutputCount != described.Outputs.Length)
        {
            throw definition.NotFitting(unread, node.File, FormattableString.Invariant($"it has {node.OutputCount} results, and {described.Outputs.Length} are described"));
        }

        var attributes = new CustomAttributes(definition, [.. described.Attributes.Select(attribute => Value(attribute, settings, node, unread))]);
        Tensor?[] operands = [.. Enumerable.Range(0, node.InputCount).Select(node.OptionalInput)];
        Tensor[] results = [.. Enumerable.Range(0, node.OutputCount).Select(node.Declared)];
        if (!definition.HasKernel(operands, results))
        {
            operands = [.. operands.Select(operand => operand is null ? null : node.Real(operand))];
            results = [.. results.Select(result => result.Quantization is null ? result : new Tensor("", ElementType.Float32, result.Shape))];
        }

        definition.Check(new(node.Source, definition.Name, attributes) { Inputs = operands, Source = node.Source }, node.File);
        node.Results(definition, attributes, operands, results);
    }

    private object Value(CustomAttribute attribute, FlexBufferMap settings, TfLiteNode node, Node unread)
    {
        if (!settings.Names.Contains(attribute.Name))
        {
            return attribute.Default ?? throw definition.NotFitting(unread, node.File, $"it has no setting '{attribute.Name}', and no default is described");
        }

        object? value = attribute.Kind switch
        {
            CustomAttributeKind.Int => settings.Whole(attribute.Name),
            CustomAttributeKind.Float => settings.Real(attribute.Name),
            CustomAttributeKind.Text => settings.Text(attribute.Name),
            CustomAttributeKind.Ints => settings.Wholes(attribute.Name),
            _ => settings.Reals(attribute.Name),
        };
        return value is null ? throw definition.NotFitting(unread, node.File, $"its setting '{attribute.Name}' is not of the type '{attribute.Kind.ToString().ToLowerInvariant()}' described")
            : definition.Fault(attribute, value) is { } fault ? throw definition.NotFitting(unread, node.File, fault)
            : value;
    }
}
