using System.Collections.Immutable;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Import.Onnx.Folding;

/// <summary>Constants under other extents, in another order, repeated.</summary>
internal sealed class ShapingRules : IConstantRule
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Identity", "Expand", "Tile"];

    /// <inheritdoc/>
    public IReadOnlyList<Tensor>? Evaluate(OnnxNode node)
    {
        Tensor x = node.Input(0);
        switch (node.OperatorType)
        {
            case "Identity":
                return [x];
            case "Transpose":
                return [ConstantMoves.Transpose(x, OnnxShapes.Permutation(node, x.Shape))];
            case "Expand":
                Shape shape = ConstantArray.Broadcast(x.Shape, ShapeFrom(node.ConstantInts(1, "shape") ?? []));
                return [Repeated(x, shape)];
            case "Tile":
                return [Tile(node, x)];
            default:
                return ConstantMoves.Reshape(x, OnnxShapes.Reshaped(node, x.Shape)) is { } reshaped ? [reshaped] : null;
        }
    }

    /// <summary>A shape from integers of the file. Throws <see cref="OnnxNodeException"/> for negative or absurd ones.</summary>
    public static Shape ShapeFrom(IReadOnlyList<long> extents)
    {
        foreach (long extent in extents)
        {
            if (extent is < 0 or > int.MaxValue)
            {
                throw new OnnxNodeException($"extent {extent} is not possible", "Extents are 0 or more");
            }
        }

        return new Shape([.. extents.Select(extent => (int)extent)]);
    }

    private static Tensor Repeated(Tensor x, Shape shape)
    {
        OnnxLimits.Check(x.Name, x.Type, shape.Extents.AsSpan());
        return ConstantMoves.Strided(x, shape, ConstantMoves.BroadcastStrides(x.Shape, shape), 0);
    }

    private static Tensor Tile(OnnxNode node, Tensor x)
    {
        (ImmutableArray<int> split, ImmutableArray<int> broadcast, Shape result) =
            OnnxShapes.Tiling(x.Shape, node.ConstantInts(1, "repeats") ?? []);
        Tensor parts = ConstantMoves.Reshape(x, new Shape([.. split]))!;
        return ConstantMoves.Reshape(Repeated(parts, new Shape([.. broadcast])), result)!;
    }
}

/// <summary>Parts of constants, and constants joined.</summary>
internal sealed class SelectionRules : IConstantRule
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Gather", "Slice", "Concat", "Split"];

    /// <inheritdoc/>
    public IReadOnlyList<Tensor>? Evaluate(OnnxNode node)
    {
        switch (node.OperatorType)
        {
            case "Gather":
                return [Gather(node)];
            case "Concat":
                return [ConstantMoves.Concatenate([.. node.Inputs.OfType<Tensor>()], OnnxNode.Axis(node.RequiredInt("axis"), node.Input(0).Shape.Rank))];
            case "Slice":
                Tensor x = node.Input(0);
                return [ConstantMoves.Part(x, OnnxShapes.Slice(node, x.Shape))];
            default:
                Tensor whole = node.Input(0);
                return [.. OnnxShapes.Split(node, whole.Shape).Select(part => ConstantMoves.Part(whole, part))];
        }
    }

    private static Tensor Gather(OnnxNode node)
    {
        Tensor x = node.Input(0);
        ConstantArray indexes = ConstantArray.Of(node.Input(1));
        int axis = OnnxNode.Axis(node.Int("axis", 0), x.Shape.Rank);
        int[] extents = [.. x.Shape.Extents.Take(axis), .. indexes.Shape.Extents, .. x.Shape.Extents.Skip(axis + 1)];
        OnnxLimits.Check(x.Name, x.Type, extents);
        int extent = x.Shape[axis];
        int inner = x.Shape.Extents.Skip(axis + 1).Aggregate(x.Type.ByteSize(), (product, next) => product * next);
        int outer = x.Shape.Extents.Take(axis).Aggregate(1, (product, next) => product * next);
        ReadOnlySpan<byte> source = x.Constant!.Value.Span;
        byte[] result = new byte[(long)outer * indexes.Count * inner];
        int written = 0;
        for (int block = 0; block < outer; block++)
        {
            for (int i = 0; i < indexes.Count; i++, written += inner)
            {
                int index = OnnxShapes.Index(indexes.IntegerAt(i), extent);
                source.Slice(((block * extent) + index) * inner, inner).CopyTo(result.AsSpan(written));
            }
        }

        return new Tensor(node.Name, x.Type, new Shape(extents)) { Constant = result };
    }
}

/// <summary>Reductions of constants.</summary>
internal sealed class ReductionRule : IConstantRule
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["ReduceProd", "ReduceSum", "ReduceMax", "ReduceMin"];

    /// <inheritdoc/>
    public IReadOnlyList<Tensor>? Evaluate(OnnxNode node)
    {
        ConstantArray x = ConstantArray.Of(node.Input(0));
        int[] axes = OnnxShapes.ReductionAxes(node, x.Shape.Rank);
        Shape kept = new([.. x.Shape.Extents.Select((extent, axis) => axes.Contains(axis) ? 1 : extent)]);
        ConstantArray sums = ConstantArray.Zeros(x.Type, kept);
        bool[] isSet = new bool[sums.Count];
        int[] target = ConstantArray.BroadcastIndexes(kept, x.Shape);
        for (int i = 0; i < x.Count; i++)
        {
            int at = target[i];
            if (x.IsReal)
            {
                sums.Reals[at] = isSet[at] ? (float)Combine(node.OperatorType, sums.Reals[at], x.Reals[i]) : x.Reals[i];
            }
            else
            {
                sums.Integers[at] = isSet[at] ? Combine(node.OperatorType, sums.Integers[at], x.Integers[i]) : x.Integers[i];
            }

            isSet[at] = true;
        }

        if (x.Count == 0 && node.OperatorType == "ReduceProd")
        {
            Array.Fill(sums.Reals, 1);
            Array.Fill(sums.Integers, 1);
        }

        Tensor result = sums.ToTensor(node.Name);
        return node.Flag("keepdims", true)
            ? [result]
            : [ConstantMoves.Reshape(result, new Shape([.. kept.Extents.Where((_, axis) => !axes.Contains(axis))]))!];
    }

    private static double Combine(string operatorType, double a, double b) => operatorType switch
    {
        "ReduceProd" => a * b,
        "ReduceSum" => a + b,
        "ReduceMax" => a > b ? a : b,
        _ => a < b ? a : b,
    };

    private static long Combine(string operatorType, long a, long b) => operatorType switch
    {
        "ReduceProd" => unchecked(a * b),
        "ReduceSum" => unchecked(a + b),
        "ReduceMax" => Math.Max(a, b),
        _ => Math.Min(a, b),
    };
}
