using System.Runtime.InteropServices;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Shaping;

/// <summary>
/// A walk that fills a result in row-major order from an operand whose axes lie apart by given strides (negative and 0 are allowed):
/// transposition, slices and repetition are all of this kind. Axes of extent 1 vanish and neighbours that are one stretch in the operand become one.
/// Innermost axis first. The same as <c>edgeai_axes.h</c> in C.
/// </summary>
internal sealed class CopyPlan
{
    /// <summary>The most axes the C kernel walks.</summary>
    public const int MostAxes = 8;

    private readonly int[] _extents;
    private readonly int[] _strides;
    private readonly int _start;

    private CopyPlan(int[] extents, int[] strides, int start)
    {
        _extents = extents;
        _strides = strides;
        _start = start;
    }

    /// <summary>Axes that are left.</summary>
    public int Axes => _extents.Length;

    /// <summary>The first element where the walk is one stretch of the operand; null where it is not.</summary>
    public int? StretchStart => Axes == 1 && (_strides[0] == 1 || _extents[0] <= 1) ? _start : null;

    /// <summary>A plan from the result's extents, outermost first, and the operand's stride along each in elements.</summary>
    public static CopyPlan Of(ReadOnlySpan<int> extents, ReadOnlySpan<long> strides, long start)
    {
        var keptExtents = new List<int>();
        var keptStrides = new List<int>();
        for (int axis = extents.Length - 1; axis >= 0; axis--)
        {
            if (extents[axis] == 0)
            {
                return new([0], [1], 0);
            }

            if (extents[axis] == 1)
            {
                continue;
            }

            int stride = checked((int)strides[axis]);
            if (keptExtents.Count > 0 && stride == (long)keptStrides[^1] * keptExtents[^1])
            {
                keptExtents[^1] = checked(keptExtents[^1] * extents[axis]);
            }
            else
            {
                keptExtents.Add(extents[axis]);
                keptStrides.Add(stride);
            }
        }

        return keptExtents.Count == 0
            ? new([1], [1], checked((int)start))
            : new([.. keptExtents], [.. keptStrides], checked((int)start));
    }

    /// <summary>The plan of a transposition: result axis i is operand axis permutation[i].</summary>
    public static CopyPlan OfTranspose(Shape operand, IReadOnlyList<int> permutation)
    {
        long[] strides = operand.Strides();
        return Of([.. permutation.Select(axis => operand[axis])], [.. permutation.Select(axis => strides[axis])], 0);
    }

    /// <summary>Copies elements of the given size.</summary>
    public void Run(ReadOnlySpan<byte> source, Span<byte> result, int elementSize)
    {
        switch (elementSize)
        {
            case 1: Run(source, result); break;
            case 2: Run(Cast<short>(source), Cast<short>(result)); break;
            case 4: Run(Cast<int>(source), Cast<int>(result)); break;
            default: Run(Cast<long>(source), Cast<long>(result)); break;
        }
    }

    /// <summary>The members of the copying kernel's parameters.</summary>
    public IEnumerable<KernelField> Fields(int elementSize) => [.. WalkFields(), KernelField.Of("element_size", elementSize)];

    /// <summary>The members that the parameters of every kernel that walks so begin with.</summary>
    public IEnumerable<KernelField> WalkFields() =>
    [
        KernelField.Of("axes", Axes),
        Array("extents", _extents),
        Array("strides", _strides),
        KernelField.Of("start", _start),
    ];

    /// <summary>A member that is an array of integers.</summary>
    public static KernelField Array(string name, IEnumerable<int> values) =>
        new(name, "{" + string.Join(", ", values.Select(value => CLiteral.Integer(value))) + "}");

    private static ReadOnlySpan<T> Cast<T>(ReadOnlySpan<byte> bytes) where T : struct =>
        MemoryMarshal.Cast<byte, T>(bytes);

    private static Span<T> Cast<T>(Span<byte> bytes) where T : struct => MemoryMarshal.Cast<byte, T>(bytes);

    private void Run<T>(ReadOnlySpan<T> source, Span<T> result) where T : struct
    {
        if (Axes > 1 && _strides[0] > 1 && _strides[1] == 1)
        {
            RunTurned(source, result);
            return;
        }

        int[] index = new int[Axes];
        int inner = _extents[0];
        int step = _strides[0];
        int from = _start;
        int place = 0;
        while (true)
        {
            Span<T> run = result.Slice(place, inner);
            if (step == 1)
            {
                source.Slice(from, inner).CopyTo(run);
            }
            else if (step == 0)
            {
                run.Fill(source[from]);
            }
            else
            {
                for (int i = 0; i < run.Length; i++)
                {
                    run[i] = source[from + (i * step)];
                }
            }

            place += inner;
            int axis = 1;
            for (; axis < index.Length; axis++)
            {
                from += _strides[axis];
                if (++index[axis] < _extents[axis])
                {
                    break;
                }

                from -= _strides[axis] * _extents[axis];
                index[axis] = 0;
            }

            if (axis == index.Length)
            {
                return;
            }
        }
    }

    /// <summary>
    /// Where the second axis is the operand's innermost: stretches of it are read one after another and laid apart, a tile of them at a time, so that what is
    /// written stays near.
    /// </summary>
    private void RunTurned<T>(ReadOnlySpan<T> source, Span<T> result) where T : struct
    {
        const int Tile = 256;
        int[] index = new int[Axes];
        int inner = _extents[0];
        int length = _extents[1];
        int step = _strides[0];
        int from = _start;
        for (int place = 0; place < result.Length; place += inner * length)
        {
            for (int begin = 0; begin < length; begin += Tile)
            {
                int count = Math.Min(Tile, length - begin);
                Span<T> tile = result.Slice(place + (begin * inner), count * inner);
                for (int i = 0; i < inner; i++)
                {
                    ReadOnlySpan<T> stretch = source.Slice(from + (i * step) + begin, count);
                    for (int k = 0, at = i; k < stretch.Length && at < tile.Length; k++, at += inner)
                    {
                        tile[at] = stretch[k];
                    }
                }
            }

            for (int axis = 2; axis < index.Length; axis++)
            {
                from += _strides[axis];
                if (++index[axis] < _extents[axis])
                {
                    break;
                }

                from -= _strides[axis] * _extents[axis];
                index[axis] = 0;
            }
        }
    }
}
