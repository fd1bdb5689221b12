using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Convolution;

/// <summary>Steps between ONNX's [N,C,W] or [N,C,H,W] and the images [N,H,W,C] that kernels read.</summary>
internal static class ChannelsFirst
{
    /// <summary>Throws <see cref="OnnxNodeException"/> unless both operands have one or two spatial axes, and as many each.</summary>
    public static void CheckRanks(Tensor x, Tensor weights, string name)
    {
        CheckRank(x);
        if (weights.Shape.Rank != x.Shape.Rank)
        {
            throw new OnnxNodeException($"{name} {weights.Shape} do not fit the operand {x.Shape}", "Both need the same number of axes");
        }
    }

    /// <summary>Throws <see cref="OnnxNodeException"/> unless the operand has one or two spatial axes.</summary>
    public static void CheckRank(Tensor x)
    {
        if (x.Shape.Rank is not (3 or 4))
        {
            throw new OnnxNodeException($"the operand {x.Shape} has {Math.Max(0, x.Shape.Rank - 2)} spatial axes", "One or two are supported");
        }
    }

    /// <summary>[N,C,W] as [N,C,1,W]; [N,C,H,W] as it is.</summary>
    public static Tensor AsImage(Tensor tensor, OnnxGraphBuilder builder) => tensor.Shape.Rank == 3
        ? builder.Reshape(tensor, "image", tensor.Shape[0], tensor.Shape[1], 1, tensor.Shape[2])
        : tensor;

    /// <summary>[N,H,W,C] as [N,C,H,W], or as [N,C,W] for one spatial axis.</summary>
    public static Tensor Restore(Tensor tensor, int spatial, OnnxGraphBuilder builder)
    {
        Tensor first = builder.ToChannelsFirst(tensor);
        return spatial == 2 ? first : builder.Reshape(first, "line", first.Shape[0], first.Shape[1], first.Shape[3]);
    }
}
