using System.Collections.Immutable;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Linking;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Custom;

/// <summary>
/// What formulas of a description may name for a node.
/// <list type="bullet">
/// <item>Of an operand or result x: <c>x_rank</c>, <c>x_elements</c>, <c>x_dim0</c>…, <c>x_last</c> (the last extent), <c>x_dims</c> (all, a list); with a
/// quantization <c>x_zero_point</c> and <c>x_scale</c>. One that is left out has rank and elements 0.</item>
/// <item>Attributes by their names: a whole number, the number of a choice, a real, a list with <c>name_count</c> and <c>name_0</c>….</item>
/// </list>
/// </summary>
internal sealed class CustomValues
{
    private readonly Dictionary<string, long> _wholes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, float> _reals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, object> _lists = new(StringComparer.Ordinal);

    private CustomValues()
    {
    }

    /// <summary>The values of a node whose results are known, or only those of operands and attributes.</summary>
    public static CustomValues Of(Node node, CustomAttributes attributes, bool withResults = true)
    {
        CustomDefinition definition = attributes.Operator.Definition;
        var values = new CustomValues();
        for (int i = 0; i < definition.Inputs.Length; i++)
        {
            values.Add(definition.Inputs[i].Name, node.OptionalInput(i));
        }

        for (int i = 0; withResults && i < definition.Outputs.Length; i++)
        {
            values.Add(definition.Outputs[i].Name, node.Outputs[i]);
        }

        for (int i = 0; i < definition.Attributes.Length; i++)
        {
            values.Add(definition.Attributes[i], attributes.Values[i]);
        }

        return values;
    }

    /// <summary>A whole number. Throws <see cref="FormatException"/>.</summary>
    public long Whole(string formula) => new WholeFormula(formula).Number(_wholes);

    /// <summary>A size. Throws <see cref="FormatException"/>.</summary>
    public long Size(WholeFormula formula) => formula.Evaluate(_wholes);

    /// <summary>A member of a parameter struct. Throws <see cref="FormatException"/>.</summary>
    public KernelField Field(CustomParameter parameter, Node node, EmissionContext context)
    {
        string name = parameter.Value.Trim();
        return _reals.TryGetValue(name, out float real) ? KernelField.Of(parameter.Member, real)
            : _lists.GetValueOrDefault(name) switch
            {
                int[] { Length: > 0 } wholes => KernelField.Pointer(parameter.Member, context.Constant<int>(node, name, wholes)),
                float[] { Length: > 0 } reals => KernelField.Pointer(parameter.Member, context.Constant<float>(node, name, reals)),
                not null => KernelField.Pointer(parameter.Member, "NULL"),
                null => KernelField.Of(parameter.Member, Whole(name)),
            };
    }

    private void Add(string name, Tensor? tensor)
    {
        _wholes[name + "_rank"] = tensor?.Shape.Rank ?? 0;
        _wholes[name + "_elements"] = tensor?.Shape.ElementCount ?? 0;
        _lists[name + "_dims"] = tensor is null ? Array.Empty<int>() : [.. tensor.Shape.Extents];
        if (tensor is null)
        {
            return;
        }

        for (int axis = 0; axis < tensor.Shape.Rank; axis++)
        {
            _wholes[FormattableString.Invariant($"{name}_dim{axis}")] = tensor.Shape[axis];
        }

        _wholes[name + "_last"] = tensor.Shape.Rank > 0 ? tensor.Shape[-1] : 1;
        if (tensor.Quantization is { IsPerChannel: false } quantization)
        {
            _wholes[name + "_zero_point"] = quantization.ZeroPoint;
            _reals[name + "_scale"] = quantization.Scale;
        }
    }

    private void Add(CustomAttribute attribute, object value)
    {
        switch (value)
        {
            case long whole:
                _wholes[attribute.Name] = whole;
                break;
            case float real:
                _reals[attribute.Name] = real;
                break;
            case string text:
                _wholes[attribute.Name] = attribute.Choices.IndexOf(text);
                break;
            case ImmutableArray<long> wholes:
                AddList(attribute.Name, wholes.Length, wholes.Select(whole => checked((int)whole)).ToArray());
                for (int i = 0; i < wholes.Length; i++)
                {
                    _wholes[FormattableString.Invariant($"{attribute.Name}_{i}")] = wholes[i];
                }

                break;
            case ImmutableArray<float> reals:
                AddList(attribute.Name, reals.Length, reals.ToArray());
                for (int i = 0; i < reals.Length; i++)
                {
                    _reals[FormattableString.Invariant($"{attribute.Name}_{i}")] = reals[i];
                }

                break;
        }
    }

    private void AddList(string name, int count, object list)
    {
        _wholes[name + "_count"] = count;
        _lists[name] = list;
    }
}
