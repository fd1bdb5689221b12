using EdgeAI.Compiler.Planning.Offsets;
using EdgeAI.Compiler.Planning.Overlap;

namespace EdgeAI.Compiler.Planning.Regions;

/// <summary>
/// One memory while buffers are given to it: each takes the lowest offset that is free during its life, a result over its operand where that
/// is allowed, and is refused when it would end past the capacity.
/// </summary>
/// <param name="capacity">Bytes there are.</param>
/// <param name="pairs">Results that may lie over operands, by indexes of the items.</param>
internal sealed class RegionShelf(long capacity, IReadOnlyList<OverlapPair> pairs)
{
    private readonly List<(int Item, RegionItem Buffer, long Offset)> _placed = [];

    /// <summary>The items taken, with their offsets in this memory.</summary>
    public IReadOnlyList<(int Item, RegionItem Buffer, long Offset)> Placed => _placed;

    /// <summary>The end of the highest.</summary>
    public long Bytes => _placed.Select(placed => placed.Offset + placed.Buffer.Buffer.Size).DefaultIfEmpty(0).Max();

    /// <summary>Takes an item unless there is no room.</summary>
    public bool TryAdd(int item, RegionItem buffer)
    {
        long size = buffer.Buffer.Size;
        var forbidden = new List<(long From, long To)>();
        foreach ((int other, RegionItem held, long offset) in _placed)
        {
            if (held.Buffer.Size > 0 && held.Lifetime.Overlaps(buffer.Lifetime))
            {
                forbidden.Add(Forbidden(item, size, other, held.Buffer.Size, offset));
            }
        }

        forbidden.Sort();
        long place = 0;
        foreach ((long from, long to) in forbidden)
        {
            if (place > from && place < to)
            {
                place = PlacementProblem.RoundUp(to, buffer.Buffer.Alignment);
            }
        }

        if (size > 0 && place + size > capacity)
        {
            return false;
        }

        _placed.Add((item, buffer, size > 0 ? place : 0));
        return true;
    }

    /// <summary>Places what it holds anew by the exact planners, where that needs less.</summary>
    public void Compact(CancellationToken cancellation)
    {
        BufferLifetime[] lifetimes = [.. _placed.Select(placed => placed.Buffer.Lifetime)];
        var indexes = _placed.Select((placed, index) => (placed.Item, index)).ToDictionary(pair => pair.Item, pair => pair.index);
        OverlapPair[] inside =
        [
            .. pairs.Where(pair => indexes.ContainsKey(pair.Operand) && indexes.ContainsKey(pair.Result))
                .Select(pair => pair with { Operand = indexes[pair.Operand], Result = indexes[pair.Result] }),
        ];
        OffsetPlan apart = OffsetPlanner.Plan(lifetimes, StepLimit, cancellation);
        if (apart.ArenaBytes < Bytes)
        {
            Move(index => apart.Offsets[index]);
        }

        if (inside.Length > 0)
        {
            (IReadOnlyList<PlacedStretch> stretches, long bytes, _) = OverlapPlanner.Plan(lifetimes, inside, mostMovedBytes: 0, cancellation);
            if (bytes < Bytes)
            {
                Move(index => stretches.First(stretch => stretch.Buffer == index).Offset);
            }
        }
    }

    private const long StepLimit = 4_000_000;

    /// <summary>The open interval of offsets at which a new item would meet one that is placed.</summary>
    private (long From, long To) Forbidden(int item, long size, int other, long otherSize, long offset)
    {
        foreach (OverlapPair pair in pairs)
        {
            if (pair.Operand == other && pair.Result == item)
            {
                return (offset - Math.Min(pair.Distance, size), offset + otherSize);
            }

            if (pair.Operand == item && pair.Result == other)
            {
                return (offset - size, offset + Math.Min(pair.Distance, otherSize));
            }
        }

        return (offset - size, offset + otherSize);
    }

    private void Move(Func<int, long> offsetOf)
    {
        for (int i = 0; i < _placed.Count; i++)
        {
            _placed[i] = _placed[i] with { Offset = offsetOf(i) };
        }
    }
}
