namespace EdgeAI.Compiler.Planning.Offsets;

/// <summary>Orders buffers by keys.</summary>
internal sealed class Ranking
{
    private readonly PlacementProblem _problem;
    private readonly long[] _loads;
    private readonly long[] _sectionLoads;

    public Ranking(PlacementProblem problem)
    {
        _problem = problem;
        _sectionLoads = new long[problem.SectionCount];
        _loads = LargestLoads(problem);
    }

    /// <summary>All buffers by descending keys, then by place in the list.</summary>
    public int[] Order(RankKey[] keys, long[]? first = null)
    {
        int[] order = [.. Enumerable.Range(0, _problem.Sizes.Length)];
        Sort(order, keys, first);
        return order;
    }

    /// <summary>Orders some buffers by descending keys, then by place in the list; loads are those of these buffers alone.</summary>
    public void OrderAlone(Span<int> buffers, RankKey[] keys, long[]? first)
    {
        foreach (int buffer in buffers)
        {
            SectionsOf(buffer).Clear();
        }

        foreach (int buffer in buffers)
        {
            foreach (ref long load in SectionsOf(buffer))
            {
                load += _problem.Sizes[buffer];
            }
        }

        foreach (int buffer in buffers)
        {
            long largest = 0;
            foreach (long load in SectionsOf(buffer))
            {
                largest = Math.Max(largest, load);
            }

            _loads[buffer] = largest;
        }

        Sort(buffers, keys, first);
    }

    private Span<long> SectionsOf(int buffer) =>
        _sectionLoads.AsSpan(_problem.FirstSection[buffer].._problem.EndSection[buffer]);

    private void Sort(Span<int> buffers, RankKey[] keys, long[]? first) => buffers.Sort((a, b) =>
    {
        if (first is not null && first[a] != first[b])
        {
            return first[b].CompareTo(first[a]);
        }

        foreach (RankKey key in keys)
        {
            int order = ValueOf(b, key).CompareTo(ValueOf(a, key));
            if (order != 0)
            {
                return order;
            }
        }

        return a.CompareTo(b);
    });

    private long ValueOf(int buffer, RankKey key) => key switch
    {
        RankKey.Load => _loads[buffer],
        RankKey.Steps => StepsOf(buffer),
        RankKey.Sections => _problem.EndSection[buffer] - _problem.FirstSection[buffer],
        RankKey.StepArea => _problem.Area(buffer, StepsOf(buffer)),
        RankKey.SectionArea => _problem.Area(buffer, _problem.EndSection[buffer] - _problem.FirstSection[buffer]),
        _ => _problem.Sizes[buffer],
    };

    private long StepsOf(int buffer) => (long)_problem.Buffers[buffer].Upper - _problem.Buffers[buffer].Lower;

    /// <summary>The largest load of a section that each buffer is in, by maxima over ranges of 1, 2, 4, … sections.</summary>
    private static long[] LargestLoads(PlacementProblem problem)
    {
        var maxima = new List<long[]> { problem.Loads };
        for (int length = 2; length <= problem.SectionCount; length *= 2)
        {
            long[] half = maxima[^1];
            long[] whole = new long[problem.SectionCount - length + 1];
            for (int i = 0; i < whole.Length; i++)
            {
                whole[i] = Math.Max(half[i], half[i + (length / 2)]);
            }

            maxima.Add(whole);
        }

        long[] largest = new long[problem.Sizes.Length];
        for (int i = 0; i < largest.Length; i++)
        {
            int level = int.Log2(problem.EndSection[i] - problem.FirstSection[i]);
            largest[i] = Math.Max(maxima[level][problem.FirstSection[i]], maxima[level][problem.EndSection[i] - (1 << level)]);
        }

        return largest;
    }
}
