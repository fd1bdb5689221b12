using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>PACK: operands joined along an axis of their own. UNPACK: a result for each index of an axis.</summary>
internal sealed class StackTfLite : ITfLiteForm
{
    private const int AxisSlot = 1;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["PACK", "UNPACK"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        if (node.Operator == "PACK")
        {
            Pack(node);
        }
        else
        {
            Unpack(node);
        }
    }

    private static void Pack(TfLiteNode node)
    {
        Tensor[] operands = node.Inputs();
        if (operands.Length == 0)
        {
            throw node.Fault("joins nothing");
        }

        Shape shape = operands[0].Shape;
        int axis = node.Axis(node.Options.Int32(AxisSlot), shape.Rank + 1);
        for (int i = 0; i < operands.Length; i++)
        {
            if (operands[i].Shape != shape)
            {
                throw node.Fault($"joins '{operands[i]}' with others of {shape}");
            }

            operands[i] = node.Step("Reshape", new ReshapeAttributes(shape.Extents.Insert(axis, 1)), like: operands[i], operands[i]);
        }

        node.Result(0, "Concatenate", new ConcatenateAttributes(axis), operands);
    }

    private static void Unpack(TfLiteNode node)
    {
        Tensor x = node.Input(0);
        int axis = node.Axis(node.Options.Int32(AxisSlot), x.Shape.Rank);
        if (x.Shape[axis] != node.OutputCount)
        {
            throw node.Fault($"divides axis {axis} of {x.Shape} into {node.OutputCount} results");
        }

        for (int i = 0; i < node.OutputCount; i++)
        {
            Tensor part = node.Step("Slice", SliceTfLite.OfAxis(x.Shape, axis, i, 1), like: x, x);
            node.Result(i, "Reshape", new ReshapeAttributes(x.Shape.Extents.RemoveAt(axis)), part);
        }
    }
}
