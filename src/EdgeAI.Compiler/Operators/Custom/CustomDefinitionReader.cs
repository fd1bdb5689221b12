using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Linking;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Custom;

/// <summary>Makes a <see cref="CustomDefinition"/> of the JSON of a description. Throws <see cref="DiagnosticException"/> by its fault for what is wrong.</summary>
internal sealed class CustomDefinitionReader
{
    private const double UsualTolerance = 1e-5;
    private const int MostSteps = 4;

    private static readonly string[] Known =
    [
        "name", "onnx", "tflite", "inputs", "outputs", "attributes", "reference", "header", "sources", "includeFolders", "kernels", "elementWise", "tolerance",
        "steps", "macs", "testedShapes",
    ];

    private static readonly Dictionary<string, ElementType> Types = Enum.GetValues<ElementType>()
        .Where(type => type is not (ElementType.Unknown or ElementType.Float64 or ElementType.Float16 or ElementType.Int4)).ToDictionary(type => type.DisplayName(), StringComparer.Ordinal);

    private readonly Func<string, DiagnosticException> _fault;
    private readonly DescriptionMembers _members;

    /// <summary>A reader that tells what is wrong through <paramref name="fault"/>, which takes half a sentence.</summary>
    public CustomDefinitionReader(Func<string, DiagnosticException> fault)
    {
        _fault = fault;
        _members = new(fault);
    }

    /// <summary>The definition.</summary>
    public CustomDefinition Read(JsonElement root, string json, string displayPath)
    {
        _members.Expect(root, "the description", Known);
        string name = _members.Identifier(root, "name");
        if (OperatorCatalog.All.FirstOrDefault(known => string.Equals(known.Name, name, StringComparison.OrdinalIgnoreCase)) is { } taken)
        {
            throw _fault($"its name '{name}' is that of an operator of the SDK, {taken.Name}; give it another (the operator of the model file is told in 'onnx' or 'tflite')");
        }

        ImmutableArray<CustomOperand> inputs = [.. Elements(root, "inputs").Select(Operand)];
        ImmutableArray<CustomResult> outputs = [.. Elements(root, "outputs").Select(Result)];
        var definition = new CustomDefinition
        {
            Name = name,
            DisplayPath = displayPath,
            Json = json,
            OnnxOperator = OnnxOperator(root),
            TfLiteCode = root.TryGetProperty("tflite", out _) ? _members.Text(root, "tflite") : null,
            Inputs = inputs,
            Outputs = outputs,
            Attributes = root.TryGetProperty("attributes", out _) ? [.. Elements(root, "attributes", mayBeEmpty: true).Select(Attribute)] : [],
            Kernels = [.. Elements(root, "kernels").Select(element => Kernel(element, inputs.Length, outputs.Length))],
            Header = _members.Text(root, "header"),
            IsElementWise = Flag(root, "elementWise"),
            Tolerance = root.TryGetProperty("tolerance", out JsonElement tolerance)
                ? Number(tolerance) is > 0 and < 1 and var fraction ? fraction : throw _fault("'tolerance' must be a number above 0 and below 1")
                : UsualTolerance,
            Steps = root.TryGetProperty("steps", out JsonElement steps)
                ? Whole(steps) is >= 0 and <= MostSteps and var whole ? (int)whole : throw _fault($"'steps' must be a whole number from 0 to {MostSteps}")
                : 0,
            Macs = root.TryGetProperty("macs", out JsonElement macs) ? new WholeFormula(Formula(macs, "macs")) : null,
            TakesAnyShape = !root.TryGetProperty("testedShapes", out _) || _members.Text(root, "testedShapes") switch
            {
                "any" => true,
                "model" => false,
                var other => throw _fault($"'testedShapes' is '{other}'; any and model are known"),
            },
        };
        Verify(definition);
        return definition;
    }

    private void Verify(CustomDefinition definition)
    {
        if (definition.OnnxOperator is null && definition.TfLiteCode is null)
        {
            throw _fault("it names neither an operator of ONNX ('onnx') nor of TFLite ('tflite')");
        }

        string[] names = [.. definition.Inputs.Select(input => input.Name), .. definition.Outputs.Select(output => output.Name), .. definition.Attributes.Select(attribute => attribute.Name)];
        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw _fault($"two of its operands, results and attributes are named '{twice.Key}'");
        }

        if (definition.Inputs.SkipWhile(input => !input.IsOptional).FirstOrDefault(input => !input.IsOptional) is { } late)
        {
            throw _fault($"operand '{late.Name}' stands behind an optional one and is not optional itself");
        }

