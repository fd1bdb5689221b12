using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EdgeAI.Compiler.Operators;

/// <summary>
/// A float matrix [rows, depth] laid out for sums of products with several vectors at once. Each sum runs over the depth in ascending order in one
/// float32 accumulator that starts at 0, with a rounding after each product and each addition, as the C kernels have it; lanes hold
/// different rows, so the width of the machine's vectors does not matter.
/// </summary>
internal sealed class PackedFloatMatrix : IDisposable
{
    /// <summary>How many vectors <see cref="Multiply"/> takes at once.</summary>
    public const int Block = 4;

    private const int Lanes = 8;
    private readonly float[] _columns;
    private readonly int _stride;

    /// <summary>Packs rows of elements that lie <paramref name="rowStride"/> and <paramref name="depthStride"/> elements apart.</summary>
    public PackedFloatMatrix(ReadOnlySpan<float> source, int rows, int depth, int rowStride, int depthStride)
    {
        Rows = rows;
        Depth = depth;
        _stride = (rows + (2 * Lanes) - 1) / (2 * Lanes) * (2 * Lanes);
        _columns = ArrayPool<float>.Shared.Rent(checked(_stride * depth));
        _columns.AsSpan(0, _stride * depth).Clear();
        for (int row = 0; row < rows; row++)
        {
            for (int k = 0; k < depth; k++)
            {
                _columns[((long)k * _stride) + row] = source[(row * rowStride) + (k * depthStride)];
            }
        }
    }

    /// <summary>Gives the memory to other matrices; this one must not be used any more.</summary>
    public void Dispose() => ArrayPool<float>.Shared.Return(_columns);

    /// <summary>Number of sums.</summary>
    public int Rows { get; }

    /// <summary>Elements of each sum.</summary>
    public int Depth { get; }

    /// <summary>Extent of one vector's sums: <see cref="Rows"/> rounded up.</summary>
    public int SumStride => _stride;

    /// <summary>
    /// sums[v, row] = Σ matrix[row, k] · x[v, k] for the <see cref="Block"/> vectors of <paramref name="x"/> [Block, Depth], or for its only one
    /// [Depth]; <paramref name="sums"/> has as many times <see cref="SumStride"/> elements.
    /// </summary>
    public void Multiply(ReadOnlySpan<float> x, Span<float> sums)
    {
        if (x.Length == Depth)
        {
            MultiplyOne(x, sums);
            return;
        }

        if (x.Length < Block * Depth || sums.Length < Block * _stride)
        {
            throw new ArgumentException("too few elements");
        }

        ref float matrix = ref MemoryMarshal.GetArrayDataReference(_columns);
        ref float v0 = ref MemoryMarshal.GetReference(x);
        ref float sum = ref MemoryMarshal.GetReference(sums);
        for (int row = 0; row < _stride; row += 2 * Lanes)
        {
            Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
            nuint at = (nuint)row;
            for (int k = 0; k < Depth; k++)
            {
                var w0 = Vector256.LoadUnsafe(ref matrix, at);
                var w1 = Vector256.LoadUnsafe(ref matrix, at + Lanes);
                var v = Vector256.Create(Unsafe.Add(ref v0, k));
                a0 += w0 * v;
                a1 += w1 * v;
                v = Vector256.Create(Unsafe.Add(ref v0, k + Depth));
                b0 += w0 * v;
                b1 += w1 * v;
                v = Vector256.Create(Unsafe.Add(ref v0, k + (2 * Depth)));
                c0 += w0 * v;
                c1 += w1 * v;
                v = Vector256.Create(Unsafe.Add(ref v0, k + (3 * Depth)));
                d0 += w0 * v;
                d1 += w1 * v;
                at += (nuint)_stride;
            }

            nuint stride = (nuint)_stride;
            nuint to = (nuint)row;
            a0.StoreUnsafe(ref sum, to);
            a1.StoreUnsafe(ref sum, to + Lanes);
            b0.StoreUnsafe(ref sum, to + stride);
            b1.StoreUnsafe(ref sum, to + stride + Lanes);
            c0.StoreUnsafe(ref sum, to + (2 * stride));
            c1.StoreUnsafe(ref sum, to + (2 * stride) + Lanes);
            d0.StoreUnsafe(ref sum, to + (3 * stride));
            d1.StoreUnsafe(ref sum, to + (3 * stride) + Lanes);
        }
    }

    private void MultiplyOne(ReadOnlySpan<float> x, Span<float> sums)
    {
        if (sums.Length < _stride)
        {
            throw new ArgumentException("too few elements");
        }

        ref float matrix = ref MemoryMarshal.GetArrayDataReference(_columns);
        ref float sum = ref MemoryMarshal.GetReference(sums);
        for (int row = 0; row < _stride; row += 2 * Lanes)
        {
            Vector256<float> a0 = default, a1 = default;
            nuint at = (nuint)row;
            foreach (float value in x)
            {
                var v = Vector256.Create(value);
                a0 += Vector256.LoadUnsafe(ref matrix, at) * v;
                a1 += Vector256.LoadUnsafe(ref matrix, at + Lanes) * v;
                at += (nuint)_stride;
            }

            a0.StoreUnsafe(ref sum, (nuint)row);
            a1.StoreUnsafe(ref sum, (nuint)row + Lanes);
        }
    }
}
