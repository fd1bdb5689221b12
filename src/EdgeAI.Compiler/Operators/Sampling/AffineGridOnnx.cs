using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.FullyConnected;

namespace EdgeAI.Compiler.Operators.Sampling;

/// <summary>
/// ONNX AffineGrid: theta [N,axes,axes+1] times the places of an image of constant size [N,C,(D,)H,W], x first and a 1 last. The places go from −1 to 1,
/// from the middle of the first element to that of the last with align_corners, else from border to border.
/// </summary>
internal sealed class AffineGridOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["AffineGrid"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor theta = node.Input(0);
        long[] size = node.ConstantInts(1, "size") ?? [];
        int axes = size.Length - 2;
        if (axes is not (2 or 3) || theta.Shape != new Shape((int)size[0], axes, axes + 1) || size.Any(extent => extent is < 1 or > int.MaxValue))
        {
            throw new OnnxNodeException(
                $"size [{string.Join(',', size)}] does not fit theta {theta.Shape}", "Give [N,C,H,W] with theta [N,2,3], or [N,C,D,H,W] with theta [N,3,4]");
        }

        int[] extents = [.. size[2..].Select(extent => (int)extent)];
        Tensor places = builder.Constant("places", new Shape(1, extents.Aggregate(1, (a, b) => checked(a * b)), axes + 1), Places(extents, node.Flag("align_corners")));
        Tensor moved = builder.AddStep("moved", "MatMul", new MatMulAttributes(false, true), places, theta);
        builder.Bind(node, 0, builder.Reshape(moved, "grid", [(int)size[0], .. extents, axes]));
    }

    private static float[] Places(int[] extents, bool alignCorners)
    {
        int axes = extents.Length;
        float[] places = new float[extents.Aggregate(axes + 1, (a, b) => a * b)];
        for (int at = 0; at < places.Length; at += axes + 1)
        {
            int left = at / (axes + 1);
            for (int axis = axes - 1; axis >= 0; axis--)
            {
                int extent = extents[axis];
                int index = left % extent;
                left /= extent;
                places[at + axes - 1 - axis] = alignCorners
                    ? extent == 1 ? 0 : (float)((2.0 * index / (extent - 1)) - 1)
                    : (float)((((2.0 * index) + 1) / extent) - 1);
            }

            places[at + axes] = 1;
        }

        return places;
    }
}
