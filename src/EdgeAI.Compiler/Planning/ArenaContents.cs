using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Planning;

/// <summary>Bytes of a value as it was made, which may be bytes of several tensors: views, slices and concatenations make none of their own.</summary>
/// <param name="Maker">The tensor whose node, or the caller, made them.</param>
/// <param name="From">Where they begin in it.</param>
/// <param name="Size">How many.</param>
internal readonly record struct MadeBytes(Tensor Maker, long From, long Size)
{
    /// <summary>Those from <paramref name="offset"/> on, of what several pieces make together.</summary>
    public static IEnumerable<MadeBytes> Range(IEnumerable<MadeBytes> pieces, long offset, long size)
    {
        foreach (MadeBytes piece in pieces)
        {
            long first = Math.Max(0, offset);
            long end = Math.Min(piece.Size, offset + size);
            if (first < end)
            {
                yield return new(piece.Maker, piece.From + first, end - first);
            }

            offset -= piece.Size;
        }
    }
}

/// <summary>What stands where in an arena, byte by byte, as names instead of numbers.</summary>
internal sealed class ArenaContents
{
    private readonly List<Stretch> _stretches = [];

    /// <summary>Whether anything known stands in [start, start + size).</summary>
    public bool Touches(long start, long size) => _stretches.Exists(held => held.Start < start + size && start < held.End);

    /// <summary>Makes what stands in [start, start + size) unknown; what it cuts stays on both sides.</summary>
    public void Clear(long start, long size)
    {
        long end = start + size;
        for (int i = _stretches.Count - 1; i >= 0 && size > 0; i--)
        {
            Stretch held = _stretches[i];
            if (held.Start >= end || start >= held.End)
            {
                continue;
            }

            _stretches.RemoveAt(i);
            if (held.Start < start)
            {
                _stretches.Add(held with { End = start });
            }

            if (held.End > end)
            {
                _stretches.Add(new(end, held.End, held.Maker, held.From + end - held.Start));
            }
        }
    }

    /// <summary>Puts bytes behind each other.</summary>
    public void Write(long start, IEnumerable<MadeBytes> pieces)
    {
        foreach (MadeBytes piece in pieces)
        {
            Clear(start, piece.Size);
            Add(new(start, start + piece.Size, piece.Maker, piece.From));
            start += piece.Size;
        }
    }

    /// <summary>Whether these bytes stand there.</summary>
    public bool Holds(long start, IEnumerable<MadeBytes> pieces)
    {
        foreach (MadeBytes piece in pieces)
        {
            for (long at = start; at < start + piece.Size;)
            {
                int index = _stretches.FindIndex(held => held.Start <= at && at < held.End
                    && held.Maker == piece.Maker && held.From - held.Start == piece.From - start);
                if (index < 0)
                {
                    return false;
                }

                at = _stretches[index].End;
            }

            start += piece.Size;
        }

        return true;
    }

    /// <summary>Moves what stands in the source; source and destination may overlap.</summary>
    public void Carry(ArenaMove move)
    {
        long end = move.From + move.Size;
        Stretch[] carried =
        [
            .. _stretches.Where(held => held.Start < end && move.From < held.End).Select(held =>
            {
                long start = Math.Max(held.Start, move.From);
                return new Stretch(start, Math.Min(held.End, end), held.Maker, held.From + start - held.Start);
            }),
        ];
        Clear(move.From, move.Size);
        Clear(move.To, move.Size);
        foreach (Stretch held in carried)
        {
            Add(held with { Start = held.Start - move.From + move.To, End = held.End - move.From + move.To });
        }
    }

    /// <summary>Neighbours that continue each other become one.</summary>
    private void Add(Stretch added)
    {
        for (int i = _stretches.Count - 1; i >= 0; i--)
        {
            Stretch held = _stretches[i];
            if (held.Maker == added.Maker && held.From - held.Start == added.From - added.Start && (held.End == added.Start || held.Start == added.End))
            {
                added = held.End == added.Start ? held with { End = added.End } : added with { End = held.End };
                _stretches.RemoveAt(i);
            }
        }

        if (added.Start < added.End)
        {
            _stretches.Add(added);
        }
    }

    private readonly record struct Stretch(long Start, long End, Tensor Maker, long From);
}
