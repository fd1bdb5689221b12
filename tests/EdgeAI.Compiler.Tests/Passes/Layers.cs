using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Convolution;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Operators.Normalization;

namespace EdgeAI.Compiler.Tests.Passes;

/// <summary>Layers with random weights, channels last.</summary>
internal static class Layers
{
    public static Tensor Of(GraphBuilder builder, string layer, Tensor x, bool bias)
    {
        int channels = x.Shape[3];
        return layer switch
        {
            "Conv2D" => builder.Conv(x, 5, bias: bias),
            "DepthwiseConv2D" => builder.Op(layer, new DepthwiseConv2DAttributes(1, 1, 1, 1, 1, 1, 1, 1, 2, Clamp.None),
                x, builder.Constant(1, 3, 3, channels * 2), bias ? builder.Constant(channels * 2) : null),
            "TransposeConv2D" => builder.Op(layer, new TransposeConv2DAttributes(2, 2, 1, 1, 1, 1, 1, 1, 0, 0, 1, Clamp.None),
                x, builder.Constant(3, 3, 3, channels), bias ? builder.Constant(3) : null),
            _ => builder.Op(layer, new FullyConnectedAttributes(Clamp.None),
                x, builder.Constant(7, channels), bias ? builder.Constant(7) : null),
        };
    }

    public static Graph Normalized(GraphBuilder builder, Tensor x, int axis)
    {
        int channels = x.Shape[axis];
        return builder.Build(builder.Op("BatchNormalization", new BatchNormalizationAttributes(1e-3f, axis),
            x, builder.Constant(channels), builder.Constant(channels), builder.Constant(channels), builder.Positive(channels)));
    }
}
