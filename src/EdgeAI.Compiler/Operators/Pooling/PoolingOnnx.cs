using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.Normalization;
using EdgeAI.Compiler.Operators.Reduction;

namespace EdgeAI.Compiler.Operators.Pooling;

/// <summary>
/// ONNX MaxPool, AveragePool and LpPool over one to three spatial axes. x [N,C,(D,)(H,)W]. Over three axes height and width come first, then depth:
/// a maximum of maxima, and a mean of means since each axis counts its own elements.
/// </summary>
internal sealed class PoolingOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["MaxPool", "AveragePool", "LpPool"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        int spatial = x.Shape.Rank - 2;
        if (spatial is < 1 or > 3)
        {
            throw new OnnxNodeException($"the operand {x.Shape} has {Math.Max(0, spatial)} spatial axes", "One to three are supported");
        }

        if (!node.Has("kernel_shape"))
        {
            throw new OnnxNodeException("kernel_shape is missing", "Export the model again");
        }

        SpatialWindow window = SpatialWindow.Read(node, spatial, node.Extents("kernel_shape", spatial, 1, 1));
        if (node.OperatorType == "MaxPool" && node.HasOutput(1))
        {
            builder.Bind(node, 1, MaximaPlaces.Add(node, builder, x, window));
        }

        if (!node.HasOutput(0))
        {
            return;
        }

        if (node.OperatorType == "MaxPool" && x is { Type: ElementType.UInt8, Quantization: null })
        {
            Tensor reals = Logic.Plain.Cast(builder, x, ElementType.Float32);
            builder.Bind(node, 0, Logic.Plain.Cast(builder, Pool(node, builder, reals, window, "MaxPool2D", false), ElementType.UInt8));
            return;
        }

        if (node.OperatorType != "LpPool")
        {
            builder.Bind(node, 0, Pool(node, builder, x, window, node.OperatorType == "MaxPool" ? "MaxPool2D" : "AveragePool2D", node.Flag("count_include_pad")));
            return;
        }

        if (node.Flag("ceil_mode"))
        {
            throw new OnnxNodeException("ceil_mode is set", "Leave it out");
        }

        // The sum is the mean over the padded operand times the window's elements.
        Tensor power = builder.Constant("power", node.Int("p", 2));
        Tensor magnitude = builder.AddStep("magnitude", "Absolute", Activation.UnaryAttributes.None, x);
        Tensor mean = Pool(node, builder, Logic.Plain.Step(builder, "Power", magnitude, power), window, "AveragePool2D", true);
        Tensor sum = Logic.Plain.Step(builder, "Multiply", mean, builder.Constant("count", window.Kernel.Aggregate(1, (product, extent) => product * extent)));
        builder.Bind(node, 0, Logic.Plain.Step(builder, "Power", sum, builder.Constant("root", 1f / node.Int("p", 2))));
    }

    private static Tensor Pool(OnnxNode node, OnnxGraphBuilder builder, Tensor x, SpatialWindow window, string name, bool countsPadding)
    {
        int spatial = x.Shape.Rank - 2;
        if (spatial < 3)
        {
            return ChannelsFirst.Restore(Plane(node, builder, ChannelsFirst.AsImage(x, builder), window, name, countsPadding), spatial, builder);
        }

        (int batch, int channels, int depth) = (x.Shape[0], x.Shape[1], x.Shape[2]);
        var plane = new SpatialWindow(window.Kernel[1..], window.Strides[1..], window.Dilations[1..], window.Before[1..], window.After[1..], window.AutoPad);
        var line = new SpatialWindow(
            [window.Kernel[0], 1], [window.Strides[0], 1], [window.Dilations[0], 1], [window.Before[0], 0], [window.After[0], 0], window.AutoPad);
        Tensor flat = builder.Reshape(x, "planes", batch, channels * depth, x.Shape[3], x.Shape[4]);
        Tensor planes = builder.ToChannelsFirst(Plane(node, builder, flat, plane, name, countsPadding));
        Tensor lines = builder.Reshape(planes, "lines", batch, channels, depth, planes.Shape[2] * planes.Shape[3]);
        Tensor made = builder.ToChannelsFirst(Plane(node, builder, lines, line, name, countsPadding));
        return builder.Reshape(made, "volume", batch, channels, made.Shape[2], planes.Shape[2], planes.Shape[3]);
    }

    private static Tensor Plane(OnnxNode node, OnnxGraphBuilder builder, Tensor image, SpatialWindow open, string name, bool countsPadding)
    {
        int height = image.Shape[2];
        int width = image.Shape[3];
        SpatialWindow window = open.Settled(height, width);
        bool roundsUp = node.Flag("ceil_mode");
        var attributes = new Pool2DAttributes(
            window.Kernel[0], window.Kernel[1], window.Strides[0], window.Strides[1], window.Dilations[0], window.Dilations[1],
            window.Before[0], window.After[0], window.Before[1], window.After[1],
            window.Results(0, height, roundsUp), window.Results(1, width, roundsUp), countsPadding, Clamp.None);
        return builder.Add(name, attributes, builder.ToChannelsLast(image));
    }
}

/// <summary>ONNX pools over everything but batch and channels, as reductions.</summary>
internal sealed class GlobalPoolingOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        if (x.Shape.Rank < 3)
        {
            throw new OnnxNodeException($"the operand {x.Shape} has no spatial axis", "Give it at least three axes");
        }

        var axes = new ReduceAttributes([.. Enumerable.Range(2, x.Shape.Rank - 2)], true);
        if (node.OperatorType == "GlobalLpPool")
        {
            builder.Bind(node, 0, Norms.Along(builder, x, axes, (int)node.Int("p", 2)));
            return;
        }

        builder.Bind(node, 0, builder.Add(node.OperatorType == "GlobalMaxPool" ? "ReduceMax" : "ReduceMean", axes, x));
    }
}
