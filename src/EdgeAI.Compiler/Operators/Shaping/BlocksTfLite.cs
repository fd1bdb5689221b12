using System.Collections.Immutable;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>DEPTH_TO_SPACE, SPACE_TO_DEPTH, SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND: blocks of an image as an axis, by reshaping and one transposition.</summary>
internal sealed class BlocksTfLite : ITfLiteForm
{
    private const int BlockSlot = 0;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["DEPTH_TO_SPACE", "SPACE_TO_DEPTH", "SPACE_TO_BATCH_ND", "BATCH_TO_SPACE_ND"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor x = node.Input(0);
        switch (node.Operator)
        {
            case "DEPTH_TO_SPACE":
                DepthToSpace(node, node.Ranked(x, 4), node.Positive(BlockSlot, "block"));
                break;
            case "SPACE_TO_DEPTH":
                SpaceToDepth(node, node.Ranked(x, 4), node.Positive(BlockSlot, "block"));
                break;
            case "SPACE_TO_BATCH_ND":
                SpaceToBatch(node, x, Blocks(node, x), Pairs(node));
                break;
            default:
                BatchToSpace(node, x, Blocks(node, x), Pairs(node));
                break;
        }
    }

    private static void DepthToSpace(TfLiteNode node, Tensor x, int block)
    {
        Shape s = x.Shape;
        if (s[3] % (block * block) != 0)
        {
            throw node.Fault($"spreads {s[3]} channels over blocks of {block} by {block}");
        }

        int depth = s[3] / block / block;
        Tensor parts = node.Step("Reshape", new ReshapeAttributes([s[0] * s[1], s[2], block, block * depth]), like: x, x);
        Tensor moved = node.Step("Transpose", new TransposeAttributes([0, 2, 1, 3]), like: x, parts);
        node.Result(0, "Reshape", new ReshapeAttributes([s[0], s[1] * block, s[2] * block, depth]), moved);
    }

    private static void SpaceToDepth(TfLiteNode node, Tensor x, int block)
    {
        Shape s = x.Shape;
        if (s[1] % block != 0 || s[2] % block != 0)
        {
            throw node.Fault($"divides {s} into blocks of {block} by {block}");
        }

        Tensor parts = node.Step("Reshape", new ReshapeAttributes([s[0] * s[1] / block, block, s[2] / block, block * s[3]]), like: x, x);
        Tensor moved = node.Step("Transpose", new TransposeAttributes([0, 2, 1, 3]), like: x, parts);
        node.Result(0, "Reshape", new ReshapeAttributes([s[0], s[1] / block, s[2] / block, block * block * s[3]]), moved);
    }

    private static void SpaceToBatch(TfLiteNode node, Tensor x, int[] blocks, int[] pads)
    {
        int[] before = new int[x.Shape.Rank];
        int[] after = new int[x.Shape.Rank];
        for (int i = 0; i < blocks.Length; i++)
        {
            (before[i + 1], after[i + 1]) = (pads[2 * i], pads[(2 * i) + 1]);
        }

        if (pads.Any(pad => pad is < 0 or > 1 << 20))
        {
            throw node.Fault($"pads by [{string.Join(',', pads)}]");
        }

        Tensor padded = pads.All(pad => pad == 0) ? x
            : node.Step("Pad", new PadAttributes([.. before], [.. after], PadMode.Constant, 0), like: x, x);
        Shape s = padded.Shape;
        var split = new List<int> { s[0] };
        for (int i = 0; i < blocks.Length; i++)
        {
            if (s[i + 1] % blocks[i] != 0)
            {
                throw node.Fault($"divides {s} into blocks of [{string.Join(',', blocks)}]");
            }

            split.Add(s[i + 1] / blocks[i]);
            split.Add(blocks[i]);
        }

        int[] rest = [.. s.Extents.Skip(blocks.Length + 1)];
        Tensor parts = node.Step("Reshape", new ReshapeAttributes([.. split, .. rest]), like: x, padded);
        int[] order =
        [
            .. Enumerable.Range(0, blocks.Length).Select(i => (2 * i) + 2), 0, .. Enumerable.Range(0, blocks.Length).Select(i => (2 * i) + 1),
            .. Enumerable.Range((2 * blocks.Length) + 1, rest.Length),
        ];
        Tensor moved = node.Step("Transpose", new TransposeAttributes([.. order]), like: x, parts);
        node.Result(0, "Reshape", new ReshapeAttributes(
            [s[0] * Product(blocks), .. blocks.Select((block, i) => s[i + 1] / block), .. rest]), moved);
    }

