using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Import.Onnx.Folding;

/// <summary>Shape and Size of any value: shapes are static.</summary>
internal sealed class ShapeRule : IConstantRule
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Shape", "Size"];

    /// <inheritdoc/>
    public bool NeedsOnlyShapes => true;

    /// <inheritdoc/>
    public IReadOnlyList<Tensor>? Evaluate(OnnxNode node)
    {
        Shape shape = node.Input(0).Shape;
        if (node.OperatorType == "Size")
        {
            return [Tensor.FromValues<long>(node.Name, ElementType.Int64, Shape.Scalar, [shape.ElementCount])];
        }

        int start = Bound(node.Int("start", 0), shape.Rank);
        int end = Bound(node.Int("end", shape.Rank), shape.Rank);
        long[] extents = [.. shape.Extents.Skip(start).Take(Math.Max(0, end - start)).Select(extent => (long)extent)];
        return [Tensor.FromValues<long>(node.Name, ElementType.Int64, new Shape(extents.Length), extents)];
    }

    private static int Bound(long value, int rank) => (int)Math.Clamp(value < 0 ? value + rank : value, 0, rank);
}

/// <summary>EyeLike: ones on a diagonal of the operand's shape.</summary>
internal sealed class EyeRule : IConstantRule
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["EyeLike"];

    /// <inheritdoc/>
    public bool NeedsOnlyShapes => true;

    /// <inheritdoc/>
    public IReadOnlyList<Tensor>? Evaluate(OnnxNode node)
    {
        Tensor x = node.Input(0);
        if (x.Shape.Rank != 2)
        {
            throw new OnnxNodeException($"the operand is {x.Shape}", "Two axes are needed");
        }

        ElementType type = node.Has("dtype")
            ? OnnxElementTypes.Internal(node.Int("dtype", 0)) ?? throw new OnnxNodeException("its type is not supported", "Numbers are supported")
            : x.Type;
        ConstantArray result = ConstantArray.Zeros(type, x.Shape);
        for (long row = 0; row < x.Shape[0]; row++)
        {
            long column = row + node.Int("k", 0);
            if (column >= 0 && column < x.Shape[1])
            {
                int at = (int)((row * x.Shape[1]) + column);
                if (result.IsReal)
                {
                    result.Reals[at] = 1;
                }
                else
                {
                    result.Integers[at] = 1;
                }
            }
        }

        return [result.ToTensor(node.Name)];
    }
}

/// <summary>Constants written as nodes.</summary>
internal sealed class ConstantRule : IConstantRule
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Constant"];

    /// <inheritdoc/>
    public IReadOnlyList<Tensor>? Evaluate(OnnxNode node)
    {
        if (node.TensorOf("value") is { } tensor)
        {
            return [tensor];
        }

        if (node.Has("value_float"))
        {
            return [Tensor.FromValues<float>(node.Name, ElementType.Float32, Shape.Scalar, [node.Float("value_float", 0)])];
        }

        if (node.Has("value_int"))
        {
            return [Tensor.FromValues<long>(node.Name, ElementType.Int64, Shape.Scalar, [node.Int("value_int", 0)])];
        }

        if (node.Floats("value_floats") is { } floats)
        {
            return [Tensor.FromValues(node.Name, ElementType.Float32, new Shape(floats.Length), floats.AsSpan())];
        }

        if (node.Ints("value_ints") is { } integers)
        {
            return [Tensor.FromValues(node.Name, ElementType.Int64, new Shape(integers.Length), integers.AsSpan())];
        }

        throw new OnnxNodeException("the constant is text or sparse", "Dense constants of numbers are supported");
    }
}

/// <summary>One value repeated, and numbers in a row.</summary>
internal sealed class FillRule : IConstantRule
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["ConstantOfShape", "Range"];

    /// <inheritdoc/>
    public IReadOnlyList<Tensor>? Evaluate(OnnxNode node) =>
        [(node.OperatorType == "Range" ? Range(node) : Filled(node)).ToTensor(node.Name)];

    private static ConstantArray Filled(OnnxNode node)
    {
        Tensor? value = node.TensorOf("value");
        if (value is not null && value.Shape.ElementCount != 1)
        {
            throw new OnnxNodeException($"the value has {value.Shape.ElementCount} elements", "One is needed");
        }

        Shape shape = ShapingRules.ShapeFrom(node.ConstantInts(0, "shape") ?? []);
        ConstantArray result = ConstantArray.Zeros(value?.Type ?? ElementType.Float32, shape);
        if (value is not null)
        {
            ConstantArray source = ConstantArray.Of(value);
            Array.Fill(result.Reals, source.IsReal ? source.Reals[0] : 0);
            Array.Fill(result.Integers, source.IsReal ? 0 : source.Integers[0]);
        }

        return result;
    }

    private static ConstantArray Range(OnnxNode node)
    {
        ConstantArray start = Single(node, 0);
        ConstantArray limit = Single(node, 1);
        ConstantArray step = Single(node, 2);
        double stride = step.RealAt(0);
        double count = stride == 0 || !double.IsFinite(stride)
            ? double.NaN
            : Math.Max(0, Math.Ceiling((limit.RealAt(0) - start.RealAt(0)) / stride));
        if (!(count <= int.MaxValue))
        {
            throw new OnnxNodeException("the range never ends", "Give limits and a step that are finite and not 0");
        }

        ConstantArray result = ConstantArray.Zeros(start.Type, new Shape((int)count));
        for (int i = 0; i < result.Count; i++)
        {
            if (result.IsReal)
            {
                result.Reals[i] = (float)(start.Reals[0] + (i * stride));
            }
            else
            {
                result.Integers[i] = start.Integers[0] + (i * step.IntegerAt(0));
            }
        }

        return result;
    }

    private static ConstantArray Single(OnnxNode node, int index)
    {
        ConstantArray array = ConstantArray.Of(node.Input(index));
        return array.Count == 1 ? array : throw new OnnxNodeException($"operand {index} has {array.Count} elements", "One is needed");
    }
}
