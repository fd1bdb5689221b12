using System.Collections.Immutable;
using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Folding;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>ONNX Expand with constant or declared extents, and Tile with constant repeats.</summary>
internal sealed class RepetitionOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Expand", "Tile"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        if (node.OperatorType == "Expand")
        {
            Shape shape = ConstantArray.Broadcast(x.Shape, ShapingRules.ShapeFrom(node.ShapeInts(1, "shape") ?? []));
            builder.Bind(node, 0, Broadcast(builder, x, shape.Extents));
            return;
        }

        (ImmutableArray<int> split, ImmutableArray<int> broadcast, Shape result) =
            OnnxShapes.Tiling(x.Shape, node.ConstantInts(1, "repeats") ?? []);
        Tensor parts = builder.Reshape(x, "split", [.. split]);
        builder.Bind(node, 0, builder.Reshape(Broadcast(builder, parts, broadcast), "joined", [.. result.Extents]));
    }

    private static Tensor Broadcast(OnnxGraphBuilder builder, Tensor x, ImmutableArray<int> extents) =>
        x.Shape.Extents.AsSpan().SequenceEqual(extents.AsSpan()) ? x : builder.Add("Broadcast", new BroadcastAttributes(extents), x);
}

/// <summary>ONNX Pad: constant, reflected or repeated edge. Negative amounts cut first and pad then.</summary>
internal sealed class PadOnnx : IOnnxForm
{
    private const int MostParts = 16;

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Pad"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Input(0);
        int rank = x.Shape.Rank;
        long[] pads = (node.Version < 11 ? (node.Ints("pads") is { } given ? [.. given] : null) : node.ConstantInts(1, "pads"))
            ?? throw new OnnxNodeException("pads are missing", "Export the model again");
        int[] axes = node.ConstantInts(3, "axes") is { } named
            ? [.. named.Select(axis => OnnxNode.Axis(axis, rank))]
            : [.. Enumerable.Range(0, rank)];
        if (pads.Length != 2 * axes.Length || pads.Any(pad => Math.Abs((double)pad) > 1 << 24))
        {
            throw new OnnxNodeException($"pads [{string.Join(',', pads)}] do not fit {axes.Length} axes", "Give two for each axis");
        }

        string name = node.Text("mode", "constant");
        PadMode mode = name switch
        {
            "constant" or "wrap" => PadMode.Constant,
            "reflect" => PadMode.Reflect,
            "edge" => PadMode.Edge,
            string other => throw new OnnxNodeException($"mode is '{other}'", "The modes constant, reflect, edge and wrap are supported"),
        };
        int[] before = new int[rank];
        int[] after = new int[rank];
        for (int i = 0; i < axes.Length; i++)
        {
            before[axes[i]] = (int)pads[i];
            after[axes[i]] = (int)pads[i + axes.Length];
        }

        int[] extents = [.. x.Shape.Extents.Select((extent, axis) => extent + Math.Min(0, before[axis]) + Math.Min(0, after[axis]))];
        if (extents.Any(extent => extent < 0))
        {
            throw new OnnxNodeException($"pads [{string.Join(',', pads)}] cut more than {x.Shape} has", "Cut less");
        }

        Tensor cut = builder.Slice(x, "cut", [.. before.Select(pad => Math.Max(0, -pad))], [.. extents], [.. extents.Select(_ => 1)]);
        builder.Bind(node, 0, before.Concat(after).All(pad => pad <= 0) ? cut
            : name == "wrap" ? Wrapped(builder, cut, before, after)
            : builder.Add("Pad", new PadAttributes(
                [.. before.Select(pad => Math.Max(0, pad))], [.. after.Select(pad => Math.Max(0, pad))], mode, Value(node)), cut));
    }

    /// <summary>The operand over and over again along each axis, its first element behind the padding.</summary>
    private static Tensor Wrapped(OnnxGraphBuilder builder, Tensor x, int[] before, int[] after)
    {
        for (int axis = 0; axis < before.Length; axis++)
        {
            int extent = x.Shape[axis];
            int first = Math.Max(0, before[axis]);
            int total = first + extent + Math.Max(0, after[axis]);
            if (total == extent)
            {
                continue;
            }

            if (extent == 0)
            {
                throw new OnnxNodeException($"axis {axis} of {x.Shape} has nothing to repeat", "Pad with a constant");
            }

            if (total / extent > MostParts)
            {
                OnnxLimits.Check(x.Name, ElementType.Int64, [.. x.Shape.Extents.Select((size, i) => i == axis ? total : size)]);
                Tensor places = Logic.Plain.Integers(builder, "places", ElementType.Int64, new Shape(total),
                    [.. Enumerable.Range(0, total).Select(i => (long)(i - (first % extent) + extent) % extent)]);
                x = builder.AddStep("wrapped", "Gather", new Indexing.GatherAttributes(axis), x, places);
                continue;
            }

            var parts = new List<Tensor>();
            for (int made = 0, start = (extent - (first % extent)) % extent; made < total; start = 0)
            {
                int count = Math.Min(extent - start, total - made);
                parts.Add(count == extent ? x : builder.Part(x, "part", axis, start, count));
                made += count;
            }

            x = builder.Joined(parts, "wrapped", axis);
        }

        return x;
    }

    private static float Value(OnnxNode node)
    {
        if (node.Version < 11)
        {
            return node.Float("value", 0);
        }

        if (node.Optional(2) is not { } value)
        {
            return 0;
        }

        return value.IsConstant && value.Shape.ElementCount == 1
            ? (float)ConstantArray.Of(value).RealAt(0)
            : throw new OnnxNodeException("the value is not one constant", "Give one constant value");
    }
}
