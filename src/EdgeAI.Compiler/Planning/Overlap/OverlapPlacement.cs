using EdgeAI.Compiler.Planning.Offsets;

namespace EdgeAI.Compiler.Planning.Overlap;

/// <summary>
/// Places buffers of which some results may overlap an operand by a distance.
/// <list type="bullet">
/// <item>One after another in some order, each at the lowest offset that its neighbours in time allow. A neighbour forbids an open
/// interval of offsets: apart where neither may overlap the other, and less for a result and its operand.</item>
/// <item>Orders by size, time, area and load, both ways of time; then changed at random, one buffer to another place, and kept while the arena
/// does not grow.</item>
/// <item>Done when the arena meets the bound: the largest over all steps of the bytes alive less what the step's result can share with its operand.</item>
/// </list>
/// Deterministic: the generator's seed is fixed, limits count work. Limit: a heuristic; optimal only where the bound is met.
/// </summary>
internal sealed class OverlapPlacement
{
    private readonly BufferLifetime[] _buffers;
    private readonly long[] _sizes;
    private readonly Neighbour[][] _neighbours;
    private readonly List<(long Start, long End)> _forbidden = [];
    private ulong _random = 0x9E3779B97F4A7C15;
    private long _work;

    public OverlapPlacement(IReadOnlyList<BufferLifetime> buffers, IReadOnlyList<OverlapPair> pairs) : this(buffers)
    {
        _neighbours = FindNeighbours(pairs);
        BoundBytes = FindBound(pairs);
    }

    /// <summary>For buffers of which it is known how near each comes to every other, and what no placement is below.</summary>
    public OverlapPlacement(IReadOnlyList<BufferLifetime> buffers, Neighbour[][] neighbours, long boundBytes) : this(buffers)
    {
        _neighbours = neighbours;
        BoundBytes = boundBytes;
    }

    private OverlapPlacement(IReadOnlyList<BufferLifetime> buffers)
    {
        _buffers = [.. buffers];
        int granularity = _buffers.Select(buffer => buffer.Alignment).DefaultIfEmpty(1).Min();
        _sizes = [.. _buffers.Select(buffer => PlacementProblem.RoundUp(buffer.SizeBytes, granularity))];
        _neighbours = [];
        Offsets = new long[_buffers.Length];
        ArenaBytes = long.MaxValue;
    }

    /// <summary>No placement is smaller, even where buffers move between steps.</summary>
    public long BoundBytes { get; }

    /// <summary>The best offsets found.</summary>
    public long[] Offsets { get; private set; }

    /// <summary>The highest end of a buffer at these.</summary>
    public long ArenaBytes { get; private set; }

    /// <summary>Searches until the bound is met or the work is done; a neighbour looked at is a unit of work.</summary>
    public void Search(long workLimit, CancellationToken cancellation)
    {
        int[][] orders = [.. Orders()];
        long[] found = [.. orders.Select(Try)];
        foreach (int index in Enumerable.Range(0, orders.Length).OrderBy(i => found[i]))
        {
            cancellation.ThrowIfCancellationRequested();
            Improve(orders[index], found[index], _work + (workLimit / orders.Length), cancellation);
        }
    }

