namespace EdgeAI.Compiler.Operators;

/// <summary>An int8 matrix [rows, depth] with zero points of 0, for exact sums of products with int16 vectors in 64 bits.</summary>
internal sealed class WideIntegerMatrix
{
    /// <summary>So many products fit 32 bits: 256 · 2^15 · 2^7 = 2^30.</summary>
    public const int PartDepth = 256;

    private readonly PackedIntegerMatrix[] _parts;
    private readonly int[] _sums;

    /// <summary>Packs rows of elements that lie <paramref name="rowStride"/> elements apart, their own elements side by side.</summary>
    public WideIntegerMatrix(ReadOnlySpan<sbyte> source, int rows, int depth, int rowStride)
    {
        Rows = rows;
        _parts = new PackedIntegerMatrix[Math.Max(1, (depth + PartDepth - 1) / PartDepth)];
        for (int part = 0; part < _parts.Length; part++)
        {
            int start = part * PartDepth;
            _parts[part] = new(source[Math.Min(start, source.Length)..], rows, Math.Min(PartDepth, depth - start), rowStride, 1, 0);
        }

        PaddedDepth = ((_parts.Length - 1) * PartDepth) + _parts[^1].PaddedDepth;
        _sums = new int[_parts[0].PaddedRows];
    }

    /// <summary>Number of sums.</summary>
    public int Rows { get; }

    /// <summary>Extent of the vector that <see cref="Multiply"/> takes; elements behind the depth must be 0.</summary>
    public int PaddedDepth { get; }

    /// <summary>sums[row] = Σ matrix[row, k] · x[k].</summary>
    public void Multiply(ReadOnlySpan<short> x, Span<long> sums)
    {
        sums[..Rows].Clear();
        for (int part = 0; part < _parts.Length; part++)
        {
            _parts[part].Multiply(x[(part * PartDepth)..], _sums);
            for (int row = 0; row < Rows; row++)
            {
                sums[row] += _sums[row];
            }
        }
    }
}
