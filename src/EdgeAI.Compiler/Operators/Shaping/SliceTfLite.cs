using System.Collections.Immutable;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>SLICE: constant starts and sizes; the size −1 means all that is left.</summary>
internal sealed class SliceTfLite : ITfLiteForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["SLICE"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor x = node.Input(0);
        ImmutableArray<int> starts = node.Integers(1, "starts");
        ImmutableArray<int> sizes = node.Integers(2, "sizes");
        if (starts.Length != x.Shape.Rank || sizes.Length != x.Shape.Rank)
        {
            throw node.Fault($"has {starts.Length} starts and {sizes.Length} sizes for {x.Shape}");
        }

        int[] extents = new int[sizes.Length];
        for (int axis = 0; axis < extents.Length; axis++)
        {
            extents[axis] = sizes[axis] == -1 ? x.Shape[axis] - starts[axis] : sizes[axis];
            if (starts[axis] < 0 || extents[axis] < 0 || starts[axis] > x.Shape[axis] - extents[axis])
            {
                throw node.Fault($"takes {sizes[axis]} elements from {starts[axis]} on axis {axis} of {x.Shape}");
            }
        }

        node.Result(0, "Slice", Plain(starts, [.. extents]), x);
    }

    /// <summary>A slice in steps of one.</summary>
    public static SliceAttributes Plain(ImmutableArray<int> starts, ImmutableArray<int> extents) =>
        new(starts, extents, [.. Enumerable.Repeat(1, starts.Length)]);

    /// <summary>A slice of one axis, whole on the others.</summary>
    public static SliceAttributes OfAxis(Shape shape, int axis, int start, int extent, int step = 1)
    {
        int[] starts = new int[shape.Rank];
        int[] steps = new int[shape.Rank];
        Array.Fill(steps, 1);
        starts[axis] = start;
        steps[axis] = step;
        return new([.. starts], shape.Extents.SetItem(axis, extent), [.. steps]);
    }
}
