using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Signal;

/// <summary>Products with matrices that are known at import.</summary>
internal static class LinearMap
{
    /// <summary>Along an axis of x, result[j] = Σ matrix[j, i] · x[i]; the matrix has a row for each index of the result.</summary>
    public static Tensor Along(OnnxGraphBuilder builder, Tensor x, int axis, int count, float[] matrix)
    {
        int rank = x.Shape.Rank;
        int[] toLast = [.. Enumerable.Range(0, rank).Where(i => i != axis), axis];
        int[] back = [.. Enumerable.Range(0, rank).Select(i => Array.IndexOf(toLast, i))];
        Tensor moved = builder.Transpose(x, "axis_last", toLast);
        int rows = x.Shape.ElementCount == 0 ? 0 : (int)(x.Shape.ElementCount / x.Shape[axis]);
        Tensor flat = builder.Reshape(moved, "rows", rows, x.Shape[axis]);
        Tensor product = builder.Add("FullyConnected", new FullyConnected.FullyConnectedAttributes(Clamp.None),
            flat, builder.Constant("matrix", new Shape(count, x.Shape[axis]), matrix), null);
        Tensor shaped = builder.Reshape(product, "unfolded", [.. toLast[..^1].Select(i => x.Shape[i]), count]);
        return builder.Transpose(shaped, "axis_back", back);
    }
}
