namespace EdgeAI.Compiler.Planning.Offsets;

/// <summary>What a search for a capacity found out.</summary>
internal enum SearchVerdict
{
    /// <summary>A placement; it is in <see cref="PlacementSearch.Offsets"/>.</summary>
    Placed,
    /// <summary>There is none.</summary>
    Impossible,
    /// <summary>The steps ran out.</summary>
    Unknown,
}

/// <summary>
/// Exact branch and bound for one capacity, after Moffitt, "MiniMalloc: A Lightweight Memory Allocator for Hardware-Accelerated
/// Machine Learning" (ASPLOS 2023):
/// <list type="bullet">
/// <item>Canonical solutions: every buffer lies on the arena's floor or on one it overlaps in time. Buffers are placed in order of
/// offset, equal offsets in order of rank; a buffer whose lowest offset the order has passed waits until a later one lifts it.</item>
/// <item>Section bound: in every section, for every offset h, the buffers that cannot start below h fit between h and the capacity.</item>
/// <item>Dominance: nothing is placed at an offset under which another buffer fits as a whole at its lowest offset; a waiting buffer has a
/// neighbour that can start below its lowest end.</item>
/// <item>Decomposition: where no unplaced buffer crosses from one section to the next, both sides are searched on their own, ranked anew if the
/// rule says so, and the failure of one is the failure of both.</item>
/// </list>
/// Limit: exponential; ends after a number of steps that depends on the problem alone.
/// </summary>
internal sealed class PlacementSearch
{
    private const long IsPlacement = -1;
    private const int SectionsPerStep = 16;
    private const int PlacementsBetweenChecks = 4096;
    private readonly PlacementProblem _problem;
    private readonly long _highestEnd;
    private readonly long[] _highest;
    private readonly RankRule _rule;
    private readonly Ranking _ranking;
    private readonly int[] _rank;
    private readonly long[] _lowest;
    private readonly long[] _effective;
    private readonly long[] _load;
    private readonly bool[] _placed;
    private readonly long[] _deadEnds;
    private readonly CancellationToken _cancellation;
    private readonly Stack<(int Buffer, long Lowest)> _trail = new();
    private readonly Stack<(int Start, int Count)> _parts = new();
    private int[] _items = new int[1024];
    private long[] _keys = new long[1024];
    private int _itemsTop;
    private long _stepsLeft;
    private int _placements;

    /// <param name="problem">What to place.</param>
    /// <param name="capacity">The arena's size that must not be passed.</param>
    /// <param name="rule">Among buffers of one lowest offset, the one it ranks first is tried first.</param>
    /// <param name="deadEnds">Counts, for each buffer, the dead ends that were about it.</param>
    /// <param name="cancellation">Ends the search.</param>
    public PlacementSearch(PlacementProblem problem, long capacity, RankRule rule, long[] deadEnds, CancellationToken cancellation)
    {
        int count = problem.Sizes.Length;
        _problem = problem;
        _highest = [.. problem.Buffers.Select(buffer => problem.RoundDown(capacity - buffer.SizeBytes))];
        _highestEnd = _highest.Zip(problem.Sizes, (offset, size) => offset + size).Max();
        _rule = rule;
        _ranking = new(problem);
        _rank = new int[count];
        _deadEnds = deadEnds;
        _cancellation = cancellation;
        _lowest = new long[count];
        _effective = new long[count];
        _placed = new bool[count];
        _load = new long[problem.SectionCount];
        Offsets = new long[count];
        int[] order = _ranking.Order(rule.Keys, rule.DeadEndsFirst ? deadEnds : null);
        for (int i = 0; i < count; i++)
        {
            _rank[order[i]] = i;
        }
    }

    /// <summary>The offsets found.</summary>
    public long[] Offsets { get; }

    /// <summary>The steps of the last run.</summary>
    public long StepsTaken { get; private set; }

