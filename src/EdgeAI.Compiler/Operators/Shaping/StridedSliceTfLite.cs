using System.Collections.Immutable;
using EdgeAI.Compiler.Import.TfLite;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>
/// STRIDED_SLICE with constant begins, ends and strides, and all masks of the format:
/// an entry of the three lists stands for one axis, for a new axis, or, once, for as many whole axes as the others leave.
/// </summary>
internal sealed class StridedSliceTfLite : ITfLiteForm
{
    private const int BeginMaskSlot = 0;
    private const int EndMaskSlot = 1;
    private const int EllipsisMaskSlot = 2;
    private const int NewAxisMaskSlot = 3;
    private const int ShrinkMaskSlot = 4;
    private const int OffsetSlot = 5;

    /// <inheritdoc/>
    public IReadOnlyList<string> Operators => ["STRIDED_SLICE"];

    /// <inheritdoc/>
    public void Import(TfLiteNode node)
    {
        Tensor x = node.Input(0);
        ImmutableArray<int> begins = node.Integers(1, "begins");
        ImmutableArray<int> ends = node.Integers(2, "ends");
        ImmutableArray<int> strides = node.Integers(3, "strides");
        if (begins.Length != ends.Length || begins.Length != strides.Length || begins.Length > 31)
        {
            throw node.Fault($"has {begins.Length} begins, {ends.Length} ends and {strides.Length} strides");
        }

        int ellipsis = node.Options.Int32(EllipsisMaskSlot);
        int newAxes = node.Options.Int32(NewAxisMaskSlot);
        int named = Enumerable.Range(0, begins.Length).Count(entry => !Has(ellipsis, entry) && !Has(newAxes, entry));
        if (named > x.Shape.Rank)
        {
            throw node.Fault($"names {named} axes of {x.Shape}");
        }

        var slice = new Slices();
        for (int entry = 0; entry < begins.Length; entry++)
        {
            if (Has(ellipsis, entry))
            {
                slice.Whole(x.Shape, slice.Starts.Count + x.Shape.Rank - named);
                named = x.Shape.Rank;
            }
            else if (Has(newAxes, entry))
            {
                slice.Result.Add(1);
            }
            else
            {
                AddAxis(node, slice, x.Shape[slice.Starts.Count], entry, begins[entry], ends[entry], strides[entry]);
            }
        }

        slice.Whole(x.Shape, x.Shape.Rank);
        var attributes = new SliceAttributes([.. slice.Starts], [.. slice.Extents], [.. slice.Steps]);
        if (slice.Result.SequenceEqual(slice.Extents))
        {
            node.Result(0, "Slice", attributes, x);
        }
        else
        {
            node.Result(0, "Reshape", new ReshapeAttributes([.. slice.Result]), node.Step("Slice", attributes, like: x, x));
        }
    }

    private static void AddAxis(TfLiteNode node, Slices slice, int extent, int entry, int begin, int end, int stride)
    {
        if (stride == 0)
        {
            throw node.Fault("has a stride of 0");
        }

        if (Has(node.Options.Int32(ShrinkMaskSlot), entry))
        {
            int index = begin < 0 ? begin + extent : begin;
            if (index < 0 || index >= extent)
            {
                throw node.Fault($"takes element {begin} of an extent of {extent}");
            }

            slice.Add(index, 1, 1, shrinks: true);
            return;
        }

        // Positions in front of the first element and behind the last are brought to the border the stride comes from or goes to.
        int lowest = stride > 0 ? 0 : -1;
        int highest = stride > 0 ? extent : extent - 1;
        long lastPosition = node.Options.Flag(OffsetSlot) ? (long)begin + end : end;
        long first = Has(node.Options.Int32(BeginMaskSlot), entry) ? (stride > 0 ? lowest : highest) : Clip(begin, extent, lowest, highest);
        long last = Has(node.Options.Int32(EndMaskSlot), entry) ? (stride > 0 ? highest : lowest) : Clip(lastPosition, extent, lowest, highest);
        long distance = stride > 0 ? last - first : first - last;
        long count = distance <= 0 ? 0 : (distance + Math.Abs((long)stride) - 1) / Math.Abs((long)stride);
        slice.Add(count == 0 ? 0 : (int)first, (int)count, count <= 1 ? 1 : stride, shrinks: false);
    }

    private static long Clip(long position, int extent, int lowest, int highest) =>
        Math.Clamp(position < 0 ? position + extent : position, lowest, highest);

    private static bool Has(int mask, int entry) => ((mask >> entry) & 1) != 0;

    // What is taken of each axis, and the extents of the result.
    private sealed class Slices
    {
        public List<int> Starts { get; } = [];

        public List<int> Extents { get; } = [];

        public List<int> Steps { get; } = [];

        public List<int> Result { get; } = [];

        public void Add(int start, int extent, int step, bool shrinks)
        {
            Starts.Add(start);
            Extents.Add(extent);
            Steps.Add(step);
            if (!shrinks)
            {
                Result.Add(extent);
            }
        }

        // Takes all of the axes in front of the given one that are not there yet.
        public void Whole(Shape shape, int upTo)
        {
            while (Starts.Count < upTo)
            {
                Add(0, shape[Starts.Count], 1, shrinks: false);
            }
        }
    }
}
