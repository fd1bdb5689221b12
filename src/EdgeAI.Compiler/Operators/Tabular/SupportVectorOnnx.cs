using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Operators.Indexing;
using EdgeAI.Compiler.Operators.Logic;
using EdgeAI.Compiler.Operators.Reduction;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Operators.Tabular;

/// <summary>
/// SVMClassifier and SVMRegressor of ONNX-ML as the layers they are made of.
/// <list type="bullet">
/// <item>Products with all support vectors are one fully connected layer. Distances come from products with vectors that have the support vectors' mean taken off, so that
/// little cancels.</item>
/// <item>The scores of pairs of classes are a second layer over the kernels' values, and the votes for each class a third over their signs.</item>
/// </list>
/// </summary>
internal sealed class SupportVectorOnnx : IOnnxForm
{
    private const float LeastShare = 1e-7f;
    private const long MostWeights = 1 << 26;

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["ai.onnx.ml:SVMClassifier", "ai.onnx.ml:SVMRegressor"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = Plain.Cast(builder, node.Input(0), ElementType.Float32);
        x = x.Shape.Rank == 1 ? builder.Reshape(x, "rows", 1, x.Shape[0]) : x;
        if (x.Shape.Rank != 2)
        {
            throw new OnnxNodeException($"it reads {x.Shape}", "Rows of features, [rows,features], are supported");
        }

        if (node.OperatorType == "SVMRegressor")
        {
            Regress(node, builder, x);
        }
        else
        {
            Classify(node, builder, x);
        }
    }

    private static void Regress(OnnxNode node, OnnxGraphBuilder builder, Tensor x)
    {
        float[] coefficients = Required(node, "coefficients");
        float offset = Required(node, "rho")[0];
        long vectors = node.Int("n_supports", 0);
        Tensor score = vectors > 0
            ? Layer(builder, "score", Kernels(node, builder, x, (int)Fitting(node, vectors, coefficients.Length, "coefficients")), coefficients, [offset])
            : Layer(builder, "score", x, coefficients, [offset]);
        if (node.Int("one_class", 0) != 0)
        {
            Tensor isInside = Plain.Step(builder, "Greater", score, builder.Constant("border", 0f));
            score = builder.AddStep("side", "Select", NoAttributes.Instance, isInside, builder.Constant("inside", 1f), builder.Constant("outside", -1f));
        }

        builder.Bind(node, 0, ClassScores.Transformed(node, builder, score));
    }

    private static void Classify(OnnxNode node, OnnxGraphBuilder builder, Tensor x)
    {
        ClassLabels labels = ClassLabels.Read(node);
        float[] coefficients = Required(node, "coefficients");
        long[] counts = [.. node.Ints("vectors_per_class") ?? []];
        Int128 pairWeights = (Int128)labels.Count * (labels.Count - 1) / 2 * counts.Sum(count => count >= 0 && count <= coefficients.Length ? count : MostWeights);
        if (pairWeights > MostWeights)
        {
            throw new OnnxNodeException($"vectors_per_class [{string.Join(',', counts.Take(8))}] does not fit {coefficients.Length} coefficients, or makes more than {MostWeights} weights for pairs of {labels.Count} classes",
                "Export the model again, or train with fewer classes or vectors");
        }

        int[] vectors = [.. counts.Select(count => (int)count)];
        int total = vectors.Sum();
        float[] offsets = Required(node, "rho");
        int pairs = labels.Count * (labels.Count - 1) / 2;
        if (total == 0)
        {
            Linear(node, builder, labels, Layer(builder, "scores", x, coefficients, [.. Enumerable.Repeat(offsets[0], labels.Count)]), coefficients);
            return;
        }

        if (vectors.Length != labels.Count || labels.Count < 2 || coefficients.Length < (long)(labels.Count - 1) * total || offsets.Length < pairs)
        {
            throw new OnnxNodeException($"{vectors.Length} counts of vectors, {coefficients.Length} coefficients and {offsets.Length} offsets do not fit {labels.Count} classes and {total} vectors",
                "Give a count for each class, a coefficient for each vector and other class, and an offset for each pair of classes");
        }

        Tensor scores = Layer(builder, "scores", Kernels(node, builder, x, total), PairWeights(labels.Count, vectors, coefficients), offsets.AsSpan(0, pairs).ToArray());
        if (node.HasOutput(0))
        {
            labels.Bind(node, builder, Label(builder, labels, scores));
        }

        float[] slopes = [.. node.Floats("prob_a") ?? []];
        float[] shifts = [.. node.Floats("prob_b") ?? []];
        if (!node.HasOutput(1))
        {
            return;
        }

        if (slopes.Length > 0)
        {
            builder.Bind(node, 1, ClassScores.Transformed(node, builder, Probabilities(node, builder, labels.Count, scores, slopes, shifts)));
            return;
        }

        if (labels.Count > 2)
        {
            builder.Bind(node, 1, ClassScores.Transformed(node, builder, scores));
            return;
        }

        if (node.Text("post_transform", "NONE") is var transform and not "NONE")
        {
            throw new OnnxNodeException($"post_transform is '{transform}' for the score of two classes", "NONE is supported there");
        }

        Tensor negative = builder.AddStep("negative", "Negate", UnaryAttributes.None, scores);
        builder.Bind(node, 1, builder.AddStep("both", "Concatenate", new ConcatenateAttributes(1), negative, scores));
    }

