using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.FullyConnected;

/// <summary>The int16 form of <see cref="FullyConnected"/>, prepared once a node.</summary>
internal sealed class WideVectors
{
    private readonly WideIntegerMatrix _matrix;
    private readonly WideChannelResult _result;
    private readonly int _depth;
    private readonly short[] _row;
    private readonly long[] _sums;

    /// <summary>Packs the weights [outputs, depth] of a node.</summary>
    public WideVectors(Node node, Requantization factors, Clamp clamp)
    {
        Shape shape = node.Input(1).Shape;
        _depth = shape[1];
        _matrix = new(node.Input(1).Values<sbyte>(), shape[0], shape[1], shape[1]);
        _result = new(node, shape[0], factors, clamp);
        _row = new short[_matrix.PaddedDepth];
        _sums = new long[shape[0]];
    }

    /// <summary>Computes all rows.</summary>
    public void Run(ReadOnlySpan<short> x, Span<short> result)
    {
        for (int row = 0; row < result.Length / _matrix.Rows; row++)
        {
            x.Slice(row * _depth, _depth).CopyTo(_row);
            _matrix.Multiply(_row, _sums);
            _result.Store(_sums, 0, result.Slice(row * _matrix.Rows, _matrix.Rows));
        }
    }
}