    private static void BatchToSpace(TfLiteNode node, Tensor x, int[] blocks, int[] crops)
    {
        Shape s = x.Shape;
        int all = Product(blocks);
        if (s[0] % all != 0)
        {
            throw node.Fault($"joins {s[0]} batches into blocks of [{string.Join(',', blocks)}]");
        }

        int[] rest = [.. s.Extents.Skip(blocks.Length + 1)];
        int[] space = [.. blocks.Select((_, i) => s[i + 1])];
        Tensor parts = node.Step("Reshape", new ReshapeAttributes([.. blocks, s[0] / all, .. space, .. rest]), like: x, x);
        var order = new List<int> { blocks.Length };
        for (int i = 0; i < blocks.Length; i++)
        {
            order.Add(blocks.Length + 1 + i);
            order.Add(i);
        }

        order.AddRange(Enumerable.Range((2 * blocks.Length) + 1, rest.Length));
        Tensor moved = node.Step("Transpose", new TransposeAttributes([.. order]), like: x, parts);
        int[] joined = [s[0] / all, .. blocks.Select((block, i) => space[i] * block), .. rest];
        int[] starts = new int[joined.Length];
        int[] extents = [.. joined];
        for (int i = 0; i < blocks.Length; i++)
        {
            starts[i + 1] = crops[2 * i];
            extents[i + 1] -= crops[2 * i] + crops[(2 * i) + 1];
            if (crops[2 * i] < 0 || crops[(2 * i) + 1] < 0 || extents[i + 1] < 0)
            {
                throw node.Fault($"crops [{string.Join(',', joined)}] by [{string.Join(',', crops)}]");
            }
        }

        if (crops.All(crop => crop == 0))
        {
            node.Result(0, "Reshape", new ReshapeAttributes([.. joined]), moved);
            return;
        }

        Tensor whole = node.Step("Reshape", new ReshapeAttributes([.. joined]), like: x, moved);
        node.Result(0, "Slice", SliceTfLite.Plain([.. starts], [.. extents]), whole);
    }

    private static int[] Blocks(TfLiteNode node, Tensor x)
    {
        ImmutableArray<int> blocks = node.Integers(1, "blocks");
        return blocks.Length < x.Shape.Rank && blocks.Length > 0 && blocks.All(block => block is > 0 and < 1 << 15)
            ? [.. blocks]
            : throw node.Fault($"has the blocks [{string.Join(',', blocks)}] for {x.Shape}");
    }

    private static int[] Pairs(TfLiteNode node)
    {
        ImmutableArray<int> pairs = node.Integers(2, "borders");
        return pairs.Length == 2 * node.Integers(1, "blocks").Length ? [.. pairs] : throw node.Fault($"has {pairs.Length} borders");
    }

    private static int Product(int[] extents) => extents.Aggregate(1, (product, extent) => product * extent);
}