    /// <summary>Of a linear model the class of the largest score; of two classes the second, where the largest passes a limit.</summary>
    private static void Linear(OnnxNode node, OnnxGraphBuilder builder, ClassLabels labels, Tensor scores, float[] coefficients)
    {
        if (labels.Count == 2 && node.HasOutput(0))
        {
            Tensor table = Plain.Integers(builder, "labels", ElementType.Int64, new Shape(2), labels.Values);
            Tensor best = builder.AddStep("best", "ArgMaximum", new ArgExtremeAttributes(1, false, false), scores);
            Tensor chosen = builder.AddStep("chosen", "Gather", new GatherAttributes(0), table, best);
            Tensor most = builder.AddStep("most", "ReduceMax", new ReduceAttributes([1], false), scores);
            bool isPositive = coefficients.All(coefficient => coefficient >= 0);
            Tensor isSecond = Plain.Step(builder, isPositive ? "GreaterOrEqual" : "Greater", most, builder.Constant("limit", isPositive ? 0.5f : 0f));
            labels.Bind(node, builder, builder.AddStep("label", "Select", NoAttributes.Instance, isSecond, Plain.Integer(builder, "second", ElementType.Int64, labels.Values[1]), chosen));
            builder.Bind(node, 1, ClassScores.Transformed(node, builder, scores));
            return;
        }

        ClassScores.Bind(node, builder, labels, scores, ClassScores.Transformed(node, builder, scores));
    }

    /// <summary>The label with the most votes: of each pair the first class where the score is positive, else the second; the first of equals.</summary>
    private static Tensor Label(OnnxGraphBuilder builder, ClassLabels labels, Tensor scores)
    {
        Tensor isFirst = Plain.Step(builder, "Greater", scores, builder.Constant("border", 0f));
        if (labels.Count == 2)
        {
            Tensor first = builder.Reshape(isFirst, "first", scores.Shape[0]);
            return builder.AddStep("label", "Select", NoAttributes.Instance, first,
                Plain.Integer(builder, "one", ElementType.Int64, labels.Values[0]), Plain.Integer(builder, "other", ElementType.Int64, labels.Values[1]));
        }

        int pairs = scores.Shape[1];
        float[] weights = new float[labels.Count * pairs];
        float[] without = new float[labels.Count];
        for (int i = 0, pair = 0; i < labels.Count; i++)
        {
            for (int j = i + 1; j < labels.Count; j++, pair++)
            {
                weights[(i * pairs) + pair] = 1;
                weights[(j * pairs) + pair] = -1;
                without[j]++;
            }
        }

        Tensor votes = Layer(builder, "votes", Plain.Cast(builder, isFirst, ElementType.Float32), weights, without);
        Tensor best = builder.AddStep("best", "ArgMaximum", new ArgExtremeAttributes(1, false, false), votes);
        return builder.AddStep("label", "Gather", new GatherAttributes(0), Plain.Integers(builder, "labels", ElementType.Int64, new Shape(labels.Count), labels.Values), best);
    }

    private static Tensor Probabilities(OnnxNode node, OnnxGraphBuilder builder, int classes, Tensor scores, float[] slopes, float[] shifts)
    {
        int pairs = scores.Shape[1];
        if (slopes.Length < pairs || shifts.Length < pairs || classes > PairwiseCouplingOperator.MostClasses)
        {
            throw new OnnxNodeException($"prob_a and prob_b have {slopes.Length} and {shifts.Length} entries for {classes} classes",
                $"One for each of {pairs} pairs, and at most {PairwiseCouplingOperator.MostClasses} classes, are supported");
        }

        Tensor scaled = Plain.Step(builder, "Multiply", scores, builder.Constant("slopes", new Shape(pairs), [.. slopes[..pairs].Select(slope => -slope)]));
        Tensor moved = Plain.Step(builder, "Subtract", scaled, builder.Constant("shifts", new Shape(pairs), shifts.AsSpan(0, pairs)));
        Tensor shares = builder.AddStep("shares", "Sigmoid", UnaryAttributes.None, moved);
        shares = builder.AddStep("limited", "Clamp", new ClampAttributes(new Clamp(LeastShare, 1 - LeastShare)), shares);
        return builder.Add("PairwiseCoupling", NoAttributes.Instance, shares);
    }

