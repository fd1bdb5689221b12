using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>
/// A convolution over depth, height and width as the sum of one over height and width for each depth of the filters, with depth as part of the batch.
/// x [N,C,D,H,W], weights [O,C/group,KD,KH,KW].
/// </summary>
internal static class VolumeConvolution
{
    private const int MostDepth = 32;

    /// <summary>The node's result [N,O,OD,OH,OW].</summary>
    public static Tensor Add(OnnxNode node, OnnxGraphBuilder builder, Tensor x, Tensor weights, Tensor? bias)
    {
        int[] kernel = [.. weights.Shape.Extents.Skip(2)];
        var window = SpatialWindow.Read(node, 3, kernel);
        int groups = (int)node.Int("group", 1);
        if (groups < 1 || groups * weights.Shape[1] != x.Shape[1] || weights.Shape[0] % groups != 0 || kernel[0] > MostDepth)
        {
            throw new OnnxNodeException($"{groups} groups of weights {weights.Shape} do not fit {x.Shape}",
                $"Channels and filters divide by the number of groups, and filters are up to {MostDepth} deep");
        }

        var line = new SpatialWindow(
            [kernel[0], 1], [window.Strides[0], 1], [window.Dilations[0], 1], [window.Before[0], 0], [window.After[0], 0], window.AutoPad);
        line = line.Settled(x.Shape[2], 1);
        SpatialWindow plane = new SpatialWindow(kernel[1..], window.Strides[1..], window.Dilations[1..], window.Before[1..], window.After[1..], window.AutoPad)
            .Settled(x.Shape[3], x.Shape[4]);
        Tensor padded = line.Before[0] + line.After[0] == 0
            ? x
            : builder.AddStep("padded", "Pad", new PadAttributes([0, 0, line.Before[0], 0, 0], [0, 0, line.After[0], 0, 0], PadMode.Constant, 0), x);
        int depth = line.Results(0, x.Shape[2], false);
        Tensor? sum = null;
        for (int k = 0; k < kernel[0]; k++)
        {
            Tensor part = builder.Slice(padded, "depth", [0, 0, k * line.Dilations[0], 0, 0],
                [x.Shape[0], x.Shape[1], depth, x.Shape[3], x.Shape[4]], [1, 1, line.Strides[0], 1, 1]);
            Tensor last = builder.Reshape(builder.Transpose(part, "channels_last", 0, 2, 3, 4, 1), "planes",
                x.Shape[0] * depth, x.Shape[3], x.Shape[4], x.Shape[1]);
            Tensor filters = builder.Slice(weights, "filters", [0, 0, k, 0, 0],
                [weights.Shape[0], weights.Shape[1], 1, kernel[1], kernel[2]], [1, 1, 1, 1, 1]);
            Tensor ordered = builder.Transpose(builder.Reshape(filters, "filters", weights.Shape[0], weights.Shape[1], kernel[1], kernel[2]), "ohwi", 0, 2, 3, 1);
            Tensor made = builder.Add("Conv2D", new Conv2DAttributes(
                plane.Strides[0], plane.Strides[1], plane.Dilations[0], plane.Dilations[1],
                plane.Before[0], plane.After[0], plane.Before[1], plane.After[1], groups, Clamp.None),
                last, ordered, k == 0 ? bias : null);
            sum = sum is null ? made : Plain.Step(builder, "Add", sum, made);
        }

        Tensor volume = builder.Reshape(sum!, "volume", x.Shape[0], depth, sum!.Shape[1], sum.Shape[2], sum.Shape[3]);
        return builder.Transpose(volume, "channels_first", 0, 4, 1, 2, 3);
    }
}
