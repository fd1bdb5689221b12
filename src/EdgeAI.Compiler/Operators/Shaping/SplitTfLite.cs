using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>SPLIT (axis, x) into equal parts and SPLIT_V (x, sizes, axis) into given ones: a slice for each part.</summary>
internal sealed class SplitTfLite : ITfLiteForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["SPLIT", "SPLIT_V"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        bool equal = node.Operator == "SPLIT";
        Tensor x = node.Input(equal ? 1 : 0);
        int axis = node.AxisInput(equal ? 0 : 2, x.Shape.Rank);
        int[] sizes = equal ? Equal(node, x.Shape[axis]) : Given(node, x.Shape[axis]);
        int start = 0;
        for (int i = 0; i < sizes.Length; i++)
        {
            node.Result(i, "Slice", SliceTfLite.OfAxis(x.Shape, axis, start, sizes[i]), x);
            start += sizes[i];
        }
    }

    private static int[] Equal(TfLiteNode node, int extent)
    {
        if (node.OutputCount == 0 || extent % node.OutputCount != 0)
        {
            throw node.Fault($"divides the extent {extent} into {node.OutputCount} equal parts");
        }

        int[] sizes = new int[node.OutputCount];
        Array.Fill(sizes, extent / node.OutputCount);
        return sizes;
    }

    private static int[] Given(TfLiteNode node, int extent)
    {
        int[] sizes = [.. node.Integers(1, "sizes")];
        long known = sizes.Where(size => size != -1).Sum(size => (long)size);
        int open = Array.IndexOf(sizes, -1);
        if (open >= 0 && known <= extent)
        {
            sizes[open] = (int)(extent - known);
        }

        return sizes.Length == node.OutputCount && sizes.All(size => size >= 0) && sizes.Sum(size => (long)size) == extent
            ? sizes
            : throw node.Fault($"divides the extent {extent} into [{string.Join(',', sizes)}] for {node.OutputCount} results");
    }
}
