using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.Indexing;
using EdgeAI.Compiler.Operators.Logic;
using EdgeAI.Compiler.Operators.Softmax;

namespace EdgeAI.Compiler.Operators.Tabular;

/// <summary>The labels of an ONNX-ML classifier. Texts have no form in firmware: the result is then the index of the label.</summary>
/// <param name="Count">How many.</param>
/// <param name="Values">The labels, or their indexes.</param>
internal sealed record ClassLabels(int Count, long[] Values)
{
    /// <summary>Labels that are texts; null where they are numbers.</summary>
    public string[]? Texts { get; private init; }

    /// <summary>From the attributes of a classifier.</summary>
    public static ClassLabels Read(OnnxNode node)
    {
        if ((node.Ints("classlabels_int64s") ?? node.Ints("classlabels_ints")) is { Length: > 0 } numbers)
        {
            return new(numbers.Length, [.. numbers]);
        }

        return node.Strings("classlabels_strings") is { Length: > 0 } texts
            ? new(texts.Length, [.. Enumerable.Range(0, texts.Length).Select(i => (long)i)]) { Texts = texts }
            : throw new OnnxNodeException("the class labels are missing", "Export the model again");
    }

    /// <summary>Makes a label, or the index of one that is a text, the first result.</summary>
    public void Bind(OnnxNode node, OnnxGraphBuilder builder, Tensor label)
    {
        if (Texts is not null && node.HasOutput(0))
        {
            builder.StandsForTexts(label, Texts);
        }

        builder.Bind(node, 0, label);
    }
}

/// <summary>What ONNX-ML classifiers and regressors do with raw scores.</summary>
internal static class ClassScores
{
    /// <summary>The scores after <c>post_transform</c>.</summary>
    public static Tensor Transformed(OnnxNode node, OnnxGraphBuilder builder, Tensor scores) =>
        Transformed(node.Text("post_transform", "NONE"), builder, scores);

    /// <summary>The scores after a transform: NONE, LOGISTIC, SOFTMAX, SOFTMAX_ZERO or PROBIT.</summary>
    public static Tensor Transformed(string transform, OnnxGraphBuilder builder, Tensor scores) => transform switch
    {
        "NONE" => scores,
        "LOGISTIC" => builder.AddStep("logistic", "Sigmoid", UnaryAttributes.None, scores),
        "SOFTMAX" => builder.AddStep("softmax", "Softmax", new SoftmaxAttributes(1), scores),
        "SOFTMAX_ZERO" => builder.AddStep("softmax", "Softmax", new SoftmaxAttributes(1), WithoutZeros(builder, scores)),
        "PROBIT" => Probit(builder, scores),
        _ => throw new OnnxNodeException($"post_transform is '{transform}'", "NONE, LOGISTIC, SOFTMAX, SOFTMAX_ZERO and PROBIT are supported"),
    };

    /// <summary>Scores of 0, within 1e-7, stay 0 behind a softmax and do not count in its sum.</summary>
    private static Tensor WithoutZeros(OnnxGraphBuilder builder, Tensor scores)
    {
        Tensor isNone = Plain.Step(builder, "LessOrEqual", builder.AddStep("magnitude", "Absolute", UnaryAttributes.None, scores), builder.Constant("none", 1e-7f));
        return builder.AddStep("counted", "Select", NoAttributes.Instance, isNone, builder.Constant("lowest", -1e9f), scores);
    }

    /// <summary>√2 · erf⁻¹(2 x − 1), by Winitzki's approximation with its constant 0.147, as ONNX Runtime has it.</summary>
    private static Tensor Probit(OnnxGraphBuilder builder, Tensor scores)
    {
        const float A = 0.147f;
        Tensor One(string suffix, float value) => builder.Constant(suffix, value);
        Tensor Unary(string suffix, string name, Tensor x) => builder.AddStep(suffix, name, UnaryAttributes.None, x);
        Tensor y = Plain.Step(builder, "Subtract", Plain.Step(builder, "Multiply", scores, One("two", 2)), One("one", 1));
        Tensor logarithm = Unary("logarithm", "Logarithm", Plain.Step(builder, "Subtract", One("whole", 1), Unary("square", "Square", y)));
        Tensor v = Plain.Step(builder, "Add", Plain.Step(builder, "Multiply", logarithm, One("half", 0.5f)), One("shift", 2 / (3.14159f * A)));
        Tensor root = Unary("root", "SquareRoot",
            Plain.Step(builder, "Subtract", Unary("shift_square", "Square", v), Plain.Step(builder, "Multiply", logarithm, One("inverse", 1 / A))));
        Tensor size = Unary("size", "SquareRoot", Plain.Step(builder, "Subtract", root, v));
        Tensor signed = builder.AddStep("signed", "Select", NoAttributes.Instance, Plain.Step(builder, "Less", y, One("zero", 0)), Unary("negative", "Negate", size), size);
        return Plain.Step(builder, "Multiply", signed, One("sqrt_two", 1.41421356f));
    }

    /// <summary>Label and scores of several classes.</summary>
    public static void Bind(OnnxNode node, OnnxGraphBuilder builder, ClassLabels labels, Tensor raw, Tensor scores)
    {
        Tensor table = Plain.Integers(builder, "labels", ElementType.Int64, new Shape(labels.Count), labels.Values);
        if (node.HasOutput(0))
        {
            Tensor best = builder.AddStep("best", "ArgMaximum", new ArgExtremeAttributes(1, false, false), raw);
            labels.Bind(node, builder, builder.AddStep("label", "Gather", new GatherAttributes(0), table, best));
        }

        builder.Bind(node, 1, scores);
    }

    /// <summary>
    /// Label and scores of two classes from the score [rows,1] of the second alone: a share above one half, or a number above 0. The first class has the
    /// rest of the share, the logistic function of the negative, or the negative; of linear models the rest to 1 of a number too.
    /// </summary>
    public static void BindOne(OnnxNode node, OnnxGraphBuilder builder, ClassLabels labels, Tensor score, bool isShare, bool isRest = false)
    {
        BindLabelOfTwo(node, builder, labels, score, isShare);
        if (!node.HasOutput(1))
        {
            return;
        }

        bool isLogistic = node.Text("post_transform", "NONE") == "LOGISTIC";
        Tensor rest = (isShare || isRest) && !isLogistic
            ? Plain.Step(builder, "Subtract", builder.Constant("one", 1f), score)
            : builder.AddStep("negative", "Negate", UnaryAttributes.None, score);
        Tensor both = builder.AddStep("both", "Concatenate", new Shaping.ConcatenateAttributes(1), rest, score);
        builder.Bind(node, 1, isLogistic ? Transformed(node, builder, both) : both);
    }

    /// <summary>Of two classes the second where its score [rows,1] passes the limit: a share above one half, or a number above 0.</summary>
    public static void BindLabelOfTwo(OnnxNode node, OnnxGraphBuilder builder, ClassLabels labels, Tensor score, bool isShare)
    {
        if (node.HasOutput(0))
        {
            Tensor isSecond = Plain.Step(builder, "Greater", builder.Reshape(score, "rows", score.Shape[0]), builder.Constant("limit", isShare ? 0.5f : 0f));
            Tensor first = Plain.Integer(builder, "first", ElementType.Int64, labels.Values[0]);
            Tensor second = Plain.Integer(builder, "second", ElementType.Int64, labels.Values[1]);
            labels.Bind(node, builder, builder.AddStep("label", "Select", NoAttributes.Instance, isSecond, second, first));
        }
    }
}
