using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Import.Onnx.Folding;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Logic;

namespace EdgeAI.Compiler.Operators.Quantizing;

/// <summary>Sums of products of 8-bit integers in float32, cut where they could reach 2^24 and be rounded.</summary>
internal static class ExactSums
{
    private const long ExactFloats = 1 << 24;
    private const int LargestFactor = 255;

    /// <summary>Larger constants count by the largest number of their type, so that no memory is taken for their sizes.</summary>
    private const long MostCounted = 1 << 24;

    /// <summary>
    /// Stretches of the axis of an operand that is summed over, each as long as no sum of its products with numbers up to 255 reaches 2^24. Constants count with
    /// their own sizes, else each element with the largest of its type.
    /// </summary>
    /// <param name="factors">The operand, of integers.</param>
    /// <param name="zeroPoint">What is taken off it, broadcast; or null.</param>
    /// <param name="axis">The axis, which may count from the end.</param>
    /// <param name="withinPlaces">Whether what lies behind the axis is summed over too.</param>
    public static IReadOnlyList<(int Start, int Count)> Parts(Tensor factors, Tensor? zeroPoint, int axis, bool withinPlaces)
    {
        Shape shape = factors.Shape;
        axis = axis < 0 ? axis + shape.Rank : axis;
        int extent = shape[axis];
        if (shape.ElementCount == 0)
        {
            return [(0, extent)];
        }

        int inner = shape.Extents.Skip(axis + 1).Aggregate(1, (product, next) => product * next);
        if (!factors.IsConstant || zeroPoint is { IsConstant: false } || shape.ElementCount > MostCounted)
        {
            int most = (int)((ExactFloats - 1) / ((long)LargestFactor * LargestFactor * (withinPlaces ? inner : 1)));
            return most > 0 ? [.. Enumerable.Range(0, (extent + most - 1) / most).Select(i => (i * most, Math.Min(most, extent - (i * most))))] : throw TooLarge(shape);
        }

        long[] sizes = Sizes(factors, zeroPoint);
        long[] sums = new long[sizes.Length / extent / (withinPlaces ? inner : 1)];
        var parts = new List<(int, int)>();
        int start = 0;
        for (int place = 0; place < extent; place++)
        {
            long[] next = [.. sums];
            for (int outer = 0; outer < sizes.Length / extent / inner; outer++)
            {
                for (int i = 0; i < inner; i++)
                {
                    next[withinPlaces ? outer : (outer * inner) + i] += sizes[(((outer * extent) + place) * inner) + i];
                }
            }

            if (next.Any(sum => sum * LargestFactor >= ExactFloats))
            {
                next = place > start ? [.. next.Zip(sums, (whole, before) => whole - before)] : next;
                if (next.Any(sum => sum * LargestFactor >= ExactFloats))
                {
                    throw TooLarge(shape);
                }

                parts.Add((start, place - start));
                start = place;
            }

            sums = next;
        }

        parts.Add((start, extent - start));
        return parts;
    }

    /// <summary>The sum of the products of all parts: of one part in float32, of several in int32.</summary>
    public static Tensor Add(OnnxGraphBuilder builder, IReadOnlyList<(int Start, int Count)> parts, Func<int, int, Tensor> product)
    {
        Tensor sum = product(parts[0].Start, parts[0].Count);
        foreach ((int start, int count) in parts.Skip(1))
        {
            sum = Plain.Step(builder, "Add", Plain.Cast(builder, sum, ElementType.Int32), Plain.Cast(builder, product(start, count), ElementType.Int32));
        }

        return sum;
    }

    private static OnnxNodeException TooLarge(Shape shape) => new($"the sums over one place of its filters {shape} reach 2^24", "Use smaller filters");

    private static long[] Sizes(Tensor factors, Tensor? zeroPoint)
    {
        ConstantArray values = ConstantArray.Of(factors);
        if (zeroPoint is null)
        {
            return [.. values.Integers.Select(Math.Abs)];
        }

        long[] zeros = ConstantArray.Of(zeroPoint).Integers;
        return [.. ConstantArray.BroadcastIndexes(zeroPoint.Shape, factors.Shape).Select((place, i) => Math.Abs(values.Integers[i] - zeros[place]))];
    }
}
