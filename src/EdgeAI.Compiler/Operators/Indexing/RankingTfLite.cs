using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Operators.Indexing;

/// <summary>ARG_MAX, ARG_MIN, TOPK_V2, CUMSUM and ONE_HOT.</summary>
internal sealed class RankingTfLite : ITfLiteForm
{
    private const int ExclusiveSlot = 0;
    private const int ReverseSlot = 1;
    private const int OneHotAxisSlot = 0;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["ARG_MAX", "ARG_MIN", "TOPK_V2", "CUMSUM", "ONE_HOT"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor x = node.Input(0);
        switch (node.Operator)
        {
            case "TOPK_V2":
                Top(node, x);
                break;
            case "CUMSUM":
                node.RealResult(0, "CumulativeSum", new CumulativeSumAttributes(
                    node.AxisInput(1, x.Shape.Rank), node.Options.Flag(ExclusiveSlot), node.Options.Flag(ReverseSlot)), node.Real(x));
                break;
            case "ONE_HOT":
                OneHot(node, x);
                break;
            default:
                Tensor index = node.Step(node.Operator == "ARG_MAX" ? "ArgMaximum" : "ArgMinimum",
                    new ArgExtremeAttributes(node.AxisInput(1, x.Shape.Rank), KeepDimensions: false, SelectLast: false), ElementType.Int64, x);
                Narrow(node, 0, index);
                break;
        }
    }

    private static void Top(TfLiteNode node, Tensor x)
    {
        int axis = node.Axis(-1, x.Shape.Rank);
        int count = node.Integers(1, "k") is [var k] && k >= 0 && k <= x.Shape[axis]
            ? k
            : throw node.Fault($"takes more than the {x.Shape[axis]} elements of a row");
        Tensor indexes = node.Step("TopIndexes", new TopIndexesAttributes(axis, count, Largest: true), ElementType.Int64, x);
        int rows = (int)(x.Shape.ElementCount / Math.Max(1, x.Shape[axis]));
        Tensor starts = node.Constant<long>(ElementType.Int64, new Shape([.. indexes.Shape.Extents.RemoveAt(axis), 1]),
            [.. Enumerable.Range(0, rows).Select(row => (long)row * x.Shape[axis])]);
        Tensor places = node.Step("Add", new ElementWise.BinaryAttributes(Clamp.None), ElementType.Int64, indexes, starts);
        Tensor flat = node.Step("Reshape", new ReshapeAttributes([(int)x.Shape.ElementCount]), like: x, x);
        node.Result(0, "Gather", new GatherAttributes(0), flat, places);
        if (node.OutputCount > 1)
        {
            Narrow(node, 1, indexes);
        }
    }

    private static void OneHot(TfLiteNode node, Tensor indexes)
    {
        int depth = node.Integers(1, "depth") is [>= 0 and var given] ? given : throw node.Fault("has no depth");
        int rank = indexes.Shape.Rank + 1;
        int axis = node.Axis(node.Options.Int32(OneHotAxisSlot, otherwise: -1), rank);
        Tensor whole = indexes.Type == ElementType.Int64 ? indexes : node.Step("Cast", new CastAttributes(ElementType.Int64), ElementType.Int64, indexes);
        Tensor wide = node.Step("Reshape", new ReshapeAttributes(indexes.Shape.Extents.Insert(axis, 1)), ElementType.Int64, whole);
        Tensor counting = node.Constant<long>(ElementType.Int64, new Shape([.. Enumerable.Range(0, rank).Select(i => i == axis ? depth : 1)]),
            [.. Enumerable.Range(0, depth).Select(i => (long)i)]);
        Tensor hot = node.Step("Equal", NoAttributes.Instance, ElementType.Bool, wide, counting);
        node.Result(0, "Select", NoAttributes.Instance, hot, node.Input(2), node.Input(3));
    }

    /// <summary>Binds indexes in the type that the file wants.</summary>
    private static void Narrow(TfLiteNode node, int output, Tensor indexes)
    {
        ElementType type = node.Declared(output).Type;
        if (type == ElementType.Int64)
        {
            node.Bind(output, indexes);
        }
        else
        {
            node.Result(output, "Cast", new CastAttributes(type), indexes);
        }
    }
}