        if (definition.IsElementWise && definition.Outputs.Length != 1)
        {
            throw _fault(FormattableString.Invariant($"it is elementWise and has {definition.Outputs.Length} results; one is allowed"));
        }
    }

    private string? OnnxOperator(JsonElement root)
    {
        if (!root.TryGetProperty("onnx", out JsonElement onnx))
        {
            return null;
        }

        _members.Expect(onnx, "'onnx'", ["domain", "operator"]);
        string type = _members.Text(onnx, "operator");
        string domain = onnx.TryGetProperty("domain", out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : throw _fault("'domain' of 'onnx' must be a text");
        return domain.Length == 0 || domain == "ai.onnx" ? type : $"{domain}:{type}";
    }

    private CustomOperand Operand(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.String)
        {
            return new(Name(element), null, false, false);
        }

        _members.Expect(element, "an operand", ["name", "rank", "optional", "constant"]);
        int? rank = element.TryGetProperty("rank", out JsonElement number)
            ? number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out int axes) && axes is >= 0 and <= 16 ? axes : throw _fault("'rank' must be a whole number from 0 to 16")
            : null;
        return new(_members.Identifier(element, "name"), rank, Flag(element, "optional"), Flag(element, "constant"));
    }

    private CustomResult Result(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.String)
        {
            return new(Name(element), null);
        }

        _members.Expect(element, "a result", ["name", "shape"]);
        ImmutableArray<WholeFormula>? shape = element.TryGetProperty("shape", out JsonElement list)
            ? list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(extent => new WholeFormula(Formula(extent, "shape")))] : throw _fault("'shape' must be a list of formulas")
            : null;
        return new(_members.Identifier(element, "name"), shape);
    }

    private CustomAttribute Attribute(JsonElement element)
    {
        _members.Expect(element, "an attribute", ["name", "type", "default", "values"]);
        string name = _members.Identifier(element, "name");
        CustomAttributeKind kind = _members.Text(element, "type") switch
        {
            "int" => CustomAttributeKind.Int,
            "float" => CustomAttributeKind.Float,
            "text" => CustomAttributeKind.Text,
            "ints" => CustomAttributeKind.Ints,
            "floats" => CustomAttributeKind.Floats,
            var other => throw _fault($"attribute '{name}' is of type '{other}'; int, float, text, ints and floats are known"),
        };
        ImmutableArray<string> choices = [.. _members.List(element, "values")];
        if (kind == CustomAttributeKind.Text == choices.IsEmpty)
        {
            throw _fault($"attribute '{name}' " + (choices.IsEmpty ? "is a text and does not list its 'values'" : "lists 'values' and is no text"));
        }

        object? given = element.TryGetProperty("default", out JsonElement value) ? Default(value, kind, choices) ?? throw _fault($"the default of attribute '{name}' is not of its type") : null;
        return new(name, kind, given, choices);
    }

    private static object? Default(JsonElement value, CustomAttributeKind kind, ImmutableArray<string> choices) => kind switch
    {
        CustomAttributeKind.Int => Whole(value),
        CustomAttributeKind.Float => Number(value) is { } number ? (float)number : null,
        CustomAttributeKind.Text => value.ValueKind == JsonValueKind.String && choices.Contains(value.GetString()!) ? value.GetString() : null,
        CustomAttributeKind.Ints when value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => Whole(item) is not null) =>
            value.EnumerateArray().Select(item => Whole(item)!.Value).ToImmutableArray(),
        CustomAttributeKind.Floats when value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => Number(item) is not null) =>
            value.EnumerateArray().Select(item => (float)Number(item)!.Value).ToImmutableArray(),
        _ => null,
    };

    private CustomKernel Kernel(JsonElement element, int inputs, int outputs)
    {
        _members.Expect(element, "a kernel", ["function", "inputs", "outputs", "parameters", "scratchBytes"]);
        string function = _members.Identifier(element, "function");
        var parameters = ImmutableArray.CreateBuilder<CustomParameter>();
        if (element.TryGetProperty("parameters", out JsonElement members))
        {
            if (members.ValueKind != JsonValueKind.Object)
            {
                throw _fault("'parameters' must be an object of members and formulas");
            }

            foreach (JsonProperty member in members.EnumerateObject())
            {
                if (!Emission.CNames.IsIdentifier(member.Name))
                {
                    throw _fault($"the parameter '{member.Name}' is no C identifier");
                }

                parameters.Add(new(member.Name, Formula(member.Value, member.Name)));
            }
        }

        return new(
            function, TypeList(element, "inputs", inputs), TypeList(element, "outputs", outputs), parameters.ToImmutable(),
            element.TryGetProperty("scratchBytes", out JsonElement scratch) ? new WholeFormula(Formula(scratch, "scratchBytes")) : null);
    }

    private ImmutableArray<ElementType> TypeList(JsonElement element, string member, int count)
    {
        string[] names = _members.List(element, member);
        if (names.Length == 0)
        {
            return [.. Enumerable.Repeat(ElementType.Float32, count)];
        }

        if (names.Length != count)
        {
            throw _fault(FormattableString.Invariant($"'{member}' of a kernel names {names.Length} types instead of {count}"));
        }

        return
        [
            .. names.Select(name => Types.TryGetValue(name, out ElementType type)
                ? type
                : throw _fault($"'{member}' of a kernel names the type '{name}'; known are {string.Join(", ", Types.Keys)}")),
        ];
    }

    private JsonElement[] Elements(JsonElement root, string member, bool mayBeEmpty = false) =>
        root.TryGetProperty(member, out JsonElement list) && list.ValueKind == JsonValueKind.Array && (mayBeEmpty || list.GetArrayLength() > 0)
            ? [.. list.EnumerateArray()]
            : throw _fault($"'{member}' must be a list" + (mayBeEmpty ? "" : " of at least one"));

    private string Name(JsonElement element) => Emission.CNames.IsIdentifier(element.GetString()!) ? element.GetString()! : throw _fault($"'{element.GetString()}' is no C identifier");

    private string Formula(JsonElement value, string what) => value.ValueKind switch
    {
        JsonValueKind.String when value.GetString()!.Trim().Length > 0 => value.GetString()!,
        JsonValueKind.Number when Whole(value) is { } whole => whole.ToString(CultureInfo.InvariantCulture),
        _ => throw _fault($"'{what}' must be a formula"),
    };

    private bool Flag(JsonElement element, string member) => element.TryGetProperty(member, out JsonElement value)
        && (value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw _fault($"'{member}' must be true or false"));

    private static long? Whole(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long whole) ? whole : null;

    private static double? Number(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number) ? number : null;
}
