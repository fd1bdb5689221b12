using System.Globalization;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.ElementWise;

/// <summary>A function of two elements, passed by type so that loops are compiled for it.</summary>
internal interface IBinaryFunction<TA, TB, TResult>
{
    /// <summary>The result's element.</summary>
    TResult Apply(TA a, TB b);
}

/// <summary>
/// How two operands are walked along a result by NumPy's rule, as few axes as possible:
/// axes of extent 1 vanish, neighbours that both operands step through alike become one. Innermost axis first.
/// The strides of the innermost axis are 0 or 1. The same as <c>edgeai_broadcast</c> in C.
/// </summary>
internal sealed class BroadcastPlan
{
    /// <summary>The most axes the C kernels walk.</summary>
    public const int MostAxes = 8;

    private readonly int[] _extents;
    private readonly int[] _stridesA;
    private readonly int[] _stridesB;

    private BroadcastPlan(int[] extents, int[] stridesA, int[] stridesB)
    {
        _extents = extents;
        _stridesA = stridesA;
        _stridesB = stridesB;
    }

    /// <summary>Axes that are left.</summary>
    public int Axes => _extents.Length;

    /// <summary>The shape that two shapes broadcast to, or null when they do not.</summary>
    public static Shape? Combine(Shape a, Shape b)
    {
        int[] extents = new int[Math.Max(a.Rank, b.Rank)];
        for (int axis = 1; axis <= extents.Length; axis++)
        {
            int fromA = axis <= a.Rank ? a[-axis] : 1;
            int fromB = axis <= b.Rank ? b[-axis] : 1;
            if (fromA != fromB && fromA != 1 && fromB != 1)
            {
                return null;
            }

            extents[^axis] = fromA == 1 ? fromB : fromA;
        }

        return new Shape(extents);
    }

    /// <summary>Throws <see cref="OperatorException"/> when the walk has more axes or elements than the C kernels take.</summary>
    public static void Verify(string name, Shape a, Shape b, Shape result)
    {
        try
        {
            _ = checked((int)result.ElementCount);
            if (Of(a, b, result).Axes > MostAxes)
            {
                throw new OperatorException($"{name} of {a} and {b} alternates over more than {MostAxes} axes");
            }
        }
        catch (OverflowException)
        {
            throw new OperatorException($"{name} of {a} and {b} is larger than 2 GiB: more than {int.MaxValue} elements");
        }
    }

    /// <summary>The plan for operands that broadcast to <paramref name="result"/>.</summary>
    public static BroadcastPlan Of(Shape a, Shape b, Shape result)
    {
        if (result.ElementCount == 0)
        {
            return new([0], [0], [0]);
        }

        var extents = new List<int>();
        var stridesA = new List<int>();
        var stridesB = new List<int>();
        long[] fullA = a.Strides();
        long[] fullB = b.Strides();
        for (int axis = 1; axis <= result.Rank; axis++)
        {
            int extent = result[-axis];
            if (extent == 1)
            {
                continue;
            }

            int strideA = axis <= a.Rank && a[-axis] != 1 ? checked((int)fullA[^axis]) : 0;
            int strideB = axis <= b.Rank && b[-axis] != 1 ? checked((int)fullB[^axis]) : 0;
            if (extents.Count > 0 && strideA == stridesA[^1] * extents[^1] && strideB == stridesB[^1] * extents[^1])
            {
                extents[^1] = checked(extents[^1] * extent);
            }
            else
            {
                extents.Add(extent);
                stridesA.Add(strideA);
                stridesB.Add(strideB);
            }
        }

        return extents.Count == 0 ? new([1], [0], [0]) : new([.. extents], [.. stridesA], [.. stridesB]);
    }

    /// <summary>Applies a function to every element of the result in row-major order.</summary>
    public void Run<TA, TB, TResult, TFunction>(
        ReadOnlySpan<TA> a, ReadOnlySpan<TB> b, Span<TResult> result, TFunction function)
        where TFunction : struct, IBinaryFunction<TA, TB, TResult>
    {
        int[] index = new int[Axes];
        int inner = _extents[0];
        int stepA = _stridesA[0];
        int stepB = _stridesB[0];
        int placeA = 0;
        int placeB = 0;
        int place = 0;
        while (true)
        {
            Span<TResult> run = result.Slice(place, inner);
            if (stepA == 1 && stepB == 1)
            {
                ReadOnlySpan<TA> runA = a.Slice(placeA, run.Length);
                ReadOnlySpan<TB> runB = b.Slice(placeB, run.Length);
                for (int i = 0; i < run.Length; i++)
                {
                    run[i] = function.Apply(runA[i], runB[i]);
                }
            }
            else
            {
                for (int i = 0; i < run.Length; i++)
                {
                    run[i] = function.Apply(a[placeA + (i * stepA)], b[placeB + (i * stepB)]);
                }
            }

            place += inner;
            int axis = 1;
            for (; axis < index.Length; axis++)
            {
                placeA += _stridesA[axis];
                placeB += _stridesB[axis];
                if (++index[axis] < _extents[axis])
                {
                    break;
                }

                placeA -= _stridesA[axis] * _extents[axis];
                placeB -= _stridesB[axis] * _extents[axis];
                index[axis] = 0;
            }

            if (axis == index.Length)
            {
                return;
            }
        }
    }

    /// <summary>The member <c>edgeai_broadcast shape</c> of a kernel's parameters.</summary>
    public KernelField Field()
    {
        static string List(int[] values) =>
            "{" + string.Join(", ", values.Select(value => value.ToString(CultureInfo.InvariantCulture))) + "}";

        return new("shape", $"{{{Axes.ToString(CultureInfo.InvariantCulture)}, {List(_extents)}, {List(_stridesA)}, {List(_stridesB)}}}");
    }
}
