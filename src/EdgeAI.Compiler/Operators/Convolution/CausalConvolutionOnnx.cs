using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.Logic;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>
/// ONNX CausalConvWithState: a depthwise convolution over x [N,C,L] and the K − 1 elements in front of it, which are zeros or the state [N,C,K−1] that the
/// run before gave.
/// </summary>
internal sealed class CausalConvolutionOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["CausalConvWithState"];

    /// <inheritdoc/>
    public bool NeedsFiniteConstants => true;

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        Tensor weights = node.Input(1);
        if (x.Shape.Rank != 3 || weights.Shape.Rank != 3 || weights.Shape[0] != x.Shape[1] || weights.Shape[1] != 1 || weights.Shape[2] < 1)
        {
            throw new OnnxNodeException($"weights {weights.Shape} do not fit the operand {x.Shape}", "Give x [N,C,L] and weights [C,1,K]");
        }

        string activation = node.Text("activation", "none");
        if (activation is not ("none" or "silu" or "swish"))
        {
            throw new OnnxNodeException($"activation is '{activation}'", "none, silu and swish are supported");
        }

        (int batch, int channels, int length) = (x.Shape[0], x.Shape[1], x.Shape[2]);
        int before = weights.Shape[2] - 1;
        Tensor? past = node.Optional(3);
        if (past is not null && past.Shape != new Shape(batch, channels, before))
        {
            throw new OnnxNodeException($"past_state is {past.Shape}", $"[{batch},{channels},{before}] is meant");
        }

        past = before == 0 ? null : past;
        if (past is null && node.HasOutput(1) && length < before)
        {
            past = builder.Constant("zeros", new Shape(batch, channels, before), new float[batch * channels * before]);
        }

        Tensor joined = past is null ? x : builder.AddStep("joined", "Concatenate", new ConcatenateAttributes(2), past, x);
        Tensor last = builder.ToChannelsLast(ChannelsFirst.AsImage(joined, builder));
        Tensor filters = builder.Transpose(ChannelsFirst.AsImage(weights, builder), "ihwo", 1, 2, 3, 0);
        var attributes = new DepthwiseConv2DAttributes(1, 1, 1, 1, 0, 0, past is null ? before : 0, 0, 1, Clamp.None);
        Tensor made = ChannelsFirst.Restore(builder.Add("DepthwiseConv2D", attributes, last, filters, node.Optional(2)), 1, builder);
        builder.Bind(node, 0, activation == "none" ? made
            : Plain.Step(builder, "Multiply", made, builder.AddStep("gate", "Sigmoid", UnaryAttributes.None, made)));
        if (node.HasOutput(1))
        {
            builder.Bind(node, 1, builder.Slice(joined, "state", [0, 0, joined.Shape[2] - before], [batch, channels, before], [1, 1, 1]));
        }
    }
}