    /// <summary>For each pair of classes a coefficient for each vector of either class, 0 for the others.</summary>
    private static float[] PairWeights(int classes, int[] vectors, float[] coefficients)
    {
        int total = vectors.Sum();
        int[] starts = [.. vectors.Select((_, i) => vectors[..i].Sum())];
        float[] weights = new float[classes * (classes - 1) / 2 * total];
        for (int i = 0, pair = 0; i < classes; i++)
        {
            for (int j = i + 1; j < classes; j++, pair++)
            {
                Span<float> row = weights.AsSpan(pair * total, total);
                coefficients.AsSpan(((j - 1) * total) + starts[i], vectors[i]).CopyTo(row[starts[i]..]);
                coefficients.AsSpan((i * total) + starts[j], vectors[j]).CopyTo(row[starts[j]..]);
            }
        }

        return weights;
    }

    /// <summary>The kernel's value for each row and support vector.</summary>
    private static Tensor Kernels(OnnxNode node, OnnxGraphBuilder builder, Tensor x, int count)
    {
        int features = x.Shape[1];
        float[] vectors = Required(node, "support_vectors");
        Fitting(node, (long)count * features, vectors.Length, "support_vectors");
        float[] settings = [.. node.Floats("kernel_params") ?? []];
        (float gamma, float offset, float degree) = settings.Length >= 3 ? (settings[0], settings[1], settings[2]) : (0, 0, 0);
        float[] Scaled() => [.. vectors.Select(value => gamma * value)];
        switch (node.Text("kernel_type", "LINEAR"))
        {
            case "LINEAR":
                return Layer(builder, "kernels", x, vectors, new float[count]);
            case "SIGMOID":
                return builder.AddStep("kernels", "Tanh", UnaryAttributes.None, Layer(builder, "products", x, Scaled(), [.. Enumerable.Repeat(offset, count)]));
            case "POLY":
                Tensor products = Layer(builder, "products", x, Scaled(), [.. Enumerable.Repeat(offset, count)]);
                Tensor square = degree is 2 or 3 ? builder.AddStep("square", "Square", UnaryAttributes.None, products) : products;
                return degree == 2 ? square
                    : degree == 3 ? Plain.Step(builder, "Multiply", square, products)
                    : Plain.Step(builder, "Power", products, builder.Constant("degree", degree));
            case "RBF":
                return Radial(builder, x, vectors, count, gamma);
            case var other:
                throw new OnnxNodeException($"kernel_type is '{other}'", "LINEAR, POLY, RBF and SIGMOID are supported");
        }
    }

    private static Tensor Radial(OnnxGraphBuilder builder, Tensor x, float[] vectors, int count, float gamma)
    {
        int features = x.Shape[1];
        float[] mean = [.. Enumerable.Range(0, features).Select(f => (float)(Enumerable.Range(0, count).Sum(i => (double)vectors[(i * features) + f]) / count))];
        double[] centered = [.. vectors.Select((value, i) => (double)value - mean[i % features])];
        float[] weights = [.. centered.Select(value => (float)(2 * gamma * value))];
        float[] squares = [.. Enumerable.Range(0, count).Select(i => (float)(-gamma * Enumerable.Range(i * features, features).Sum(at => centered[at] * centered[at])))];
        Tensor moved = Plain.Step(builder, "Subtract", x, builder.Constant("mean", new Shape(features), mean));
        Tensor products = Layer(builder, "products", moved, weights, squares);
        Tensor own = builder.AddStep("length", "ReduceSum", new ReduceAttributes([1], true), builder.AddStep("square", "Square", UnaryAttributes.None, moved));
        Tensor exponent = Plain.Step(builder, "Subtract", products, Plain.Step(builder, "Multiply", own, builder.Constant("gamma", gamma)));
        exponent = Plain.Step(builder, gamma < 0 ? "Maximum" : "Minimum", exponent, builder.Constant("zero", 0f));
        return builder.AddStep("kernels", "Exponential", UnaryAttributes.None, exponent);
    }

    private static Tensor Layer(OnnxGraphBuilder builder, string name, Tensor x, float[] weights, float[] bias)
    {
        Fitting(null, (long)bias.Length * x.Shape[1], weights.Length, "coefficients");
        return builder.AddStep(name, "FullyConnected", new FullyConnectedAttributes(Clamp.None), x,
            builder.Constant($"{name}/weights", new Shape(bias.Length, x.Shape[1]), weights), builder.Constant($"{name}/offsets", new Shape(bias.Length), bias));
    }

    private static long Fitting(OnnxNode? node, long expected, long actual, string name) => expected == actual && expected <= int.MaxValue
        ? expected
        : throw new OnnxNodeException($"{name} has {actual} entries where {expected} are meant{(node is null ? " by the features" : "")}", "Export the model again");

    private static float[] Required(OnnxNode node, string name) => node.Floats(name) is { Length: > 0 } values
        ? [.. values]
        : throw new OnnxNodeException($"the attribute {name} is missing", "Export the model again");
}
