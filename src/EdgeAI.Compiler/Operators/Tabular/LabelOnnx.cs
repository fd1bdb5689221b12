using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Indexing;
using EdgeAI.Compiler.Operators.Logic;
using EdgeAI.Compiler.Operators.Reduction;

namespace EdgeAI.Compiler.Operators.Tabular;

/// <summary>
/// LabelEncoder and OneHotEncoder of ONNX-ML: values looked up among keys. Texts stand in the graph as places in the list of those that can occur, so that looking them up is a
/// table; other values are compared with each key.
/// </summary>
internal sealed class LabelOnnx : IOnnxForm
{
    private const int MostComparisons = 1 << 20;

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["ai.onnx.ml:LabelEncoder", "ai.onnx.ml:OneHotEncoder"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        if (node.OperatorType == "OneHotEncoder")
        {
            object[] categories = Listed(node, "cats_strings", "cats_int64s", "") ?? throw Missing("cats_int64s");
            Tensor held = Matches(node, builder, x, categories);
            int[] extents = [.. x.Shape.Extents, categories.Length];
            builder.Bind(node, 0, builder.Reshape(Plain.Cast(builder, held, ElementType.Float32), "one_hot", extents));
            return;
        }

        (object[] keys, object[] values, object otherwise) = Mapping(node, builder, x);
        if (keys.Length == 0 || keys.Length != values.Length)
        {
            throw new OnnxNodeException($"it has {keys.Length} keys and {values.Length} values", "Give each key a value");
        }

        string[]? texts = values[0] is string ? [.. values.Append(otherwise).Cast<string>().Distinct()] : null;
        Tensor result;
        if (builder.TextsOf(x) is { } known)
        {
            // What can occur is known: the value of each is.
            result = builder.AddStep("mapped", "Gather", new GatherAttributes(0),
                Table(node, builder, [.. known.Select(text => Array.IndexOf(keys, text) is >= 0 and var at ? values[at] : otherwise)], texts), x);
        }
        else
        {
            Tensor held = Matches(node, builder, x, keys);
            Tensor best = builder.AddStep("key", "ArgMaximum", new ArgExtremeAttributes(1, false, false), Plain.Cast(builder, held, ElementType.Float32));
            Tensor found = builder.AddStep("value", "Gather", new GatherAttributes(0), Table(node, builder, values, texts), best);
            Tensor any = builder.AddStep("any", "ReduceMax", new ReduceAttributes([1], false), Plain.Cast(builder, held, ElementType.Float32));
            Tensor isKnown = Plain.Step(builder, "Greater", any, builder.Constant("none", 0f));
            result = builder.AddStep("mapped", "Select", NoAttributes.Instance, isKnown, found, builder.Reshape(Table(node, builder, [otherwise], texts), "otherwise"));
            result = builder.Reshape(result, "shaped", [.. x.Shape.Extents]);
        }

        if (texts is not null)
        {
            builder.StandsForTexts(result, texts);
        }

        builder.Bind(node, 0, result);
    }

    /// <summary>For each element and key whether they are the same: [elements,keys].</summary>
    private static Tensor Matches(OnnxNode node, OnnxGraphBuilder builder, Tensor x, object[] keys)
    {
        if (x.Shape.ElementCount * keys.Length > MostComparisons)
        {
            throw new OnnxNodeException($"it compares {x.Shape.ElementCount} values with {keys.Length} keys", $"{MostComparisons} comparisons are the most");
        }

        if (builder.TextsOf(x) is { } known)
        {
            keys = [.. keys.Select(key => (object)(long)Array.IndexOf(known, key as string))];
        }
        else if (keys[0] is string text)
        {
            throw new OnnxNodeException($"its keys are texts ('{text}', …) and its operand '{x}' is not", "Texts cannot enter the firmware; encode them as numbers before the model");
        }

        Tensor column = builder.Reshape(x, "column", (int)x.Shape.ElementCount, 1);
        return keys[0] is float
            ? Plain.Step(builder, "Equal", Plain.Cast(builder, column, ElementType.Float32), builder.Constant("keys", new Shape(1, keys.Length), [.. keys.Cast<float>()]))
            : x.Type.IsFloat()
                ? Plain.Step(builder, "Equal", column, builder.Constant("keys", new Shape(1, keys.Length), [.. keys.Select(key => (float)(long)key)]))
                : Plain.Step(builder, "Equal", Plain.Cast(builder, column, ElementType.Int64), Plain.Integers(builder, "keys", ElementType.Int64, new Shape(1, keys.Length), [.. keys.Cast<long>()]));
    }

    private static Tensor Table(OnnxNode node, OnnxGraphBuilder builder, object[] values, string[]? texts) => texts is not null
        ? Plain.Integers(builder, "values", ElementType.Int64, new Shape(values.Length), [.. values.Select(value => (long)Array.IndexOf(texts, (string)value))])
        : values[0] is float
            ? builder.Constant("values", new Shape(values.Length), [.. values.Cast<float>()])
            : Plain.Integers(builder, "values", ElementType.Int64, new Shape(values.Length), [.. values.Cast<long>()]);

    private static (object[] Keys, object[] Values, object Otherwise) Mapping(OnnxNode node, OnnxGraphBuilder builder, Tensor x)
    {
        if (node.Strings("classes_strings") is { Length: > 0 } classes)
        {
            // The first version of the operator: between texts and their places.
            object[] places = [.. classes.Select((_, i) => (object)(long)i)];
            return builder.TextsOf(x) is not null
                ? (classes, places, node.Int("default_int64", -1))
                : (places, classes, node.Text("default_string", "_Unused"));
        }

        object[] keys = Listed(node, "keys_strings", "keys_int64s", "keys_floats") ?? throw Missing("keys_int64s");
        object[] values = Listed(node, "values_strings", "values_int64s", "values_floats") ?? throw Missing("values_int64s");
        return (keys, values, values[0] switch
        {
            string => node.Text("default_string", "_Unused"),
            float => node.Float("default_float", -0f),
            _ => node.Int("default_int64", -1),
        });
    }

    private static object[]? Listed(OnnxNode node, string texts, string whole, string reals) =>
        node.Strings(texts) is { Length: > 0 } words ? words
        : node.Ints(whole) is { Length: > 0 } numbers ? [.. numbers.Select(number => (object)number)]
        : reals.Length > 0 && node.Floats(reals) is { Length: > 0 } floats ? [.. floats.Select(number => (object)number)]
        : null;

    private static OnnxNodeException Missing(string name) => new($"the attribute {name} is missing", "Lists of whole numbers, floats and texts in attributes are supported");
}
