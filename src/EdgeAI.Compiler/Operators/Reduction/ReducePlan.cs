using System.Globalization;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Reduction;

/// <summary>
/// How an operand is walked to reduce it: kept axes in the outer loop, reduced axes in the inner one, each as few as possible, innermost first.
/// Elements of one result are visited in row-major order. The same as <c>edgeai_reduce</c> in C.
/// </summary>
internal sealed class ReducePlan
{
    /// <summary>The most kept, and the most reduced, axes the C kernels walk.</summary>
    public const int MostAxes = 8;

    private readonly Axes _kept;
    private readonly Axes _reduced;

    /// <summary>From the operand's shape and the axes to reduce.</summary>
    public ReducePlan(Shape shape, IReadOnlyCollection<int> axes)
    {
        _kept = new(shape, Enumerable.Range(0, shape.Rank).Where(axis => !axes.Contains(axis)));
        _reduced = new(shape, axes);
    }

    /// <summary>The larger number of axes left of either kind.</summary>
    public int MostOfEither => Math.Max(_kept.Extents.Count, _reduced.Extents.Count);

    /// <summary>How many elements make one result.</summary>
    public long ReducedCount => _reduced.Extents.Aggregate(1L, (product, extent) => product * extent);

    /// <summary>Calls the visitor with the index of each operand element and that of its result; all elements of a result before the next.</summary>
    public void Run<TVisitor>(ref TVisitor visitor) where TVisitor : struct, IReduceVisitor, allows ref struct
    {
        int result = 0;
        int[] kept = new int[_kept.Extents.Count];
        int[] reduced = new int[_reduced.Extents.Count];
        int start = 0;
        if (_kept.Extents.Contains(0))
        {
            return;
        }

        do
        {
            visitor.Begin();
            if (!_reduced.Extents.Contains(0))
            {
                int place = start;
                int count = _reduced.Extents[0];
                int step = _reduced.Strides[0];
                do
                {
                    visitor.Visit(place, step, count);
                }
                while (_reduced.Next(reduced, ref place, 1));
            }

            visitor.End(result);
            result++;
        }
        while (_kept.Next(kept, ref start, 0));
    }

    /// <summary>The member <c>edgeai_reduce shape</c> of a kernel's parameters.</summary>
    public KernelField Field()
    {
        static string List(List<int> values) =>
            "{" + string.Join(", ", values.Select(value => value.ToString(CultureInfo.InvariantCulture))) + "}";

        static string Part(Axes axes) =>
            $"{{{axes.Extents.Count.ToString(CultureInfo.InvariantCulture)}, {List(axes.Extents)}, {List(axes.Strides)}}}";

        return new("shape", $"{{{Part(_kept)}, {Part(_reduced)}}}");
    }

    private sealed class Axes
    {
        public Axes(Shape shape, IEnumerable<int> axes)
        {
            long[] strides = shape.Strides();
            foreach (int axis in axes.OrderDescending().Where(axis => shape[axis] != 1))
            {
                int stride = checked((int)strides[axis]);
                if (Extents.Count > 0 && stride == (long)Strides[^1] * Extents[^1])
                {
                    Extents[^1] = checked(Extents[^1] * shape[axis]);
                }
                else
                {
                    Extents.Add(shape[axis]);
                    Strides.Add(stride);
                }
            }

            if (Extents.Count == 0)
            {
                Extents.Add(1);
                Strides.Add(1);
            }
        }

        public List<int> Extents { get; } = [];

        public List<int> Strides { get; } = [];

        public bool Next(int[] index, ref int place, int firstAxis)
        {
            for (int axis = firstAxis; axis < index.Length; axis++)
            {
                place += Strides[axis];
                if (++index[axis] < Extents[axis])
                {
                    return true;
                }

                place -= Strides[axis] * Extents[axis];
                index[axis] = 0;
            }

            return false;
        }
    }
}

/// <summary>What is done with the elements of one result.</summary>
internal interface IReduceVisitor
{
    /// <summary>Before the first element.</summary>
    void Begin();

    /// <summary>A run of elements, the first at an index and each a step behind the one before.</summary>
    void Visit(int place, int step, int count);

    /// <summary>Behind the last element.</summary>
    void End(int result);
}
