using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Sampling;

/// <summary>
/// ONNX AffineGrid: theta [N,2,3] or [N,3,4] times the homogeneous places of an image or volume of a constant size [N,C,(D,)H,W] is a grid [N,(D,)H,W,2 or 3]
/// for GridSample, from −1 to 1 on each axis.
/// </summary>
internal sealed class AffineGridOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["AffineGrid"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor theta = node.Input(0);
        long[] size = node.RequiredInts(1, "size");
        int spatial = size.Length - 2;
        if (spatial is not (2 or 3) || size.Any(extent => extent is < 1 or > 1 << 24) || theta.Shape != new Shape((int)size[0], spatial, spatial + 1))
        {
            throw new OnnxNodeException($"theta {theta.Shape} does not fit the size [{string.Join(',', size)}]", "Give [N,2,3] for [N,C,H,W], or [N,3,4] for [N,C,D,H,W]");
        }

        int[] extents = [.. size.Skip(2).Select(extent => (int)extent)];
        OnnxLimits.Check(node.Name, ElementType.Float32, [.. extents, spatial + 1]);
        int count = extents.Aggregate(1, (product, extent) => product * extent);
        Tensor places = builder.Constant("places", new Shape(1, count, spatial + 1), Places(extents, count, node.Flag("align_corners")));
        Tensor grid = builder.Add("MatMul", new FullyConnected.MatMulAttributes(false, false), places, builder.Transpose(theta, "turned", 0, 2, 1));
        builder.Bind(node, 0, builder.Reshape(grid, "grid", [(int)size[0], .. extents, spatial]));
    }

    /// <summary>For each place its coordinates, that of the last axis first, and 1. The ends are the centres of the outer pixels, or their outer edges.</summary>
    private static float[] Places(int[] extents, int count, bool alignsCorners)
    {
        int row = extents.Length + 1;
        float[] places = new float[count * row];
        for (int i = 0; i < count; i++)
        {
            int rest = i;
            for (int axis = extents.Length - 1; axis >= 0; rest /= extents[axis], axis--)
            {
                int extent = extents[axis];
                double at = rest % extent;
                places[(i * row) + extents.Length - 1 - axis] = (float)(!alignsCorners ? (((2 * at) + 1) / extent) - 1 : extent == 1 ? 0 : (2 * at / (extent - 1)) - 1);
            }

            places[(i * row) + extents.Length] = 1;
        }

        return places;
    }
}
