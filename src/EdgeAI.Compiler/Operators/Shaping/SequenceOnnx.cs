using System.Collections.Immutable;
using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Folding;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>
/// ONNX operators on sequences of tensors. How many tensors there are, and where one is put in or taken away, is known at import, so that a sequence is
/// nothing but its tensors; the place that SequenceAt reads may be known only at run time.
/// </summary>
internal sealed class SequenceOnnx : IOnnxForm
{
    private const string FixedPlaces = "Places in sequences are constants; take one that is known only at run time by SequenceAt, or Gather from the stacked tensors";

    private const int MostParts = 4096;

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes =>
        ["SequenceEmpty", "SequenceConstruct", "SequenceInsert", "SequenceErase", "SequenceAt", "SequenceLength", "SplitToSequence", "ConcatFromSequence"];

    /// <inheritdoc/>
    public bool TakesSequences => true;

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder) => builder.Bind(node, 0, node.OperatorType switch
    {
        "SequenceEmpty" => OnnxValue.Sequence([]),
        "SequenceConstruct" => OnnxValue.Sequence(node.Values.Select((_, i) => node.Value(i).Single($"operand {i}"))),
        "SplitToSequence" => OnnxValue.Sequence(Split(node, builder)),
        "SequenceInsert" => OnnxValue.Sequence(Inserted(node)),
        "SequenceErase" => OnnxValue.Sequence(Erased(node)),
        "SequenceLength" => Logic.Plain.Integer(builder, $"{node.Name}/length", ElementType.Int64, Elements(node).Length),
        "SequenceAt" => At(node, builder),
        _ => Joined(node, builder),
    });

    private static ImmutableArray<Tensor> Elements(OnnxNode node) => node.Value(0).Several("its first operand");

    private static ImmutableArray<Tensor> Inserted(OnnxNode node)
    {
        ImmutableArray<Tensor> elements = Elements(node);
        Tensor added = node.Value(1).Single("what it puts in");
        return elements is [{ } first, ..] && first.Type != added.Type
            ? throw new OnnxNodeException($"it puts '{added}' among tensors of {first.Type.DisplayName()}", "The tensors of a sequence have one type")
            : elements.Insert(Place(node, 2, elements.Length, isBehindLast: true) ?? elements.Length, added);
    }

    private static ImmutableArray<Tensor> Erased(OnnxNode node)
    {
        ImmutableArray<Tensor> elements = Elements(node);
        return elements.RemoveAt(Place(node, 1, elements.Length) ?? elements.Length - 1);
    }

    /// <summary>A place counted from the front; null where the operand is left out. Throws where it is not known, or lies outside.</summary>
    private static int? Place(OnnxNode node, int operand, int length, bool isBehindLast = false)
    {
        if (node.Optional(operand) is not { } given)
        {
            return length == 0 && !isBehindLast ? throw Outside(-1, length) : null;
        }

        if (given is not { IsConstant: true, Shape.ElementCount: 1 })
        {
            throw new OnnxNodeException($"its place '{given}' is known only at run time", FixedPlaces);
        }

        long place = ConstantArray.Of(given).IntegerAt(0);
        long counted = place < 0 ? place + length : place;
        return counted >= 0 && (counted < length || (isBehindLast && counted == length)) ? (int)counted : throw Outside(place, length);
    }

    private static OnnxNodeException Outside(long place, int length) => new($"place {place} lies outside a sequence of {length}", "Export the model again");

    private static Tensor At(OnnxNode node, OnnxGraphBuilder builder)
    {
        ImmutableArray<Tensor> elements = Elements(node);
        if (node.Value(1).Single("its place") is { IsConstant: false, Shape.ElementCount: 1 } place && elements is [{ } first, ..])
        {
            return elements.All(element => element.Shape == first.Shape)
                ? builder.Add("Gather", new Indexing.GatherAttributes(0), builder.Stacked(elements, "stacked", 0), builder.Reshape(place, "place"))
                : throw new OnnxNodeException($"its place '{place}' is known only at run time, and the tensors of the sequence differ in shape", "Such tensors must have one shape");
        }

        return elements[Place(node, 1, elements.Length)!.Value];
    }

    private static Tensor Joined(OnnxNode node, OnnxGraphBuilder builder)
    {
        if (Elements(node) is not [{ } first, ..] elements)
        {
            throw new OnnxNodeException("it joins the tensors of an empty sequence", "One tensor is needed at least");
        }

        bool isStacked = node.Flag("new_axis");
        int axis = OnnxNode.Axis(node.RequiredInt("axis"), first.Shape.Rank + (isStacked ? 1 : 0));
        return isStacked ? builder.Stacked(elements, "", axis) : builder.Joined(elements, "", axis);
    }

    /// <summary>
    /// Parts of one extent, of which the last may be smaller, or of given extents; without either, single elements. Of single elements keepdims may take the axis, also
    /// where the file says 1 itself: PyTorch's unbind is written so, and ONNX Runtime reads it so.
    /// </summary>
    private static IEnumerable<Tensor> Split(OnnxNode node, OnnxGraphBuilder builder)
    {
        Tensor x = node.Value(0).Single("its first operand");
        int axis = OnnxNode.Axis(node.Int("axis", 0), x.Shape.Rank);
        int extent = x.Shape[axis];
        long[]? given = node.ConstantInts(1, "split");
        if (given is null || node.Input(1).Shape.Rank == 0)
        {
            long size = given?[0] ?? 1;
            if (size > 0 && extent / size > MostParts)
            {
                throw new OnnxNodeException($"it splits {x.Shape} into more than {MostParts} parts", "Fewer parts are taken one by one");
            }

            if (size == 1 && !node.Flag("keepdims", true))
            {
                return [.. Enumerable.Range(0, extent).Select(i => builder.Element(x, axis, i))];
            }

            given = size > 0
                ? [.. Enumerable.Range(0, (int)((extent + size - 1) / size)).Select(i => Math.Min(size, extent - (i * size)))]
                : throw new OnnxNodeException($"it splits into parts of {size}", "Parts have extents of 1 or more");
        }

        if (given.Any(size => size < 0) || given.Sum() != extent)
        {
            throw new OnnxNodeException($"parts [{string.Join(',', given)}] do not make up extent {extent}", "The extents of the parts add up to that of the axis");
        }

        var parts = new List<Tensor>();
        int start = 0;
        foreach (long size in given)
        {
            parts.Add(size == extent ? x : builder.Part(x, "part", axis, start, (int)size));
            start += (int)size;
        }

        return parts;
    }
}

/// <summary>ONNX optionals. One that holds something is what it holds; whether it does is known at import.</summary>
internal sealed class OptionalOnnx : IOnnxForm
{
    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["Optional", "OptionalGetElement", "OptionalHasElement"];

    /// <inheritdoc/>
    public bool TakesSequences => true;

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        OnnxValue held = node.Values is [{ } given, ..] ? given : OnnxValue.Nothing;
        builder.Bind(node, 0, node.OperatorType switch
        {
            "OptionalHasElement" => Logic.Plain.Integer(builder, $"{node.Name}/has", ElementType.Bool, held.IsNothing ? 0 : 1),
            "OptionalGetElement" when held.IsNothing => throw new OnnxNodeException("it takes what an empty optional holds", "Ask OptionalHasElement before, in the condition of an If"),
            _ => held,
        });
    }
}
