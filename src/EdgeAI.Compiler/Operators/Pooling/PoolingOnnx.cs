using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.Reduction;

namespace EdgeAI.Compiler.Operators.Pooling;

/// <summary>ONNX MaxPool and AveragePool over one or two spatial axes. x [N,C,(H,)W].</summary>
internal sealed class PoolingOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["MaxPool", "AveragePool"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        if (node.HasOutput(1))
        {
            throw new OnnxNodeException("the indices of the maxima are asked for", "Only the maxima are supported");
        }

        Tensor x = node.Input(0);
        ChannelsFirst.CheckRank(x);
        int spatial = x.Shape.Rank - 2;
        if (!node.Has("kernel_shape"))
        {
            throw new OnnxNodeException("kernel_shape is missing", "Export the model again");
        }

        Tensor image = ChannelsFirst.AsImage(x, builder);
        int height = image.Shape[2];
        int width = image.Shape[3];
        SpatialWindow window = SpatialWindow.Read(node, spatial, node.Extents("kernel_shape", spatial, 1, 1)).Settled(height, width);
        bool roundsUp = node.Flag("ceil_mode");
        var attributes = new Pool2DAttributes(
            window.Kernel[0], window.Kernel[1], window.Strides[0], window.Strides[1], window.Dilations[0], window.Dilations[1],
            window.Before[0], window.After[0], window.Before[1], window.After[1],
            window.Results(0, height, roundsUp), window.Results(1, width, roundsUp), node.Flag("count_include_pad"), Clamp.None);
        Tensor made = builder.Add(node.OperatorType == "MaxPool" ? "MaxPool2D" : "AveragePool2D", attributes, builder.ToChannelsLast(image));
        builder.Bind(node, 0, ChannelsFirst.Restore(made, spatial, builder));
    }
}

/// <summary>ONNX pools over everything but batch and channels, as reductions.</summary>
internal sealed class GlobalPoolingOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["GlobalAveragePool", "GlobalMaxPool"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        if (x.Shape.Rank < 3)
        {
            throw new OnnxNodeException($"the operand {x.Shape} has no spatial axis", "Give it at least three axes");
        }

        var axes = new ReduceAttributes([.. Enumerable.Range(2, x.Shape.Rank - 2)], true);
        builder.Bind(node, 0, builder.Add(node.OperatorType == "GlobalMaxPool" ? "ReduceMax" : "ReduceMean", axes, x));
    }
}
