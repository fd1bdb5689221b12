using System.Collections.Immutable;
using EdgeAI.Compiler.Planning;
using EdgeAI.Reporting.Figures;

namespace EdgeAI.Reporting.Page;

/// <summary>What is taken of a buffer over a stretch of time.</summary>
/// <param name="From">Steps from the start of the run.</param>
/// <param name="To">Likewise.</param>
/// <param name="Low">Bytes from the buffer's start.</param>
/// <param name="High">Likewise.</param>
internal readonly record struct OutlineSlice(double From, double To, long Low, long High);

/// <summary>
/// The outlines of buffers over the steps of a graph. A node takes one unit of time. Nodes that run row by row share theirs among their calls; where
/// these are many, some are drawn as one, with all that any of them takes.
/// </summary>
internal sealed class BufferOutlines
{
    private const int MostColumns = 120;

    private readonly ArenaUse _use;
    private readonly double[] _starts;

    /// <summary>Lays the moments of a run out over its steps.</summary>
    public BufferOutlines(BuildFigures figures)
    {
        _use = figures.Use;
        _starts = new double[_use.Count + 1];
        for (int moment = 0; moment < _use.Count;)
        {
            int step = _use.NodeAt(moment);
            PlannedStream? stream = figures.Plan.Streams.FirstOrDefault(stream => stream.Contains(step));
            int end = moment + 1;
            while (stream is not null && end < _use.Count && stream.Contains(_use.NodeAt(end)))
            {
                end++;
            }

            double start = stream?.FirstStep ?? step;
            double width = stream is null ? 1 : stream.LastStep - stream.FirstStep + 1;
            for (int i = moment; i < end; i++)
            {
                _starts[i] = start + (width * (i - moment) / (end - moment));
                _starts[i + 1] = start + width;
            }

            moment = end;
        }
    }

    /// <summary>Where a moment's middle lies, in steps.</summary>
    public double MiddleOf(int moment) => (_starts[moment] + _starts[moment + 1]) / 2;

    /// <summary>The outline of a buffer, in order of time; one slice where the same bytes are taken all the time.</summary>
    public ImmutableArray<OutlineSlice> Of(PlannedBuffer buffer)
    {
        var slices = ImmutableArray.CreateBuilder<OutlineSlice>();
        if (_use.MomentsOf(buffer) is not var (first, last))
        {
            return [];
        }

        double finest = Math.Max(1.0 / MostColumns, (_starts[last + 1] - _starts[first]) / MostColumns / 2);
        for (int moment = first; moment <= last; moment++)
        {
            TakenBytes taken = _use.Of(buffer, moment);
            if (taken.Bytes <= 0)
            {
                continue;
            }

            var slice = new OutlineSlice(_starts[moment], _starts[moment + 1], taken.Low, taken.High);
            if (slices.Count > 0 && slices[^1] is var before && before.To == slice.From
                && ((before.Low == slice.Low && before.High == slice.High) || before.To - before.From < finest))
            {
                slices[^1] = new(before.From, slice.To, Math.Min(before.Low, slice.Low), Math.Max(before.High, slice.High));
            }
            else
            {
                slices.Add(slice);
            }
        }

        return slices.ToImmutable();
    }
}
