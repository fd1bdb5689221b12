using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;

namespace EdgeAI.Compiler.Operators.Indexing;

/// <summary>ONNX CumProd: the products of ever longer stretches, doubled until they reach the start of the axis.</summary>
internal sealed class CumulativeProductOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["CumProd"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        int axis = OnnxNode.Axis(node.RequiredInts(1, "axis") is [var only] ? only : throw new OnnxNodeException("its axis is not one number", "Give one axis"), x.Shape.Rank);
        bool isReverse = node.Flag("reverse");
        Tensor products = node.Flag("exclusive") ? Moved(builder, x, axis, 1, isReverse) : x;
        for (int length = 1; length < x.Shape[axis]; length *= 2)
        {
            products = Plain.Step(builder, "Multiply", products, Moved(builder, products, axis, length, isReverse));
        }

        builder.Bind(node, 0, products);
    }

    /// <summary>The elements some places further, or back, with ones in front of them.</summary>
    private static Tensor Moved(OnnxGraphBuilder builder, Tensor x, int axis, int places, bool isBack)
    {
        int extent = x.Shape[axis];
        places = Math.Min(places, extent);
        var shape = new Shape([.. x.Shape.Extents.Select((size, i) => i == axis ? places : size)]);
        int count = (int)shape.ElementCount;
        Tensor ones = x.Type == ElementType.Float32 ? builder.Constant("ones", shape, [.. Enumerable.Repeat(1f, count)])
            : Plain.Integers(builder, "ones", x.Type, shape, [.. Enumerable.Repeat(1L, count)]);
        Tensor kept = builder.Part(x, "kept", axis, isBack ? places : 0, extent - places);
        return builder.Joined(isBack ? [kept, ones] : [ones, kept], "moved", axis);
    }
}
