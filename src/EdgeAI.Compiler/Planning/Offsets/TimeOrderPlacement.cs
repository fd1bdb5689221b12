namespace EdgeAI.Compiler.Planning.Offsets;

/// <summary>
/// Places buffers in order of time as an allocator at run time would: each in the smallest gap that holds it, or on top; what ends leaves a gap.
/// Both ways of time are tried. Its work grows with the buffers, not with the pairs that overlap. Limit: gaps that alignment makes too small are
/// passed over up to a number of times only.
/// </summary>
internal sealed class TimeOrderPlacement
{
    private const int MostGapsTried = 16;
    private readonly PlacementProblem _problem;
    private readonly SortedSet<(long Size, long Start)> _gaps = [];
    private readonly Dictionary<long, long> _gapEnds = [];
    private readonly Dictionary<long, long> _gapStarts = [];
    private readonly long[] _offsets;
    private long _top;

    private TimeOrderPlacement(PlacementProblem problem)
    {
        _problem = problem;
        _offsets = new long[problem.Sizes.Length];
    }

    /// <summary>The offsets by the better way of time.</summary>
    public static long[] Best(PlacementProblem problem)
    {
        long[] forward = new TimeOrderPlacement(problem).Place(problem.FirstSection, problem.EndSection);
        int[] reversedStarts = [.. problem.EndSection.Select(section => problem.SectionCount - section)];
        int[] reversedEnds = [.. problem.FirstSection.Select(section => problem.SectionCount - section)];
        long[] backward = new TimeOrderPlacement(problem).Place(reversedStarts, reversedEnds);
        return problem.HighestEnd(backward) < problem.HighestEnd(forward) ? backward : forward;
    }

    private long[] Place(int[] starts, int[] ends)
    {
        int[] byStart = [.. Enumerable.Range(0, starts.Length).OrderBy(i => starts[i]).ThenBy(i => -ends[i]).ThenByDescending(i => _problem.Sizes[i])];
        int[] byEnd = [.. Enumerable.Range(0, starts.Length).OrderBy(i => ends[i])];
        int ended = 0;
        foreach (int buffer in byStart)
        {
            for (; ended < byEnd.Length && ends[byEnd[ended]] <= starts[buffer]; ended++)
            {
                Free(_offsets[byEnd[ended]], _offsets[byEnd[ended]] + _problem.Sizes[byEnd[ended]]);
            }

            _offsets[buffer] = Take(buffer);
        }

        return _offsets;
    }

    private long Take(int buffer)
    {
        long size = _problem.Sizes[buffer];
        int tried = 0;
        foreach ((long gapSize, long start) in _gaps.GetViewBetween((size, 0), (long.MaxValue, long.MaxValue)))
        {
            long offset = _problem.Align(buffer, start);
            if (offset + size <= start + gapSize)
            {
                RemoveGap(start, start + gapSize);
                AddGap(start, offset);
                AddGap(offset + size, start + gapSize);
                return offset;
            }

            if (++tried == MostGapsTried)
            {
                break;
            }
        }

        long top = _problem.Align(buffer, _top);
        AddGap(_top, top);
        _top = top + size;
        return top;
    }

    private void Free(long start, long end)
    {
        if (_gapStarts.TryGetValue(start, out long below))
        {
            RemoveGap(below, start);
            start = below;
        }

        if (_gapEnds.TryGetValue(end, out long above))
        {
            RemoveGap(end, above);
            end = above;
        }

        if (end == _top)
        {
            _top = start;
        }
        else
        {
            AddGap(start, end);
        }
    }

    private void AddGap(long start, long end)
    {
        if (start < end)
        {
            _gaps.Add((end - start, start));
            _gapEnds.Add(start, end);
            _gapStarts.Add(end, start);
        }
    }

    private void RemoveGap(long start, long end)
    {
        _gaps.Remove((end - start, start));
        _gapEnds.Remove(start);
        _gapStarts.Remove(end);
    }
}
