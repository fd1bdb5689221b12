using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Folding;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;

namespace EdgeAI.Compiler.Operators.Indexing;

/// <summary>
/// ONNX TensorScatter, how the cache of an attention is written: the update's rows along an axis stand in the operand from a place on that each batch has, which
/// may be known only at run time; behind the end they go on at the start.
/// </summary>
internal sealed class TensorScatterOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["TensorScatter"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        Tensor update = node.Input(1);
        int axis = OnnxNode.Axis(node.Int("axis", -2), x.Shape.Rank);
        bool fits = axis > 0 && update.Shape.Rank == x.Shape.Rank && update.Shape[axis] <= x.Shape[axis]
            && Enumerable.Range(0, x.Shape.Rank).All(i => i == axis || update.Shape[i] == x.Shape[i]);
        if (!fits || (node.Optional(2) is { } given && given.Shape != new Shape(x.Shape[0])))
        {
            throw new OnnxNodeException($"'{update}' does not fit '{x}' on axis {axis}", "Give as many extents, equal but on the axis behind the batch, and a place for each batch");
        }

        int inner = (int)x.Shape.Strides()[axis];
        builder.Bind(node, 0, builder.Add("Scatter", new ScatterAttributes(inner, ScatterReduction.None), x, Rows(builder, x.Shape[axis], update.Shape, axis, node.Optional(2)), update));
    }

    /// <summary>For each row of the update its row in the operand, [extents in front of the axis, rows].</summary>
    private static Tensor Rows(OnnxGraphBuilder builder, int extent, Shape update, int axis, Tensor? starts)
    {
        int rows = update[axis];
        var shape = new Shape([.. update.Extents.Take(axis + 1)]);
        int perBatch = update[0] == 0 ? 0 : (int)(shape.ElementCount / update[0]);
        long[] first = starts is null ? new long[update[0]] : starts.IsConstant ? [.. Enumerable.Range(0, update[0]).Select(ConstantArray.Of(starts).IntegerAt)] : [];
        Tensor Numbers(string suffix, Func<int, long> number) =>
            Plain.Integers(builder, suffix, ElementType.Int64, shape, [.. Enumerable.Range(0, (int)shape.ElementCount).Select(number)]);
        if (starts is null or { IsConstant: true })
        {
            return Numbers("rows", i => ((long)(i / rows) * extent) + ((((first[i / perBatch] + (i % rows)) % extent) + extent) % extent));
        }

        Tensor start = Plain.Cast(builder, builder.Reshape(starts, "starts", [update[0], .. Enumerable.Repeat(1, axis)]), ElementType.Int64);
        Tensor place = Plain.Step(builder, "Add", start, Numbers("counting", i => i % rows));
        Tensor within = Plain.Step(builder, "Modulo", place, Plain.Integer(builder, "extent", ElementType.Int64, Math.Max(1, extent)));
        return Plain.Step(builder, "Add", within, Numbers("first_rows", i => (long)(i / rows) * extent));
    }
}
