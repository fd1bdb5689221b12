using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Attention;

/// <summary>ONNX LinearAttention: the rule of its state follows from which operands are there, and must be the one that it names.</summary>
internal sealed class LinearAttentionOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["LinearAttention"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        string rule = node.Text("update_rule", "gated_delta");
        if (rule is not ("linear" or "gated" or "delta" or "gated_delta"))
        {
            throw new OnnxNodeException($"update_rule is '{rule}'", "linear, gated, delta and gated_delta are supported");
        }

        bool fades = rule is "gated" or "gated_delta";
        bool corrects = rule is "delta" or "gated_delta";
        if (fades != (node.Optional(4) is not null) || corrects != (node.Optional(5) is not null))
        {
            throw new OnnxNodeException($"update_rule '{rule}' does not fit its operands", $"Give it {(fades ? "a" : "no")} decay and {(corrects ? "a" : "no")} beta");
        }

        int queryHeads = Heads(node, "q_num_heads");
        int keyHeads = Heads(node, "kv_num_heads");
        Tensor query = node.Input(0);
        Tensor value = node.Input(2);
        float scale = node.Float("scale", 0);
        scale = scale == 0 && query.Shape.Rank == 3 ? (float)(1 / Math.Sqrt(query.Shape[2] / (double)queryHeads)) : scale;
        Tensor made = builder.Add("LinearAttention", new LinearAttentionAttributes(queryHeads, keyHeads, scale),
            query, node.Input(1), value, node.Optional(3), node.Optional(4), node.Optional(5));
        int valueSize = value.Shape[2] / keyHeads;
        var results = new Shape(query.Shape[0], query.Shape[1], queryHeads * valueSize);
        builder.Bind(node, 0, Part(builder, made, 0, results));
        if (node.HasOutput(1))
        {
            builder.Bind(node, 1, Part(builder, made, (int)results.ElementCount, new Shape(query.Shape[0], keyHeads, query.Shape[2] / queryHeads, valueSize)));
        }
    }

    private static Tensor Part(OnnxGraphBuilder builder, Tensor made, int start, Shape shape) =>
        builder.Reshape(builder.Slice(made, "part", [start], [(int)shape.ElementCount], [1]), "shaped", [.. shape.Extents]);

    private static int Heads(OnnxNode node, string name) => node.RequiredInt(name) is > 0 and <= 1 << 16 and var heads ? (int)heads
        : throw new OnnxNodeException($"{name} is {node.RequiredInt(name)}", $"1 to {1 << 16} heads are supported");
}
