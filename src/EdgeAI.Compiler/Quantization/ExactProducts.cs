using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Sums of products of the columns of an int16 matrix with one another: in 32 bits where the values are so small that these hold every sum, else in 64.
/// Exact in both.
/// </summary>
internal sealed class ExactProducts
{
    private readonly short[] _columns;
    private readonly int _rows;
    private readonly PackedIntegerMatrix? _narrow;
    private readonly short[] _padded;
    private readonly int[] _narrowSums;
    private readonly double[] _sums;

    /// <summary>Of columns [count, rows] whose values are at most <paramref name="largest"/> in magnitude.</summary>
    public ExactProducts(short[] columns, int count, int rows, int largest)
    {
        (_columns, _rows, _sums) = (columns, rows, new double[count]);
        _narrow = (long)largest * largest * rows <= int.MaxValue ? new PackedIntegerMatrix(columns, count, rows) : null;
        _padded = new short[_narrow?.PaddedDepth ?? 0];
        _narrowSums = new int[_narrow?.PaddedRows ?? 0];
    }

    /// <summary>The sums of one column with every other; valid until the next call.</summary>
    public ReadOnlySpan<double> With(int column)
    {
        ReadOnlySpan<short> values = _columns.AsSpan(column * _rows, _rows);
        if (_narrow is not null)
        {
            values.CopyTo(_padded);
            _narrow.Multiply(_padded, _narrowSums);
        }

        for (int i = 0; i < _sums.Length; i++)
        {
            _sums[i] = _narrow is not null ? _narrowSums[i] : Sum(values, _columns.AsSpan(i * _rows, _rows));
        }

        return _sums;
    }

    private static long Sum(ReadOnlySpan<short> a, ReadOnlySpan<short> b)
    {
        ref short first = ref MemoryMarshal.GetReference(a);
        ref short second = ref MemoryMarshal.GetReference(b);
        Vector256<long> sums = default;
        int i = 0;
        for (; i + Vector128<short>.Count <= a.Length; i += Vector128<short>.Count)
        {
            (Vector128<int> lowA, Vector128<int> highA) = Vector128.Widen(Vector128.LoadUnsafe(ref first, (nuint)i));
            (Vector128<int> lowB, Vector128<int> highB) = Vector128.Widen(Vector128.LoadUnsafe(ref second, (nuint)i));
            (Vector128<long> one, Vector128<long> two) = Vector128.Widen(lowA * lowB);
            (Vector128<long> three, Vector128<long> four) = Vector128.Widen(highA * highB);
            sums += Vector256.Create(one + three, two + four);
        }

        long sum = Vector256.Sum(sums);
        for (; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
