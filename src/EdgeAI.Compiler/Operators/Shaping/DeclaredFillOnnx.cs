using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Folding;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>
/// ONNX ConstantOfShape and Range whose number of elements is known only at run time, with the extents that the model declares for the result: the value
/// everywhere, and numbers in a row that go on behind the limit.
/// </summary>
internal sealed class DeclaredFillOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["ConstantOfShape", "Range"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder) =>
        builder.Bind(node, 0, node.OperatorType == "Range" ? Row(node, builder) : Filled(node, builder));

    private static Tensor Filled(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor shape = node.Input(0);
        if (shape.Shape.Rank != 1)
        {
            throw new OnnxNodeException($"the shape '{shape}' is no list", "Export the model again");
        }

        int[] extents = [.. Enumerable.Range(0, shape.Shape[0]).Select(axis => node.DeclaredExtent(0, axis))];
        Tensor? value = node.TensorOf("value");
        Tensor one = value is null ? builder.Constant("value", 0)
            : value.Shape.ElementCount == 1 ? value : throw new OnnxNodeException($"the value has {value.Shape.ElementCount} elements", "One is needed");
        OnnxLimits.Check("filled", one.Type, extents);
        ConstantArray filled = ConstantArray.Zeros(one.Type, new Shape(extents));
        ConstantArray single = ConstantArray.Of(one);
        Array.Fill(filled.Reals, single.IsReal ? single.Reals[0] : 0);
        Array.Fill(filled.Integers, single.IsReal ? 0 : single.Integers[0]);
        return filled.ToTensor(builder.UniqueTensorName($"{node.Name}/filled"));
    }

    private static Tensor Row(OnnxNode node, OnnxGraphBuilder builder)
    {
        int count = node.DeclaredExtent(0, 0);
        Tensor start = builder.Reshape(node.Input(0), "start");
        Tensor step = builder.Reshape(node.Input(2), "delta");
        var shape = new Shape(count);
        Tensor numbers = start.Type.IsFloat()
            ? builder.Constant("numbers", shape, [.. Enumerable.Range(0, count).Select(i => (float)i)])
            : Plain.Integers(builder, "numbers", start.Type, shape, [.. Enumerable.Range(0, count).Select(i => (long)i)]);
        return Plain.Step(builder, "Add", Plain.Step(builder, "Multiply", numbers, step), start);
    }
}