    /// <summary>Searches for at most the given number of steps: a buffer looked at while one is placed is a step, and so are 16 sections.</summary>
    public SearchVerdict Run(long stepLimit)
    {
        int count = _problem.Sizes.Length;
        _stepsLeft = stepLimit;
        Reserve(count);
        foreach (int buffer in Enumerable.Range(0, count).OrderBy(i => _problem.FirstSection[i]))
        {
            _items[_itemsTop++] = buffer;
        }

        bool placed = SearchParts(0, count, 0, -1);
        StepsTaken = stepLimit - Math.Max(0, _stepsLeft);
        return placed ? SearchVerdict.Placed
            : _stepsLeft < 0 ? SearchVerdict.Unknown
            : SearchVerdict.Impossible;
    }

    /// <summary>Searches the independent parts of some unplaced buffers, which stand in order of first section; small parts first.</summary>
    private bool SearchParts(int start, int count, long floor, int floorRank)
    {
        int firstPart = _parts.Count;
        int partStart = start;
        int partEnd = 0;
        int end = start + count;
        for (int i = start; i < end; i++)
        {
            int buffer = _items[i];
            if (i > partStart && _problem.FirstSection[buffer] >= partEnd)
            {
                _parts.Push((partStart, i - partStart));
                partStart = i;
            }

            partEnd = Math.Max(partEnd, _problem.EndSection[buffer]);
        }

        if (_parts.Count == firstPart)
        {
            return count == 0 || SearchPart(start, count, floor, floorRank);
        }

        var parts = new (int Start, int Count)[_parts.Count - firstPart + 1];
        parts[0] = (partStart, end - partStart);
        for (int i = 1; i < parts.Length; i++)
        {
            parts[i] = _parts.Pop();
        }

        Array.Sort(parts, static (a, b) => a.Count != b.Count ? a.Count.CompareTo(b.Count) : a.Start.CompareTo(b.Start));
        foreach ((int from, int partCount) in parts)
        {
            if (!(_rule.Renewed ? SearchRenewed(from, partCount, floor) : SearchPart(from, partCount, floor, floorRank)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Searches a part under ranks of its own; among buffers at the floor all may be next.</summary>
    private bool SearchRenewed(int start, int count, long floor)
    {
        int order = _itemsTop;
        Reserve(2 * count);
        _itemsTop += 2 * count;
        for (int i = 0; i < count; i++)
        {
            _items[order + i] = _items[start + i];
            _items[order + count + i] = _rank[_items[start + i]];
        }

        _ranking.OrderAlone(_items.AsSpan(order, count), _rule.Keys, _rule.DeadEndsFirst ? _deadEnds : null);
        for (int i = 0; i < count; i++)
        {
            _rank[_items[order + i]] = i;
        }

        bool placed = SearchPart(start, count, floor, -1);
        for (int i = 0; i < count; i++)
        {
            _rank[_items[start + i]] = _items[order + count + i];
        }

        _itemsTop = order;
        return placed;
    }

    private void Reserve(int count)
    {
        if (_itemsTop + count > _items.Length)
        {
            int length = Math.Max(_items.Length * 2, _itemsTop + count);
            Array.Resize(ref _items, length);
            Array.Resize(ref _keys, length);
        }
    }

    /// <summary>Places the buffers of one connected part, none below the floor, or leaves everything as it was.</summary>
    private bool SearchPart(int start, int count, long floor, int floorRank)
    {
        int ordered = _itemsTop;
        Reserve(2 * count);
        _itemsTop += 2 * count;
        bool placed = Bound(start, count, ordered, floor, floorRank) && Branch(start, count, ordered, floor, floorRank);
        _itemsTop = ordered;
        return placed;
    }

    private bool Branch(int start, int count, int ordered, long floor, int floorRank)
    {
        long ceiling = long.MaxValue;
        for (int i = ordered; i < ordered + count; i++)
        {
            ceiling = Math.Min(ceiling, _lowest[_items[i]] + _problem.Sizes[_items[i]]);
        }

        int rest = ordered + count;
        for (int i = ordered; i < ordered + count; i++)
        {
            int buffer = _items[i];
            long offset = _lowest[buffer];
            if (!IsPlaceable(buffer, floor, floorRank) || offset >= ceiling)
            {
                continue;
            }

            _stepsLeft -= count;
            if (_stepsLeft < 0)
            {
                return false;
            }

            if (++_placements % PlacementsBetweenChecks == 0)
            {
                _cancellation.ThrowIfCancellationRequested();
            }

            int restCount = 0;
            for (int j = start; j < start + count; j++)
            {
                if (_items[j] != buffer)
                {
                    _items[rest + restCount++] = _items[j];
                }
            }

            int mark = _trail.Count;
            Place(buffer, offset);
            if (SearchParts(rest, restCount, offset, _rank[buffer]))
            {
                return true;
            }

            Undo(mark);
            if (_stepsLeft < 0)
            {
                return false;
            }
        }

        return false;
    }

    private bool IsPlaceable(int buffer, long floor, int floorRank) =>
        _lowest[buffer] > floor || (_lowest[buffer] == floor && _rank[buffer] > floorRank);

    private void Place(int buffer, long offset)
    {
        long top = offset + _problem.Sizes[buffer];
        Offsets[buffer] = offset;
        _placed[buffer] = true;
        _trail.Push((buffer, IsPlacement));
        foreach (int neighbour in _problem.Neighbours[buffer])
        {
            if (!_placed[neighbour] && _lowest[neighbour] < top)
            {
                _trail.Push((neighbour, _lowest[neighbour]));
                _lowest[neighbour] = _problem.Align(neighbour, top);
            }
        }
    }

    private void Undo(int mark)
    {
        while (_trail.Count > mark)
        {
            (int buffer, long lowest) = _trail.Pop();
            if (lowest == IsPlacement)
            {
                _placed[buffer] = false;
            }
            else
            {
                _lowest[buffer] = lowest;
            }
        }
    }

    /// <summary>Puts the part's buffers in order of the lowest offset each can still get, and checks the section bound.</summary>
    private bool Bound(int start, int count, int ordered, long floor, int floorRank)
    {
        int ranks = _rank.Length;
        long sections = 0;
        for (int i = 0; i < count; i++)
        {
            int buffer = _items[start + i];
            long effective = Math.Max(_lowest[buffer], floor);
            if (!IsPlaceable(buffer, floor, floorRank))
            {
                effective = LiftedOffset(buffer, floor);
            }

            if (effective > _highest[buffer])
            {
                _deadEnds[buffer]++;
                return false;
            }

            _effective[buffer] = effective;
            _items[ordered + i] = buffer;
            _keys[ordered + i] = (effective / _problem.Granularity * ranks) + _rank[buffer];
            _load.AsSpan(_problem.FirstSection[buffer].._problem.EndSection[buffer]).Clear();
        }

        _keys.AsSpan(ordered, count).Sort(_items.AsSpan(ordered, count));
        for (int i = ordered + count - 1; i >= ordered; i--)
        {
            int buffer = _items[i];
            long size = _problem.Sizes[buffer];
            long room = _highestEnd - _effective[buffer] - size;
            sections += _problem.EndSection[buffer] - _problem.FirstSection[buffer];
            foreach (ref long load in _load.AsSpan(_problem.FirstSection[buffer].._problem.EndSection[buffer]))
            {
                if (load > room)
                {
                    _deadEnds[buffer]++;
                    return false;
                }

                load += size;
            }
        }

        _stepsLeft -= sections / SectionsPerStep;
        return true;
    }

    /// <summary>
    /// The lowest offset of a buffer that the order has passed: it comes to lie on a neighbour that is yet to be placed and that keeps it from its
    /// lowest offset. The largest number where there is none.
    /// </summary>
    private long LiftedOffset(int buffer, long floor)
    {
        long end = _lowest[buffer] + _problem.Sizes[buffer];
        long lifted = long.MaxValue;
        foreach (int neighbour in _problem.Neighbours[buffer])
        {
            if (!_placed[neighbour] && Math.Max(_lowest[neighbour], floor) is var start && start < end)
            {
                lifted = Math.Min(lifted, start + _problem.Sizes[neighbour]);
            }
        }

        return lifted;
    }
}