    private void Improve(int[] order, long arenaBytes, long workEnd, CancellationToken cancellation)
    {
        while (_work < workEnd && ArenaBytes > BoundBytes && order.Length > 1)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] changed = [.. order];
            int from = Next(order.Length);
            int to = Next(order.Length);
            int moved = changed[from];
            Array.Copy(changed, from + 1, changed, from, changed.Length - from - 1);
            Array.Copy(changed, to, changed, to + 1, changed.Length - to - 1);
            changed[to] = moved;
            long next = Try(changed);
            if (next <= arenaBytes)
            {
                (order, arenaBytes) = (changed, next);
            }
        }
    }

    private long Try(int[] order)
    {
        long[] offsets = new long[order.Length];
        bool[] placed = new bool[order.Length];
        long arenaBytes = 0;
        foreach (int buffer in order)
        {
            _forbidden.Clear();
            foreach (Neighbour neighbour in _neighbours[buffer])
            {
                if (placed[neighbour.Buffer])
                {
                    _forbidden.Add((offsets[neighbour.Buffer] - neighbour.Below, offsets[neighbour.Buffer] + neighbour.Above));
                }
            }

            _work += _neighbours[buffer].Length + 1;
            _forbidden.Sort();
            long offset = 0;
            foreach ((long start, long end) in _forbidden)
            {
                if (offset > start && offset < end)
                {
                    offset = PlacementProblem.RoundUp(end, _buffers[buffer].Alignment);
                }
            }

            offsets[buffer] = offset;
            placed[buffer] = true;
            arenaBytes = Math.Max(arenaBytes, offset + _sizes[buffer]);
        }

        if (arenaBytes < ArenaBytes)
        {
            (Offsets, ArenaBytes) = (offsets, arenaBytes);
        }

        return arenaBytes;
    }

    private IEnumerable<int[]> Orders()
    {
        int count = _buffers.Length;
        long Width(int i) => (long)_buffers[i].Upper - _buffers[i].Lower;
        int[] Sorted(params Func<int, long>[] keys)
        {
            IOrderedEnumerable<int> order = Enumerable.Range(0, count).OrderByDescending(keys[0]);
            return [.. keys.Skip(1).Aggregate(order, (sorted, key) => sorted.ThenByDescending(key))];
        }

        long[] loads = [.. Enumerable.Range(0, count).Select(i => _sizes[i] + _neighbours[i].Sum(neighbour => _sizes[neighbour.Buffer]))];
        yield return Sorted(i => _sizes[i], Width);
        yield return Sorted(i => _buffers[i].Lower, i => _sizes[i]);
        yield return Sorted(i => -_buffers[i].Lower, i => _sizes[i]);
        yield return Sorted(Width, i => _sizes[i]);
        yield return Sorted(i => loads[i], i => _sizes[i]);
        yield return Sorted(i => _sizes[i], i => _buffers[i].Lower);
    }

    private Neighbour[][] FindNeighbours(IReadOnlyList<OverlapPair> pairs)
    {
        var distances = pairs.ToDictionary(pair => (pair.Operand, pair.Result), pair => pair.Distance);
        var neighbours = new List<Neighbour>[_buffers.Length];
        int[] byStart = [.. Enumerable.Range(0, _buffers.Length).OrderBy(i => _buffers[i].Lower)];
        var alive = new List<int>();
        for (int i = 0; i < neighbours.Length; i++)
        {
            neighbours[i] = [];
        }

        foreach (int buffer in byStart)
        {
            alive.RemoveAll(other => _buffers[other].Upper <= _buffers[buffer].Lower);
            foreach (int other in alive.Where(other => _sizes[other] > 0 && _sizes[buffer] > 0))
            {
                neighbours[buffer].Add(Between(buffer, other));
                neighbours[other].Add(Between(other, buffer));
            }

            alive.Add(buffer);
        }

        return [.. neighbours.Select(list => list.ToArray())];

        Neighbour Between(int buffer, int other)
        {
            // A result is kept from (operand − distance, operand's end), an operand from (result − own size, result + distance).
            if (distances.TryGetValue((other, buffer), out long distance))
            {
                return new(other, Math.Min(distance, _sizes[buffer]), _sizes[other]);
            }

            return distances.TryGetValue((buffer, other), out distance)
                ? new(other, _sizes[buffer], Math.Min(distance, _sizes[other]))
                : new(other, _sizes[buffer], _sizes[other]);
        }
    }

    private long FindBound(IReadOnlyList<OverlapPair> pairs)
    {
        var shared = pairs.ToLookup(pair => pair.Step, SharedBytes);
        long bound = 0;
        long load = 0;
        var starts = _buffers.Select((buffer, i) => (buffer, i)).ToLookup(item => item.buffer.Lower, item => _sizes[item.i]);
        var ends = _buffers.Select((buffer, i) => (buffer, i)).ToLookup(item => item.buffer.Upper, item => _sizes[item.i]);
        for (int step = 0; step < _buffers.Select(buffer => buffer.Upper).DefaultIfEmpty(0).Max(); step++)
        {
            load += starts[step].Sum() - ends[step].Sum();
            bound = Math.Max(bound, load - shared[step].DefaultIfEmpty(0).Max());
        }

        return bound;
    }

    private long SharedBytes(OverlapPair pair)
    {
        int alignment = Math.Min(_buffers[pair.Operand].Alignment, _buffers[pair.Result].Alignment);
        return (pair with { Distance = PlacementProblem.RoundUp(Math.Max(0, pair.Distance), alignment) }).SharedBytes(_sizes[pair.Operand], _sizes[pair.Result]);
    }

    private int Next(int count)
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return (int)(_random % (ulong)count);
    }

    /// <summary>Offsets in (its offset − Below, its offset + Above) are forbidden.</summary>
    internal readonly record struct Neighbour(int Buffer, long Below, long Above);
}
