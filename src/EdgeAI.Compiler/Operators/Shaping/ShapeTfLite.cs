using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>SHAPE and RANK: every shape is known when building, so these are constants.</summary>
internal sealed class ShapeTfLite : ITfLiteForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["SHAPE", "RANK"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Shape shape = node.Input(0).Shape;
        int[] values = node.Operator == "RANK" ? [shape.Rank] : [.. shape.Extents];
        Shape extents = node.Operator == "RANK" ? Shape.Scalar : new Shape(shape.Rank);
        node.Bind(0, node.Declared().Type switch
        {
            ElementType.Int32 => node.Constant<int>(ElementType.Int32, extents, values),
            ElementType.Int64 => node.Constant<long>(ElementType.Int64, extents, [.. values.Select(value => (long)value)]),
            var type => throw node.Fault($"gives {type.DisplayName()}"),
        });
    }
}
