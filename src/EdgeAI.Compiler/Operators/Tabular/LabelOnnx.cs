using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Folding;
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
    public bool TakesTexts => true;

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

        (object[] keys, object[] values, object otherwise, ElementType type) = Mapping(node, builder, x);
        if (keys.Length == 0 || keys.Length != values.Length)
        {
            throw new OnnxNodeException($"it has {keys.Length} keys and {values.Length} values", "Give each key a value");
        }

        // Of equal keys the last counts.
        string[]? texts = values[0] is string ? [.. values.Append(otherwise).Cast<string>().Distinct()] : null;
        Tensor result;
        if (builder.TextsOf(x) is { } known)
        {
            // What can occur is known: the value of each is.
            result = builder.AddStep("mapped", "Gather", new GatherAttributes(0),
                Table(node, builder, [.. known.Select(text => Array.LastIndexOf(keys, text) is >= 0 and var at ? values[at] : otherwise)], texts), x);
        }
        else
        {
            Tensor held = Matches(node, builder, x, keys);
            Tensor best = builder.AddStep("key", "ArgMaximum", new ArgExtremeAttributes(1, false, true), Plain.Cast(builder, held, ElementType.Float32));
            Tensor found = builder.AddStep("value", "Gather", new GatherAttributes(0), Table(node, builder, values, texts), best);
            Tensor any = builder.AddStep("any", "ReduceMax", new ReduceAttributes([1], false), Plain.Cast(builder, held, ElementType.Float32));
            Tensor isKnown = Plain.Step(builder, "Greater", any, builder.Constant("none", 0f));
            result = builder.AddStep("mapped", "Select", NoAttributes.Instance, isKnown, found, builder.Reshape(Table(node, builder, [otherwise], texts), "otherwise"));
            result = builder.Reshape(result, "shaped", [.. x.Shape.Extents]);
        }

        result = Plain.Cast(builder, result, type);
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
        if (keys[0] is float)
        {
            Tensor reals = Plain.Cast(builder, column, ElementType.Float32);
            Tensor equal = Plain.Step(builder, "Equal", reals, builder.Constant("keys", new Shape(1, keys.Length), [.. keys.Cast<float>()]));
            long[] areNaN = [.. keys.Cast<float>().Select(key => float.IsNaN(key) ? 1L : 0)];
            return !areNaN.Contains(1) ? equal
                : builder.AddStep("held", "Select", NoAttributes.Instance, Plain.Step(builder, "Equal", reals, reals), equal,
                    Plain.Integers(builder, "nan_keys", ElementType.Bool, new Shape(1, keys.Length), areNaN));
        }

        return x.Type.IsFloat()
            ? Plain.Step(builder, "Equal", column, builder.Constant("keys", new Shape(1, keys.Length), [.. keys.Select(key => (float)(long)key)]))
            : Plain.Step(builder, "Equal", Plain.Cast(builder, column, ElementType.Int64), Plain.Integers(builder, "keys", ElementType.Int64, new Shape(1, keys.Length), [.. keys.Cast<long>()]));
    }

    private static Tensor Table(OnnxNode node, OnnxGraphBuilder builder, object[] values, string[]? texts) => texts is not null
        ? Plain.Integers(builder, "values", ElementType.Int64, new Shape(values.Length), [.. values.Select(value => (long)Array.IndexOf(texts, (string)value))])
        : values[0] is float
            ? builder.Constant("values", new Shape(values.Length), [.. values.Cast<float>()])
            : Plain.Integers(builder, "values", ElementType.Int64, new Shape(values.Length), [.. values.Cast<long>()]);

    private static (object[] Keys, object[] Values, object Otherwise, ElementType Type) Mapping(OnnxNode node, OnnxGraphBuilder builder, Tensor x)
    {
        if (node.Strings("classes_strings") is { Length: > 0 } classes)
        {
            // The first version of the operator: between texts and their places.
            object[] places = [.. classes.Select((_, i) => (object)(long)i)];
            return builder.TextsOf(x) is not null
                ? (classes, places, node.Int("default_int64", -1), ElementType.Int64)
                : (places, classes, node.Text("default_string", "_Unused"), ElementType.Int64);
        }

        object[] keys = Listed(node, "keys_strings", "keys_int64s", "keys_floats") ?? InTensor(node, "keys_tensor")?.Elements ?? throw Missing("keys_int64s");
        if (Listed(node, "values_strings", "values_int64s", "values_floats") is { } values)
        {
            return (keys, values, Otherwise(node, values[0]), values[0] is float ? ElementType.Float32 : ElementType.Int64);
        }

        (object[] elements, ElementType type) = InTensor(node, "values_tensor") ?? throw Missing("values_int64s");
        return (keys, elements, InTensor(node, "default_tensor")?.Elements[0] ?? Otherwise(node, elements[0]), type);
    }

    private static object Otherwise(OnnxNode node, object value) => value switch
    {
        string => node.Text("default_string", "_Unused"),
        float => node.Float("default_float", -0f),
        _ => node.Int("default_int64", -1),
    };

    /// <summary>The elements of a tensor in an attribute, texts, whole numbers or floats, and their type in the graph; null where it is left out or empty.</summary>
    private static (object[] Elements, ElementType Type)? InTensor(OnnxNode node, string name)
    {
        if (node.Strings(name) is { Length: > 0 } texts)
        {
            return (texts, ElementType.Int64);
        }

        if (node.TensorOf(name) is not { Shape.ElementCount: > 0 } tensor)
        {
            return null;
        }

        ConstantArray array = ConstantArray.Of(tensor);
        return ([.. Enumerable.Range(0, array.Count).Select(i => array.IsReal ? (object)(float)array.Reals[i] : array.Integers[i])], tensor.Type);
    }

    private static object[]? Listed(OnnxNode node, string texts, string whole, string reals) =>
        node.Strings(texts) is { Length: > 0 } words ? words
        : node.Ints(whole) is { Length: > 0 } numbers ? [.. numbers.Select(number => (object)number)]
        : reals.Length > 0 && node.Floats(reals) is { Length: > 0 } floats ? [.. floats.Select(number => (object)number)]
        : null;

    private static OnnxNodeException Missing(string name) => new($"the attribute {name} is missing", "Lists of whole numbers, floats and texts in attributes are supported");
}
