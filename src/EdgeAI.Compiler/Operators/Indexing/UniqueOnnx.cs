using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Indexing;

/// <summary>
/// ONNX Unique with as many places as the model declares for one of its results, or as a constant has elements that differ: the values are taken from their
/// first places.
/// </summary>
internal sealed class UniqueOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Unique"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Has("axis") ? node.Input(0) : builder.Reshape(node.Input(0), "flat", (int)node.Input(0).Shape.ElementCount);
        int axis = OnnxNode.Axis(node.Int("axis", 0), x.Shape.Rank);
        int extent = x.Shape[axis];
        int count = extent == 0 ? 0
            : x.IsConstant ? UniqueOperator.CountOf(x, axis)
            : node.HasOutput(0) ? node.DeclaredExtent(0, axis)
            : node.DeclaredExtent(node.HasOutput(1) ? 1 : 3, 0);
        Tensor found = builder.Add("Unique", new UniqueAttributes(axis, Math.Min(count, extent), node.Flag("sorted", true)), x);
        count = Math.Min(count, extent);
        Tensor places = builder.Slice(found, "places", [0], [count], [1]);
        builder.Bind(node, 1, places);
        builder.Bind(node, 2, builder.Slice(found, "which", [count], [extent], [1]));
        builder.Bind(node, 3, builder.Slice(found, "numbers", [count + extent], [count], [1]));
        if (node.HasOutput(0))
        {
            builder.Bind(node, 0, builder.AddStep("values", "Gather", new GatherAttributes(axis), x, places));
        }
    }
}
