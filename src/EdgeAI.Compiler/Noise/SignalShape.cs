using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Noise;

/// <summary>
/// How the elements of an input follow one another in time: the time axis is its longest (the first of equals), every place on the other axes is a
/// channel. A sound is one channel, three axes of acceleration over 100 samples are three; of an image the rows follow one another.
/// </summary>
internal readonly struct SignalShape
{
    private readonly int _inner;

    /// <summary>Of an input.</summary>
    public SignalShape(Shape shape)
    {
        int axis = 0;
        for (int i = 1; i < shape.Rank; i++)
        {
            axis = shape[i] > shape[axis] ? i : axis;
        }

        _inner = 1;
        for (int i = axis + 1; i < shape.Rank; i++)
        {
            _inner *= shape[i];
        }

        Length = shape.Rank == 0 ? 1 : shape[axis];
        Channels = Length == 0 ? 0 : (int)(shape.ElementCount / Length);
    }

    /// <summary>Samples of a channel.</summary>
    public int Length { get; }

    /// <summary>Channels.</summary>
    public int Channels { get; }

    /// <summary>Where a channel's sample stands in row-major order.</summary>
    public int IndexOf(int channel, int time) => (((channel / _inner * Length) + time) * _inner) + (channel % _inner);
}
