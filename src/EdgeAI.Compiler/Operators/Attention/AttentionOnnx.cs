using System.Collections.Immutable;
using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.Logic;
using EdgeAI.Compiler.Operators.Reduction;
using EdgeAI.Compiler.Operators.Shaping;
using EdgeAI.Compiler.Operators.Softmax;

namespace EdgeAI.Compiler.Operators.Attention;

/// <summary>
/// ONNX Attention as products, additions and a Softmax: q·kᵀ·scale, soft cap, masks, softmax, ·v. Q, K and V are [batch, heads, length, size] or
/// [batch, length, heads·size]; fewer key heads than query heads are repeated; a row that is masked whole gives zeros.
/// </summary>
internal sealed class AttentionOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Attention"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor given = node.Input(0);
        bool isFlat = given.Shape.Rank == 3;
        Tensor q = Heads(builder, given, node.Int("q_num_heads", 0), "query");
        Tensor k = Joined(builder, node.Optional(4), Heads(builder, node.Input(1), node.Int("kv_num_heads", 0), "key"), "present_key");
        Tensor v = Joined(builder, node.Optional(5), Heads(builder, node.Input(2), node.Int("kv_num_heads", 0), "value"), "present_value");
        builder.Bind(node, 1, k);
        builder.Bind(node, 2, v);
        int heads = q.Shape[1];
        k = Repeated(builder, k, heads);
        v = Repeated(builder, v, heads);
        float scale = (float)Math.Sqrt(node.Has("scale") ? node.Float("scale", 1) : 1 / Math.Sqrt(q.Shape[3]));
        Tensor factor = builder.Constant("scale", scale);
        Tensor turned = builder.Transpose(k, "keys", 0, 1, 3, 2);
        Tensor scores = builder.Add("MatMul", new FullyConnected.MatMulAttributes(false, false),
            Plain.Step(builder, "Multiply", q, factor), Plain.Step(builder, "Multiply", turned, factor));
        long mode = node.Int("qk_matmul_output_mode", 0);
        BindScores(node, builder, mode == 0, scores);
        scores = Capped(builder, scores, node.Float("softcap", 0));
        BindScores(node, builder, mode == 1, scores);
        Tensor? bias = Bias(node, builder, scores.Shape, node.Optional(4)?.Shape[2] ?? 0);
        scores = bias is null ? scores : Plain.Step(builder, "Add", scores, bias);
        BindScores(node, builder, mode == 2, scores);
        Tensor weights = builder.AddStep("weights", "Softmax", new SoftmaxAttributes(1), scores);
        if (bias is not null)
        {
            Tensor largest = builder.AddStep("largest", "ReduceMax", new ReduceAttributes([bias.Shape.Rank - 1], true), bias);
            Tensor masked = Plain.Step(builder, "Equal", largest, builder.Constant("masked", float.NegativeInfinity));
            weights = builder.AddStep("unmasked", "Select", NoAttributes.Instance, masked, builder.Constant("zero", 0), weights);
        }

        BindScores(node, builder, mode == 3, weights);
        Tensor result = builder.AddStep("mixed", "MatMul", new FullyConnected.MatMulAttributes(false, false), weights, v);
        if (isFlat)
        {
            Tensor moved = builder.Transpose(result, "lengths_first", 0, 2, 1, 3);
            result = builder.Reshape(moved, "joined", moved.Shape[0], moved.Shape[1], moved.Shape[2] * moved.Shape[3]);
        }

        builder.Bind(node, 0, result);
    }

    private static void BindScores(OnnxNode node, OnnxGraphBuilder builder, bool isAsked, Tensor scores)
    {
        if (isAsked)
        {
            builder.Bind(node, 3, scores);
        }
    }

    /// <summary>[batch, heads, length, size] of either form.</summary>
    private static Tensor Heads(OnnxGraphBuilder builder, Tensor x, long heads, string suffix)
    {
        if (x.Shape.Rank == 4)
        {
            return x;
        }

        if (x.Shape.Rank != 3 || heads < 1 || x.Shape[2] % heads != 0)
        {
            throw new OnnxNodeException($"{heads} heads do not fit '{x}'", "Give the number of heads, which divides the last axis");
        }

        Tensor split = builder.Reshape(x, suffix + "_heads", x.Shape[0], x.Shape[1], (int)heads, x.Shape[2] / (int)heads);
        return builder.Transpose(split, suffix, 0, 2, 1, 3);
    }

    private static Tensor Joined(OnnxGraphBuilder builder, Tensor? past, Tensor x, string suffix) =>
        past is null ? x : builder.AddStep(suffix, "Concatenate", new ConcatenateAttributes(2), past, x);

    /// <summary>Every head so many times in a row that there are as many as query heads.</summary>
    public static Tensor Repeated(OnnxGraphBuilder builder, Tensor x, int heads)
    {
        if (x.Shape[1] == heads)
        {
            return x;
        }

        if (x.Shape[1] == 0 || heads % x.Shape[1] != 0)
        {
            throw new OnnxNodeException($"{x.Shape[1]} key heads do not divide {heads} query heads", "Give a number that divides");
        }

        int times = heads / x.Shape[1];
        Tensor wide = builder.Reshape(x, "grouped", x.Shape[0], x.Shape[1], 1, x.Shape[2], x.Shape[3]);
        Tensor spread = builder.AddStep("repeated", "Broadcast", new BroadcastAttributes([x.Shape[0], x.Shape[1], times, x.Shape[2], x.Shape[3]]), wide);
        return builder.Reshape(spread, "heads", x.Shape[0], heads, x.Shape[2], x.Shape[3]);
    }

    private static Tensor Capped(OnnxGraphBuilder builder, Tensor scores, float cap)
    {
        if (cap == 0)
        {
            return scores;
        }

        Tensor limit = builder.Constant("softcap", cap);
        return Plain.Step(builder, "Multiply",
            builder.AddStep("capped", "Tanh", UnaryAttributes.None, Plain.Step(builder, "Divide", scores, limit)), limit);
    }

    /// <summary>The sum of the masks as 0 and −∞ or as the given floats, or null.</summary>
    private static Tensor? Bias(OnnxNode node, OnnxGraphBuilder builder, Shape scores, int past)
    {
        Tensor? bias = node.Optional(3) is { } mask ? Filled(builder, Reals(builder, mask), scores[3]) : null;
        int rows = scores[2];
        int columns = scores[3];
        Tensor? lengths = node.Optional(6);
        Tensor column = Plain.Integers(builder, "columns", ElementType.Int64, new Shape(columns), [.. Enumerable.Range(0, columns).Select(i => (long)i)]);
        Tensor? perBatch = lengths is null ? null : builder.Reshape(Plain.Cast(builder, lengths, ElementType.Int64), "lengths", lengths.Shape[0], 1, 1, 1);
        if (node.Flag("is_causal"))
        {
            Tensor row = Plain.Integers(builder, "rows", ElementType.Int64, new Shape(rows, 1), [.. Enumerable.Range(0, rows).Select(i => (long)i + past)]);
            Tensor last = perBatch is null ? row : Plain.Step(builder, "Add", row,
                Plain.Step(builder, "Subtract", perBatch, Plain.Integer(builder, "rows", ElementType.Int64, rows)));
            bias = Sum(builder, bias, Reals(builder, Plain.Step(builder, "GreaterOrEqual", last, column)));
        }

        return perBatch is null ? bias : Sum(builder, bias, Reals(builder, Plain.Step(builder, "Less", column, perBatch)));
    }

    private static Tensor Sum(OnnxGraphBuilder builder, Tensor? a, Tensor b) => a is null ? b : Plain.Step(builder, "Add", a, b);

    private static Tensor Reals(OnnxGraphBuilder builder, Tensor mask) => mask.Type != ElementType.Bool
        ? Plain.Cast(builder, mask, ElementType.Float32)
        : builder.AddStep("mask", "Select", NoAttributes.Instance, mask, builder.Constant("taken", 0f), builder.Constant("left_out", float.NegativeInfinity));

    /// <summary>A mask shorter than the keys leaves out the rest.</summary>
    private static Tensor Filled(OnnxGraphBuilder builder, Tensor mask, int columns)
    {
        int missing = mask.Shape.Rank == 0 || mask.Shape[-1] == 1 ? 0 : columns - mask.Shape[-1];
        if (missing <= 0)
        {
            return mask;
        }

        ImmutableArray<int> none = [.. Enumerable.Repeat(0, mask.Shape.Rank)];
        return builder.AddStep("filled", "Pad",
            new PadAttributes(none, none.SetItem(mask.Shape.Rank - 1, missing), PadMode.Constant, float.NegativeInfinity), mask);
    }
}
