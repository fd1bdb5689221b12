using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Quantization;

/// <summary>Means and covariances of the elements of a layer's vectors, in integer steps. Sums are exact, so that their order does not matter.</summary>
internal sealed class OperandStatistics
{
    private readonly sbyte[] _columns;
    private readonly int _zeroPoint;
    private readonly int _rows;
    private readonly double _keep;

    /// <summary>From vectors [depth, rows]; covariances of different elements are multiplied by 1 − <paramref name="shrink"/>.</summary>
    public OperandStatistics(sbyte[] columns, int depth, int zeroPoint, double shrink)
    {
        _columns = columns;
        _zeroPoint = zeroPoint;
        _rows = columns.Length / depth;
        _keep = 1 - shrink;
        Means = new double[depth];
        Covariance = new double[depth * depth];
        var matrix = new PackedIntegerMatrix(columns, depth, _rows, _rows, 1, zeroPoint);
        short[] row = new short[matrix.PaddedDepth];
        int[] sums = new int[matrix.PaddedRows];
        for (int i = 0; i < depth; i++)
        {
            long sum = 0;
            foreach (sbyte value in columns.AsSpan(i * _rows, _rows))
            {
                sum += value - zeroPoint;
            }

            Means[i] = (double)sum / _rows;
        }

        for (int i = 0; i < depth; i++)
        {
            PackedIntegerMatrix.Widen(columns.AsSpan(i * _rows, _rows), zeroPoint, row);
            matrix.Multiply(row, sums);
            for (int j = 0; j < depth; j++)
            {
                double covariance = ((double)sums[j] / _rows) - (Means[i] * Means[j]);
                Covariance[(i * depth) + j] = i == j ? covariance : covariance * _keep;
            }
        }
    }

    /// <summary>Means of the elements, the zero point taken off.</summary>
    public double[] Means { get; }

    /// <summary>Row-major, symmetric.</summary>
    public double[] Covariance { get; }

    /// <summary>The covariance of each element with a value by row, times a factor.</summary>
    public double[] CovarianceWith(ReadOnlySpan<float> values, double factor)
    {
        double[] result = new double[Means.Length];
        double mean = 0;
        foreach (float value in values)
        {
            mean += value;
        }

        mean /= _rows;
        for (int i = 0; i < result.Length; i++)
        {
            ReadOnlySpan<sbyte> column = _columns.AsSpan(i * _rows, _rows);
            double sum = 0;
            for (int row = 0; row < _rows; row++)
            {
                sum += (column[row] - _zeroPoint) * (values[row] - mean);
            }

            result[i] = sum / _rows * factor * _keep;
        }

        return result;
    }
}
