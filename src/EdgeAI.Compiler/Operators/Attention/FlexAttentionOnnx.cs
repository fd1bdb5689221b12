using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Operators.Logic;
using EdgeAI.Compiler.Operators.Softmax;

namespace EdgeAI.Compiler.Operators.Attention;

/// <summary>
/// ONNX FlexAttention: q·kᵀ·scale, the graph score_mod on it, softmax, the graph prob_mod on that, ·v. Q, K and V are [batch, heads, length, size]; fewer key
/// heads than query heads are repeated.
/// </summary>
internal sealed class FlexAttentionOnnx : IOnnxForm
{
    private static readonly MatMulAttributes Product = new(false, false);

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["ai.onnx.preview:FlexAttention"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor[] operands = [node.Input(0), node.Input(1), node.Input(2)];
        if (Array.Find(operands, operand => operand.Shape.Rank != 4) is { } other)
        {
            throw new OnnxNodeException($"the operand '{other}' has {other.Shape.Rank} axes", "Give [batch, heads, length, size]");
        }

        Tensor q = operands[0];
        Tensor k = AttentionOnnx.Repeated(builder, operands[1], q.Shape[1]);
        Tensor v = AttentionOnnx.Repeated(builder, operands[2], q.Shape[1]);
        float scale = (float)Math.Sqrt(node.Has("scale") ? node.Float("scale", 1) : 1 / Math.Sqrt(q.Shape[3]));
        Tensor factor = builder.Constant("scale", scale);
        Tensor scores = builder.AddStep("scores", "MatMul", Product,
            Plain.Step(builder, "Multiply", q, factor), Plain.Step(builder, "Multiply", builder.Transpose(k, "keys", 0, 1, 3, 2), factor));
        if (Modified(node, builder, "score_mod", scores) is { } kept
            && Modified(node, builder, "prob_mod", builder.AddStep("weights", "Softmax", new SoftmaxAttributes(1), kept)) is { } weights)
        {
            builder.Bind(node, 0, builder.Add("MatMul", Product, weights, v));
        }
    }

    /// <summary>What a graph of the node makes of the values, or they themselves where it carries none; null where the graph cannot be imported.</summary>
    private static Tensor? Modified(OnnxNode node, OnnxGraphBuilder builder, string name, Tensor x)
    {
        if (node.GraphOf(name) is not { } graph)
        {
            return x;
        }

        if (graph.Input.Count != 1 || graph.Output.Count != 1)
        {
            throw new OnnxNodeException($"{name} has {graph.Input.Count} inputs and {graph.Output.Count} outputs", "One of each is meant");
        }

        Tensor? result = node.Inline(name, graph, [x])?[0].Single($"what {name} makes");
        builder.Begin(node);
        return result is null || (result.Type == x.Type && result.Shape == x.Shape) ? result
            : throw new OnnxNodeException($"{name} makes '{result}' of '{x}'", "Type and shape stay as they are");
    }
}
