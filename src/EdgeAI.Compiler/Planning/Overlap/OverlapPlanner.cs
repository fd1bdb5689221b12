using EdgeAI.Compiler.Planning.Offsets;

namespace EdgeAI.Compiler.Planning.Overlap;

/// <summary>One stretch of a buffer's life at one offset.</summary>
/// <param name="Buffer">Index of the buffer.</param>
/// <param name="FirstStep">The first step there.</param>
/// <param name="LastStep">The last, inclusive.</param>
/// <param name="Offset">Bytes from the arena's start.</param>
internal readonly record struct PlacedStretch(int Buffer, int FirstStep, int LastStep, long Offset);

/// <summary>
/// Places buffers with overlaps of results and operands, and moves where those save memory.
/// <list type="bullet">
/// <item>First without moves (<see cref="OverlapPlacement"/>).</item>
/// <item>Where that misses the bound, operands may move right before the step that overlaps them: each becomes two buffers, whose offsets are free of
/// each other. First all of them, then each is put back, the largest first, if the arena does not grow by it.</item>
/// <item>While more bytes move than the given limit, the operand that costs the least memory is put back too.</item>
/// </list>
/// Limit: operands move once at most, and long-lived buffers that bridge a step stay where they are.
/// </summary>
internal sealed class OverlapPlanner
{
    private const long FirstWork = 4_000_000;
    private const long LaterWork = 400_000;
    private const int MostMoves = 64;
    private readonly BufferLifetime[] _buffers;
    private readonly OverlapPair[] _pairs;
    private readonly CancellationToken _cancellation;

    private OverlapPlanner(IReadOnlyList<BufferLifetime> buffers, IReadOnlyList<OverlapPair> pairs, CancellationToken cancellation)
    {
        _buffers = [.. buffers];
        _pairs = [.. pairs];
        _cancellation = cancellation;
    }

    /// <summary>The best placement, its arena, and the bound no placement is below. The same input gives the same result.</summary>
    public static (IReadOnlyList<PlacedStretch> Stretches, long ArenaBytes, long BoundBytes) Plan(
        IReadOnlyList<BufferLifetime> buffers, IReadOnlyList<OverlapPair> pairs, long mostMovedBytes, CancellationToken cancellation)
    {
        var planner = new OverlapPlanner(buffers, pairs, cancellation);
        (OverlapPlacement best, OverlapPair[] moved) = (planner.Place([], FirstWork), []);
        if (best.ArenaBytes > best.BoundBytes && mostMovedBytes > 0)
        {
            OverlapPair[] all =
            [
                .. pairs.Where(pair => buffers[pair.Operand].Lower < pair.Step).OrderByDescending(pair => buffers[pair.Operand].SizeBytes).Take(MostMoves),
            ];
            OverlapPlacement placed = planner.Place(all, FirstWork);
            if (placed.ArenaBytes < best.ArenaBytes)
            {
                (placed, OverlapPair[] kept) = planner.PutBack(placed, all, mostMovedBytes);
                if (placed.ArenaBytes < best.ArenaBytes)
                {
                    (best, moved) = (placed, kept);
                }
            }
        }

        return (planner.Stretches(best, moved).List, best.ArenaBytes, best.BoundBytes);
    }

    private (OverlapPlacement Placed, OverlapPair[] Moved) PutBack(
        OverlapPlacement placed, OverlapPair[] moved, long mostMovedBytes)
    {
        foreach (OverlapPair pair in moved.OrderByDescending(pair => _buffers[pair.Operand].SizeBytes).ThenByDescending(pair => pair.Step).ToArray())
        {
            OverlapPair[] fewer = [.. moved.Where(other => other != pair)];
            OverlapPlacement tried = Place(fewer, LaterWork);
            if (tried.ArenaBytes <= placed.ArenaBytes)
            {
                (placed, moved) = (tried, fewer);
            }
        }

        while (Stretches(placed, moved).MovedBytes > mostMovedBytes)
        {
            (placed, moved) = moved
                .Select(pair => moved.Where(other => other != pair).ToArray())
                .Select(fewer => (Place(fewer, LaterWork / moved.Length), fewer))
                .MinBy(tried => tried.Item1.ArenaBytes);
        }

        return (placed, moved);
    }

    /// <summary>Buffers in their order, then the second parts of those that move, in the order of the moves.</summary>
    private OverlapPlacement Place(OverlapPair[] moved, long work)
    {
        BufferLifetime[] parts = [.. _buffers, .. moved.Select(pair => _buffers[pair.Operand] with { Lower = pair.Step })];
        OverlapPair[] pairs = [.. _pairs];
        for (int i = 0; i < moved.Length; i++)
        {
            parts[moved[i].Operand] = parts[moved[i].Operand] with { Upper = moved[i].Step };
            pairs[Array.IndexOf(_pairs, moved[i])] = moved[i] with { Operand = _buffers.Length + i };
        }

        var placement = new OverlapPlacement(parts, pairs);
        placement.Search(work, _cancellation);
        return placement;
    }

    private (List<PlacedStretch> List, long MovedBytes) Stretches(OverlapPlacement placed, OverlapPair[] moved)
    {
        var list = new List<PlacedStretch>();
        long movedBytes = 0;
        for (int i = 0; i < _buffers.Length; i++)
        {
            int move = Array.FindIndex(moved, pair => pair.Operand == i);
            long offset = placed.Offsets[i];
            if (move < 0 || placed.Offsets[_buffers.Length + move] == offset)
            {
                list.Add(new(i, _buffers[i].Lower, _buffers[i].Upper - 1, offset));
                continue;
            }

            movedBytes += _buffers[i].SizeBytes;
            list.Add(new(i, _buffers[i].Lower, moved[move].Step - 1, offset));
            list.Add(new(i, moved[move].Step, _buffers[i].Upper - 1, placed.Offsets[_buffers.Length + move]));
        }

        return (list, movedBytes);
    }
}
