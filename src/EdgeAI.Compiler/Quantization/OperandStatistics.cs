using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Quantization;

/// <summary>Means and covariances of the elements of a layer's vectors, in integer steps. Sums are exact, so that their order does not matter.</summary>
internal sealed class OperandStatistics
{
    private readonly short[] _columns;
    private readonly int _rows;
    private readonly double _keep;

    /// <summary>
    /// From vectors [depth, rows] with the zero point taken off; covariances of different elements are multiplied by 1 − <paramref name="shrink"/>.
    /// </summary>
    public OperandStatistics(short[] columns, int depth, double shrink)
    {
        _columns = columns;
        _rows = columns.Length / depth;
        _keep = 1 - shrink;
        Means = new double[depth];
        Covariance = new double[depth * depth];
        int largest = 0;
        for (int i = 0; i < depth; i++)
        {
            long sum = 0;
            foreach (short value in columns.AsSpan(i * _rows, _rows))
            {
                sum += value;
                largest = Math.Max(largest, Math.Abs((int)value));
            }

            Means[i] = (double)sum / _rows;
        }

        var products = new ExactProducts(columns, depth, _rows, largest);
        for (int i = 0; i < depth; i++)
        {
            ReadOnlySpan<double> sums = products.With(i);
            for (int j = 0; j < depth; j++)
            {
                double covariance = (sums[j] / _rows) - (Means[i] * Means[j]);
                Covariance[(i * depth) + j] = i == j ? covariance : covariance * _keep;
            }
        }
    }

    /// <summary>Means of the elements.</summary>
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
            ReadOnlySpan<short> column = _columns.AsSpan(i * _rows, _rows);
            double sum = 0;
            for (int row = 0; row < _rows; row++)
            {
                sum += column[row] * (values[row] - mean);
            }

            result[i] = sum / _rows * factor * _keep;
        }

        return result;
    }
}
