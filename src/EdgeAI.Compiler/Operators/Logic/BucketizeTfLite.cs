using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Reduction;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Operators.Logic;

/// <summary>BUCKETIZE: for each element how many of the boundaries, which ascend, are not above it, int32.</summary>
internal sealed class BucketizeTfLite : ITfLiteForm
{
    private const int BoundariesSlot = 0;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["BUCKETIZE"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor x = node.Real(node.Input(0));
        float[] boundaries = node.Options.Singles(BoundariesSlot);
        if (boundaries.Length == 0 || boundaries.Any(float.IsNaN))
        {
            throw node.Fault("has no boundaries, or some that are no numbers");
        }

        Tensor reals = x.Type == ElementType.Float32 ? x : node.Step("Cast", new CastAttributes(ElementType.Float32), ElementType.Float32, x);
        Tensor wide = node.Step("Reshape", new ReshapeAttributes(x.Shape.Extents.Add(1)), ElementType.Float32, reals);
        Tensor isReached = node.Step("GreaterOrEqual", NoAttributes.Instance, ElementType.Bool, wide,
            node.Constant<float>(ElementType.Float32, new Shape(boundaries.Length), boundaries));
        Tensor ones = node.Step("Cast", new CastAttributes(ElementType.Int32), ElementType.Int32, isReached);
        node.Result(0, "ReduceSum", new ReduceAttributes([x.Shape.Rank], KeepDimensions: false), ones);
    }
}
