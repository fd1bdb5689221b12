using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Operators.Indexing;
using EdgeAI.Compiler.Operators.Logic;
using EdgeAI.Compiler.Operators.Reduction;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Operators.Tabular;

/// <summary>ONNX-ML operators on rows of features as the arithmetic they are made of: linear models, scaling, norms, choice of features.</summary>
internal sealed class TabularOnnx : IOnnxForm
{
    private const float Smallest = 1e-30f;

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes =>
    [
        "ai.onnx.ml:LinearClassifier", "ai.onnx.ml:LinearRegressor", "ai.onnx.ml:Scaler", "ai.onnx.ml:Normalizer", "ai.onnx.ml:Binarizer",
        "ai.onnx.ml:Imputer", "ai.onnx.ml:ArrayFeatureExtractor", "ai.onnx.ml:FeatureVectorizer", "ai.onnx.ml:ZipMap",
    ];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        if (node.OperatorType == "ZipMap")
        {
            string[] keys = node.Strings("classlabels_strings") is { Length: > 0 } texts ? texts
                : [.. (node.Ints("classlabels_int64s") ?? []).Select(key => key.ToString(CultureInfo.InvariantCulture))];
            builder.Bind(node, 0, node.Input(0));
            builder.Told.Add(DiagnosticCatalog.OnnxMapBecomesArray.With(node.File, node.FileName, string.Join(", ", keys.Select(key => $"'{key}'"))));
            return;
        }

        Tensor x = node.OperatorType is "ArrayFeatureExtractor" or "Imputer" ? node.Input(0) : Plain.Cast(builder, node.Input(0), ElementType.Float32);
        switch (node.OperatorType)
        {
            case "LinearClassifier":
                ClassLabels labels = ClassLabels.Read(node);
                if (labels.Count == 2 && (node.Floats("intercepts") ?? []).Length == 1)
                {
                    ClassScores.BindOne(node, builder, labels, Linear(node, builder, x, 1), isShare: false, isRest: true);
                    break;
                }

                Tensor raw = Linear(node, builder, x, labels.Count);
                ClassScores.Bind(node, builder, labels, raw, ClassScores.Transformed(node, builder, raw));
                break;
            case "LinearRegressor":
                builder.Bind(node, 0, ClassScores.Transformed(node, builder, Linear(node, builder, x, node.Int("targets", 1))));
                break;
            case "Scaler":
                Tensor moved = Plain.Step(builder, "Subtract", x, Row(node, builder, "offset", x));
                builder.Bind(node, 0, Plain.Step(builder, "Multiply", moved, Row(node, builder, "scale", x)));
                break;
            case "Normalizer":
                builder.Bind(node, 0, Plain.Step(builder, "Divide", x, Norm(node, builder, x)));
                break;
            case "Binarizer":
                Tensor isAbove = Plain.Step(builder, "Greater", x, builder.Constant("threshold", node.Float("threshold", 0)));
                builder.Bind(node, 0, Plain.Cast(builder, isAbove, ElementType.Float32));
                break;
            case "Imputer":
                builder.Bind(node, 0, Imputed(node, builder, x));
                break;
            case "ArrayFeatureExtractor":
                Tensor indexes = node.Input(1);
                Tensor flat = builder.Reshape(indexes, "indexes", (int)indexes.Shape.ElementCount);
                Tensor taken = builder.AddStep("taken", "Gather", new GatherAttributes(x.Shape.Rank - 1), x, flat);
                builder.Bind(node, 0, x.Shape.Rank == 1 ? builder.Reshape(taken, "row", 1, taken.Shape[0]) : taken);
                break;
            default:
                builder.Bind(node, 0, node.Inputs.Count == 1
                    ? x
                    : builder.Add("Concatenate", new ConcatenateAttributes(x.Shape.Rank - 1), [.. node.Inputs.Select((_, i) => Plain.Cast(builder, node.Input(i), ElementType.Float32))]));
                break;
        }
    }

    private static Tensor Linear(OnnxNode node, OnnxGraphBuilder builder, Tensor x, long targets)
    {
        float[] coefficients = [.. node.Floats("coefficients") ?? []];
        float[] intercepts = [.. node.Floats("intercepts") ?? []];
        Tensor rows = x.Shape.Rank == 1 ? builder.Reshape(x, "rows", 1, x.Shape[0]) : x;
        if (rows.Shape.Rank != 2 || targets < 1 || coefficients.Length != targets * rows.Shape[1] || (intercepts.Length != 0 && intercepts.Length != targets))
        {
            throw new OnnxNodeException($"{coefficients.Length} coefficients and {intercepts.Length} intercepts do not fit {targets} targets of {x.Shape}",
                "Give a coefficient for each target and feature, and an intercept for each target");
        }

        Tensor weights = builder.Constant("coefficients", new Shape((int)targets, rows.Shape[1]), coefficients);
        Tensor? bias = intercepts.Length == 0 ? null : builder.Constant("intercepts", new Shape((int)targets), intercepts);
        return builder.Add("FullyConnected", new FullyConnectedAttributes(Clamp.None), rows, weights, bias);
    }

    private static Tensor Row(OnnxNode node, OnnxGraphBuilder builder, string name, Tensor x)
    {
        float[] values = [.. node.Floats(name) ?? throw new OnnxNodeException($"the attribute {name} is missing", "Export the model again")];
        return values.Length == 1 || (x.Shape.Rank > 0 && values.Length == x.Shape[-1])
            ? builder.Constant(name, new Shape(values.Length), values)
            : throw new OnnxNodeException($"{name} has {values.Length} values for {x.Shape}", "Give one, or one for each feature");
    }

    private static Tensor Norm(OnnxNode node, OnnxGraphBuilder builder, Tensor x)
    {
        var last = new ReduceAttributes([x.Shape.Rank - 1], true);
        Tensor smallest = builder.Constant("smallest", Smallest);
        return node.Text("norm", "MAX") switch
        {
            "MAX" => builder.AddStep("most", "ReduceMax", last, x),
            "L1" => Plain.Step(builder, "Maximum", builder.AddStep("sum", "ReduceSum", last, builder.AddStep("magnitude", "Absolute", UnaryAttributes.None, x)), smallest),
            "L2" => Plain.Step(builder, "Maximum", builder.AddStep("length", "SquareRoot", UnaryAttributes.None,
                builder.AddStep("sum", "ReduceSum", last, builder.AddStep("squares", "Square", UnaryAttributes.None, x))), smallest),
            var other => throw new OnnxNodeException($"norm is '{other}'", "MAX, L1 and L2 are supported"),
        };
    }

    /// <summary>What equals the value that stands for missing ones, or NaN where it is NaN, is replaced.</summary>
    private static Tensor Imputed(OnnxNode node, OnnxGraphBuilder builder, Tensor x)
    {
        if (x.Type != ElementType.Float32)
        {
            throw new OnnxNodeException($"the operand is {x.Type.DisplayName()}", "float32 is supported");
        }

        float missing = node.Float("replaced_value_float", 0);
        Tensor isThere = float.IsNaN(missing)
            ? Plain.Step(builder, "Equal", x, x)
            : builder.AddStep("there", "LogicalXor", NoAttributes.Instance, Plain.Step(builder, "Equal", x, builder.Constant("missing", missing)), Plain.Integer(builder, "true", ElementType.Bool, 1));
        return builder.AddStep("imputed", "Select", NoAttributes.Instance, isThere, x, Row(node, builder, "imputed_value_floats", x));
    }
}