/// <summary>TILE, FILL, ZEROS_LIKE, BROADCAST_ARGS and RANGE: what is repeated, and what is known when building.</summary>
internal sealed class RepetitionTfLite : ITfLiteForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["TILE", "FILL", "ZEROS_LIKE", "BROADCAST_ARGS", "RANGE"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        switch (node.Operator)
        {
            case "TILE":
                Tile(node, node.Input(0), node.Integers(1, "repeats"));
                break;
            case "FILL":
                ImmutableArray<int> extents = node.Integers(0, "extents");
                node.Result(0, "Broadcast", new BroadcastAttributes(extents), node.Input(1));
                break;
            case "ZEROS_LIKE":
                Tensor like = node.Input(0);
                byte[] bytes = new byte[like.ByteSize];
                Array.Fill(bytes, unchecked((byte)(like.Type == ElementType.Int8 ? like.Quantization?.ZeroPoint ?? 0 : 0)));
                node.Bind(0, node.Constant<byte>(like.Type, like.Shape, bytes, like.Quantization));
                break;
            case "BROADCAST_ARGS":
                int[] a = [.. node.Integers(0, "shape")];
                int[] b = [.. node.Integers(1, "shape")];
                Shape shape = a.Concat(b).All(extent => extent >= 0) && ElementWise.BroadcastPlan.Combine(new Shape(a), new Shape(b)) is { } both
                    ? both
                    : throw node.Fault($"brings together [{string.Join(',', a)}] and [{string.Join(',', b)}]");
                node.Bind(0, node.Indexes(new Shape(shape.Rank), shape.Extents));
                break;
            default:
                Range(node);
                break;
        }
    }

    private static void Tile(TfLiteNode node, Tensor x, ImmutableArray<int> repeats)
    {
        if (repeats.Length != x.Shape.Rank || repeats.Any(repeat => repeat < 0))
        {
            throw node.Fault($"repeats {x.Shape} by [{string.Join(',', repeats)}]");
        }

        Tensor tiled = x;
        for (int axis = 0; axis < repeats.Length; axis++)
        {
            if (repeats[axis] == 1)
            {
                continue;
            }

            // An axis of extent 1 is put in front of the axis, repeated, and both become one.
            Shape s = tiled.Shape;
            int outer = s.Extents.Take(axis).Aggregate(1, (product, extent) => product * extent);
            int inner = s.Extents.Skip(axis).Aggregate(1, (product, extent) => product * extent);
            Tensor wide = node.Step("Reshape", new ReshapeAttributes([outer, 1, inner]), like: x, tiled);
            Tensor repeated = node.Step("Broadcast", new BroadcastAttributes([outer, repeats[axis], inner]), like: x, wide);
            tiled = node.Step("Reshape", new ReshapeAttributes(s.Extents.SetItem(axis, s[axis] * repeats[axis])), like: x, repeated);
        }

        node.Result(0, "Reshape", new ReshapeAttributes(tiled.Shape.Extents), tiled);
    }

    private static void Range(TfLiteNode node)
    {
        if (node.Inputs().Any(input => !input.IsConstant || input.Shape.ElementCount != 1))
        {
            throw node.Fault("counts between values that are known only at run time");
        }

        if (node.Input(0).Type == ElementType.Float32)
        {
            float start = node.Input(0).Values<float>()[0];
            float step = node.Input(2).Values<float>()[0];
            int count = Count(node, Math.Ceiling((node.Input(1).Values<float>()[0] - (double)start) / step));
            node.Bind(0, node.Constant<float>(ElementType.Float32, new Shape(count), [.. Enumerable.Range(0, count).Select(i => start + (i * step))]));
            return;
        }

        int first = node.Integers(0, "start")[0];
        int delta = node.Integers(2, "step")[0];
        int steps = Count(node, Math.Ceiling((node.Integers(1, "limit")[0] - (double)first) / delta));
        IEnumerable<int> values = Enumerable.Range(0, steps).Select(i => first + (i * delta));
        node.Bind(0, node.Declared().Type == ElementType.Int64
            ? node.Constant<long>(ElementType.Int64, new Shape(steps), [.. values.Select(value => (long)value)])
            : node.Indexes(new Shape(steps), values));
    }

    private static int Count(TfLiteNode node, double count) =>
        double.IsFinite(count) && count <= 1 << 24 ? (int)Math.Max(0, count) : throw node.Fault("counts without end");
}
