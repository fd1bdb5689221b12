using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeAI.Compiler.Operators;

/// <summary>
/// An int8 matrix [rows, depth], its zero point taken off, laid out for sums of products in wrapping int32. The sums are exact, so their order does
/// not matter and the machine's own multiply-add may be used.
/// </summary>
internal sealed class PackedIntegerMatrix
{
    private const int Lanes = 16;
    private const int RowBlock = 4;
    private readonly short[] _elements;

    /// <summary>Packs rows of elements that lie <paramref name="rowStride"/> and <paramref name="depthStride"/> elements apart.</summary>
    public PackedIntegerMatrix(ReadOnlySpan<sbyte> source, int rows, int depth, int rowStride, int depthStride, int zeroPoint)
    {
        Rows = rows;
        PaddedDepth = (depth + Lanes - 1) / Lanes * Lanes;
        PaddedRows = (rows + RowBlock - 1) / RowBlock * RowBlock;
        _elements = new short[(long)PaddedRows * PaddedDepth];
        for (int row = 0; row < rows; row++)
        {
            for (int k = 0; k < depth; k++)
            {
                _elements[((long)row * PaddedDepth) + k] = (short)(source[(row * rowStride) + (k * depthStride)] - zeroPoint);
            }
        }
    }

    /// <summary>Packs int16 rows that follow one another; sums are exact while 32 bits hold them.</summary>
    public PackedIntegerMatrix(ReadOnlySpan<short> source, int rows, int depth)
    {
        Rows = rows;
        PaddedDepth = (depth + Lanes - 1) / Lanes * Lanes;
        PaddedRows = (rows + RowBlock - 1) / RowBlock * RowBlock;
        _elements = new short[(long)PaddedRows * PaddedDepth];
        for (int row = 0; row < rows; row++)
        {
            source.Slice(row * depth, depth).CopyTo(_elements.AsSpan(row * PaddedDepth));
        }
    }

    /// <summary>Number of sums.</summary>
    public int Rows { get; }

    /// <summary>Extent of the vector that <see cref="Multiply"/> takes; elements behind the depth must be 0.</summary>
    public int PaddedDepth { get; }

    /// <summary>Extent of the sums that <see cref="Multiply"/> writes.</summary>
    public int PaddedRows { get; }

    /// <summary>sums[row] = Σ matrix[row, k] · x[k], exact modulo 2^32.</summary>
    public void Multiply(ReadOnlySpan<short> x, Span<int> sums)
    {
        if (x.Length < PaddedDepth || sums.Length < PaddedRows)
        {
            throw new ArgumentException("too few elements");
        }

        ref short matrix = ref MemoryMarshal.GetArrayDataReference(_elements);
        ref short vector = ref MemoryMarshal.GetReference(x);
        nuint depth = (nuint)PaddedDepth;
        for (int row = 0; row < PaddedRows; row += RowBlock)
        {
            Vector256<int> a = default, b = default, c = default, d = default;
            nuint at = (nuint)row * depth;
            for (nuint k = 0; k < depth; k += Lanes)
            {
                var v = Vector256.LoadUnsafe(ref vector, k);
                a = Accumulate(a, Vector256.LoadUnsafe(ref matrix, at + k), v);
                b = Accumulate(b, Vector256.LoadUnsafe(ref matrix, at + depth + k), v);
                c = Accumulate(c, Vector256.LoadUnsafe(ref matrix, at + (2 * depth) + k), v);
                d = Accumulate(d, Vector256.LoadUnsafe(ref matrix, at + (3 * depth) + k), v);
            }

            SumLanes(a, b, c, d).CopyTo(sums[row..]);
        }
    }

    /// <summary>destination[i] = source[i] − zeroPoint.</summary>
    public static void Widen(ReadOnlySpan<sbyte> source, int zeroPoint, Span<short> destination)
    {
        int i = 0;
        var offset = Vector256.Create((short)zeroPoint);
        for (; i + 32 <= source.Length; i += 32)
        {
            var bytes = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(source), (nuint)i);
            (Vector256<short> lower, Vector256<short> upper) = Vector256.Widen(bytes);
            (lower - offset).CopyTo(destination[i..]);
            (upper - offset).CopyTo(destination[(i + 16)..]);
        }

        for (; i < source.Length; i++)
        {
            destination[i] = (short)(source[i] - zeroPoint);
        }
    }

    private static Vector128<int> SumLanes(Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d)
    {
        if (Avx2.IsSupported)
        {
            Vector256<int> halves = Avx2.HorizontalAdd(Avx2.HorizontalAdd(a, b), Avx2.HorizontalAdd(c, d));
            return halves.GetLower() + halves.GetUpper();
        }

        return Vector128.Create(Vector256.Sum(a), Vector256.Sum(b), Vector256.Sum(c), Vector256.Sum(d));
    }

    private static Vector256<int> Accumulate(Vector256<int> sum, Vector256<short> a, Vector256<short> b)
    {
        if (Avx2.IsSupported)
        {
            return sum + Avx2.MultiplyAddAdjacent(a, b);
        }

        (Vector256<int> lowerA, Vector256<int> upperA) = Vector256.Widen(a);
        (Vector256<int> lowerB, Vector256<int> upperB) = Vector256.Widen(b);
        return sum + (lowerA * lowerB) + (upperA * upperB);
    }
}
