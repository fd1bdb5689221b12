using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Operators.Attention;

/// <summary>
/// ONNX RotaryEmbedding: pairs of elements of each head are turned by the angle of their position, given as cosines and sines. x is
/// [batch, heads, length, size] or [batch, length, heads·size].
/// </summary>
internal sealed class RotaryEmbeddingOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["RotaryEmbedding"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor given = node.Input(0);
        bool isFlat = given.Shape.Rank == 3;
        int heads = isFlat ? (int)node.RequiredInt("num_heads") : given.Shape.Rank == 4 ? given.Shape[1] : 0;
        if (heads < 1 || (isFlat && given.Shape[2] % heads != 0))
        {
            throw new OnnxNodeException($"{heads} heads do not fit '{given}'", "Give the number of heads, which divides the last axis");
        }

        // [batch, length, heads, size]
        Tensor x = isFlat
            ? builder.Reshape(given, "heads", given.Shape[0], given.Shape[1], heads, given.Shape[2] / heads)
            : builder.Transpose(given, "lengths_first", 0, 2, 1, 3);
        int size = x.Shape[3];
        int turned = (int)node.Int("rotary_embedding_dim", 0) is > 0 and var part ? part : size;
        if (turned > size || turned % 2 != 0)
        {
            throw new OnnxNodeException($"{turned} of {size} elements are to be turned", "Give an even number up to the size of a head");
        }

        Tensor cosines = Angles(node, builder, node.Input(1), x.Shape, turned / 2);
        Tensor sines = Angles(node, builder, node.Input(2), x.Shape, turned / 2);
        bool isInterleaved = node.Flag("interleaved");
        int step = isInterleaved ? 2 : 1;
        Tensor first = Part(builder, x, 0, turned / 2, step);
        Tensor second = Part(builder, x, isInterleaved ? 1 : turned / 2, turned / 2, step);
        Tensor real = Plain.Step(builder, "Subtract", Plain.Step(builder, "Multiply", cosines, first), Plain.Step(builder, "Multiply", sines, second));
        Tensor imaginary = Plain.Step(builder, "Add", Plain.Step(builder, "Multiply", sines, first), Plain.Step(builder, "Multiply", cosines, second));
        Tensor joined;
        if (isInterleaved)
        {
            int[] column = [.. real.Shape.Extents, 1];
            Tensor pairs = builder.AddStep("pairs", "Concatenate", new ConcatenateAttributes(4),
                builder.Reshape(real, "real", column), builder.Reshape(imaginary, "imaginary", column));
            joined = builder.Reshape(pairs, "interleaved", x.Shape[0], x.Shape[1], heads, turned);
        }
        else
        {
            joined = builder.AddStep("halves", "Concatenate", new ConcatenateAttributes(3), real, imaginary);
        }

        Tensor result = turned == size
            ? joined
            : builder.AddStep("joined", "Concatenate", new ConcatenateAttributes(3), joined, Part(builder, x, turned, size - turned, 1));
        builder.Bind(node, 0, isFlat
            ? builder.Reshape(result, "flat", [.. given.Shape.Extents])
            : builder.Transpose(result, "heads_first", 0, 2, 1, 3));
    }

    /// <summary>[batch, length, 1, half] of a table by position, or of values for each position.</summary>
    private static Tensor Angles(OnnxNode node, OnnxGraphBuilder builder, Tensor table, Shape x, int half)
    {
        Tensor values = node.Optional(3) is { } positions
            ? builder.AddStep("angles", "Gather", new Indexing.GatherAttributes(0), table, positions)
            : table;
        if (values.Shape.Rank != 3 || values.Shape[1] != x[1])
        {
            throw new OnnxNodeException($"the angles {values.Shape} do not fit {x}", "Give [batch, length, half the size]");
        }

        Tensor cut = builder.Slice(values, "cut", [0, 0, 0], [values.Shape[0], values.Shape[1], half], [1, 1, 1]);
        return builder.Reshape(cut, "angles", values.Shape[0], values.Shape[1], 1, half);
    }

    private static Tensor Part(OnnxGraphBuilder builder, Tensor x, int start, int count, int step) =>
        builder.Slice(x, "part", [0, 0, 0, start], [x.Shape[0], x.Shape[1], x.Shape[2], count], [1, 1, 1, step]);
}

/// <summary>ONNX SwiGLU: Swish(a) · b.</summary>
internal sealed class SwiGluOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["SwiGLU"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor a = node.Input(0);
        float alpha = node.Float("alpha", 1);
        Tensor scaled = alpha == 1 ? a : Plain.Step(builder, "Multiply", a, builder.Constant("alpha", alpha));
        Tensor gate = builder.AddStep("gate", "Sigmoid", Activation.UnaryAttributes.None, scaled);
        builder.Bind(node, 0, Plain.Step(builder, "Multiply", Plain.Step(builder, "Multiply", a, gate), node.Input(1)));
    }
}
