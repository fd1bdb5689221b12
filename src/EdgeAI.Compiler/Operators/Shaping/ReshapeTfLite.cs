using System.Collections.Immutable;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>RESHAPE, SQUEEZE and EXPAND_DIMS: other extents for the same bytes; the pairs of complex numbers stay together.</summary>
internal sealed class ReshapeTfLite : ITfLiteForm
{
    private const int ExtentsSlot = 0;
    private const int SqueezedAxesSlot = 0;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["RESHAPE", "SQUEEZE", "EXPAND_DIMS"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor given = node.Input(0);
        bool isComplex = node.IsComplex(0);
        Tensor x = isComplex ? new Tensor(given.Name, given.Type, new Shape([.. given.Shape.Extents[..^1]])) : given;
        ImmutableArray<int> extents = node.Operator switch
        {
            "SQUEEZE" => Squeezed(node, x),
            "EXPAND_DIMS" => x.Shape.Extents.Insert(node.AxisInput(1, x.Shape.Rank + 1), 1),
            _ => Settle(node, x, node.OptionalIntegers(1, "shape") ?? [.. node.Options.Int32s(ExtentsSlot)]),
        };
        node.Result(0, "Reshape", new ReshapeAttributes(isComplex ? extents.Add(2) : extents), given);
    }

    private static ImmutableArray<int> Squeezed(TfLiteNode node, Tensor x)
    {
        var axes = node.Options.Int32s(SqueezedAxesSlot).Select(axis => node.Axis(axis, x.Shape.Rank)).ToHashSet();
        if (axes.FirstOrDefault(axis => x.Shape[axis] != 1, -1) is >= 0 and var wrong)
        {
            throw node.Fault($"drops axis {wrong} of {x.Shape}, whose extent is not 1");
        }

        return [.. x.Shape.Extents.Where((extent, axis) => axes.Count == 0 ? extent != 1 : !axes.Contains(axis))];
    }

    // One extent may be −1: what is left. A single 0 is how old converters wrote a scalar.
    private static ImmutableArray<int> Settle(TfLiteNode node, Tensor x, ImmutableArray<int> wanted)
    {
        if (wanted is [0] && x.Shape.ElementCount == 1)
        {
            return [];
        }

        // A file made for one batch names it; another batch that the user chose takes its place.
        int fileBatch = node.Declared().Shape is { Rank: > 0 } declared ? declared[0] : 0;
        if (wanted.Length > 0 && !wanted.Contains(-1) && wanted[0] == fileBatch && x.Shape.Rank > 0 && x.Shape[0] != fileBatch
            && Product(wanted) != x.Shape.ElementCount)
        {
            wanted = wanted.SetItem(0, x.Shape[0]);
        }

        long known = Product(wanted.Where(extent => extent != -1));
        int open = wanted.Count(extent => extent == -1);
        if (open == 1 && known > 0 && x.Shape.ElementCount % known == 0)
        {
            return wanted.Replace(-1, (int)(x.Shape.ElementCount / known));
        }

        return open == 0 && known == x.Shape.ElementCount && wanted.All(extent => extent >= 0)
            ? wanted
            : throw node.Fault($"gives '{x}' the shape [{string.Join(',', wanted)}]");
    }

    private static long Product(IEnumerable<int> extents) =>
        extents.Aggregate(1L, (product, extent) => Math.Clamp(product * extent, int.MinValue, int.MaxValue));
}
