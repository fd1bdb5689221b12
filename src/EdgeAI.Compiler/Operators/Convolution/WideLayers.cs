using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>Which layers of a TFLite file <see cref="WideConv2D"/> computes.</summary>
internal static class WideLayers
{
    /// <summary>16-bit activations, or weights with a zero point.</summary>
    public static bool Take(Tensor x, Tensor weights) =>
        x.Type == ElementType.Int16 || (x.Type == ElementType.Int8 && weights.Quantization?.ZeroPoints.Any(zeroPoint => zeroPoint != 0) == true);

    /// <summary>Weights [1,KH,KW,O] of a depthwise layer as [O,KH,KW,1].</summary>
    public static Tensor ChannelsInFront(TfLiteNode node, Tensor weights)
    {
        if (!weights.IsConstant || weights.Type != ElementType.Int8)
        {
            throw node.Fault($"has weights '{weights}'; constant int8 weights are supported beside these activations");
        }

        Shape shape = weights.Shape;
        int taps = shape[1] * shape[2];
        ReadOnlySpan<sbyte> from = weights.Values<sbyte>();
        sbyte[] to = new sbyte[from.Length];
        for (int i = 0; i < from.Length; i++)
        {
            to[(i % shape[3] * taps) + (i / shape[3])] = from[i];
        }

        QuantizationParameters? quantization = weights.Quantization;
        return node.Constant<sbyte>(ElementType.Int8, new Shape(shape[3], shape[1], shape[2], 1), to,
            quantization is { IsPerChannel: true } ? quantization with { Axis = 0 } : quantization);
    }
}
