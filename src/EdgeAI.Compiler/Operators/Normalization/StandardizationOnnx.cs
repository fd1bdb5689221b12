using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Activation;
using EdgeAI.Compiler.Operators.ElementWise;
using EdgeAI.Compiler.Operators.Reduction;

namespace EdgeAI.Compiler.Operators.Normalization;

/// <summary>
/// ONNX LayerNormalization, InstanceNormalization, GroupNormalization, RMSNormalization and MeanVarianceNormalization as reductions and
/// arithmetic: (x − mean) / √(variance + epsilon) · scale + bias.
/// </summary>
internal sealed class StandardizationOnnx : IOnnxForm
{
    private static readonly BinaryAttributes Plain = new(Clamp.None);

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes =>
        ["LayerNormalization", "InstanceNormalization", "GroupNormalization", "RMSNormalization", "MeanVarianceNormalization"];

    /// <inheritdoc/>
    public bool NeedsFiniteConstants => true;

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        int rank = x.Shape.Rank;
        bool isLayer = node.OperatorType == "LayerNormalization";
        Tensor result = node.OperatorType switch
        {
            "InstanceNormalization" => Affine(builder,
                Standardize(builder, x, [.. Enumerable.Range(2, Math.Max(0, rank - 2))], node.Float("epsilon", 1e-5f), true),
                PerChannel(node.Input(1), rank, builder), PerChannel(node.Input(2), rank, builder)),
            "GroupNormalization" => Groups(node, builder, x),
            "MeanVarianceNormalization" => Standardize(
                builder, x, OnnxNode.Axes(node.Ints("axes") ?? [0, 2, 3], rank), 1e-9f, true),
            _ => Affine(builder,
                Standardize(builder, x, [.. Enumerable.Range(0, rank).Skip(OnnxNode.Axis(node.Int("axis", -1), rank))],
                    node.Float("epsilon", 1e-5f), isLayer, isLayer ? node : null),
                node.Input(1), node.Optional(2)),
        };
        builder.Bind(node, 0, result);
    }

    private static Tensor Groups(OnnxNode node, OnnxGraphBuilder builder, Tensor x)
    {
        long groups = node.RequiredInt("num_groups");
        if (x.Shape.Rank < 2 || groups < 1 || x.Shape[1] % groups != 0)
        {
            throw new OnnxNodeException($"{groups} groups do not divide the channels of {x.Shape}", "Groups divide axis 1");
        }

        int batch = x.Shape[0];
        int channels = x.Shape[1];
        int rest = batch * channels == 0 ? 0 : (int)(x.Shape.ElementCount / batch / groups);
        Tensor grouped = builder.Reshape(x, "grouped", batch, (int)groups, rest);
        Tensor standard = builder.Reshape(Standardize(builder, grouped, [2], node.Float("epsilon", 1e-5f), true), "joined", [.. x.Shape.Extents]);
        return Affine(builder, standard,
            PerChannel(Spread(node.Input(1)), x.Shape.Rank, builder), PerChannel(Spread(node.Input(2)), x.Shape.Rank, builder));

        // Before operator set 21 scale and bias have a value for each group.
        Tensor Spread(Tensor values)
        {
            if (values.Shape.ElementCount == channels)
            {
                return values;
            }

            Tensor column = builder.Reshape(values, "column", (int)groups, 1);
            Tensor wide = builder.AddStep("spread", "Broadcast", new Shaping.BroadcastAttributes([(int)groups, channels / (int)groups]), column);
            return builder.Reshape(wide, "channels", channels);
        }
    }

    /// <summary>(x − mean) / √(variance + epsilon); mean and 1 / √… become results 1 and 2 of <paramref name="statistics"/>.</summary>
    private static Tensor Standardize(
        OnnxGraphBuilder builder, Tensor x, int[] axes, float epsilon, bool isCentred, OnnxNode? statistics = null)
    {
        var overAxes = new ReduceAttributes([.. axes], true);
        if (axes.Length == 0)
        {
            throw new OnnxNodeException($"the operand {x.Shape} has no axis to take statistics over", "Use BatchNormalization");
        }

        Tensor? mean = isCentred ? builder.AddStep("mean", "ReduceMean", overAxes, x) : null;
        Tensor centred = mean is null ? x : builder.AddStep("centred", "Subtract", Plain, x, mean);
        Tensor squares = builder.AddStep("squares", "Square", UnaryAttributes.None, centred);
        Tensor variance = builder.AddStep("variance", "ReduceMean", overAxes, squares);
        Tensor shifted = builder.AddStep("shifted", "Add", Plain, variance, builder.Constant("epsilon", epsilon));
        Tensor deviation = builder.AddStep("deviation", "SquareRoot", UnaryAttributes.None, shifted);
        if (statistics?.HasOutput(1) == true)
        {
            builder.Bind(statistics, 1, mean!);
        }

        if (statistics?.HasOutput(2) == true)
        {
            builder.Bind(statistics, 2, builder.AddStep("inverse", "Reciprocal", UnaryAttributes.None, deviation));
        }

        return builder.Add("Divide", Plain, centred, deviation);
    }

    private static Tensor Affine(OnnxGraphBuilder builder, Tensor x, Tensor scale, Tensor? bias)
    {
        Tensor scaled = builder.AddStep("scaled", "Multiply", Plain, x, scale);
        return bias is null ? scaled : builder.AddStep("offset", "Add", Plain, scaled, bias);
    }

    /// <summary>[C] as [C,1,…], which broadcasts along axis 1 of the given rank.</summary>
    private static Tensor PerChannel(Tensor values, int rank, OnnxGraphBuilder builder) =>
        builder.Reshape(values, "per_channel", [(int)values.Shape.ElementCount, .. Enumerable.Repeat(1, Math.Max(0, rank - 2))]);
}
