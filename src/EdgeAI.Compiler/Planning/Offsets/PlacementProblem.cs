using System.Numerics;

namespace EdgeAI.Compiler.Planning.Offsets;

/// <summary>
/// Buffers with time cut into sections: the maximal sets of buffers that are taken together. Two buffers overlap in time
/// exactly when they share a section. Sizes are rounded up to the granularity, the largest power of two that divides every
/// alignment, or every size, so that all offsets are multiples of it. The buffer on top takes no more than its own bytes.
/// </summary>
internal sealed class PlacementProblem
{
    private const int MostGranularity = 1 << 20;
    private const long MostNeighbours = 16_000_000;
    private readonly int[] _alignments;
    private readonly long[] _residues;

    /// <param name="buffers">Buffers with bytes that are taken at some step.</param>
    public PlacementProblem(BufferLifetime[] buffers)
    {
        Buffers = buffers;
        Granularity = buffers.Length == 0 ? 1 : buffers.Min(buffer => buffer.Alignment);
        Sizes = [.. buffers.Select(buffer => RoundUp(buffer.SizeBytes, Granularity))];

        // Every buffer lies on the floor or on others, so that a power of two that divides all sizes divides all offsets too.
        int common = (int)Math.Min(MostGranularity, 1L << BitOperations.TrailingZeroCount(Sizes.Aggregate(0L, (bits, size) => bits | size)));
        Granularity = Math.Max(Granularity, Math.Max(1, common));
        _alignments = [.. buffers.Select(buffer => Math.Max(buffer.Alignment, Granularity))];

        _residues = [.. buffers.Select(buffer => buffer.SizeBytes & (Granularity - 1L)).Distinct().Order()];
        (FirstSection, EndSection, SectionCount) = FindSections();
        Loads = FindLoads();
        LowerBoundBytes = FindBound();
        HasNeighbours = CountNeighbours() <= MostNeighbours;
        Neighbours = HasNeighbours ? FindNeighbours() : [];
    }

    /// <summary>The buffers.</summary>
    public BufferLifetime[] Buffers { get; }

    /// <summary>Rounded sizes in bytes.</summary>
    public long[] Sizes { get; }

    /// <summary>The common divisor of all offsets and ends.</summary>
    public int Granularity { get; }

    /// <summary>The first section of each buffer.</summary>
    public int[] FirstSection { get; }

    /// <summary>The first section behind each buffer.</summary>
    public int[] EndSection { get; }

    /// <summary>How many sections there are.</summary>
    public int SectionCount { get; }

    /// <summary>Bytes taken in each section.</summary>
    public long[] Loads { get; }

    /// <summary>The buffers that share a section with each; empty where they are too many to be listed.</summary>
    public int[][] Neighbours { get; }

    /// <summary>Whether the neighbours are listed.</summary>
    public bool HasNeighbours { get; }

    /// <summary>The largest load of a section, less what rounding adds to the buffer on top.</summary>
    public long LowerBoundBytes { get; }

    /// <summary>Whether an offset in granules and a rank fit into one number.</summary>
    public bool FitsSearch => Sizes.Sum() / Granularity < long.MaxValue / 2 / Math.Max(1, Sizes.Length);

    /// <summary>The smallest multiple of a power of two that is not below the value.</summary>
    public static long RoundUp(long value, int alignment) => (value + alignment - 1) & ~(alignment - 1L);

    /// <summary>The largest multiple of the granularity that is not above the value.</summary>
    public long RoundDown(long value) => value & ~(Granularity - 1L);

    /// <summary>The lowest offset not below the value that a buffer may have.</summary>
    public long Align(int buffer, long value) => RoundUp(value, _alignments[buffer]);

    /// <summary>The highest end of a buffer.</summary>
    public long HighestEnd(long[] offsets)
    {
        long end = 0;
        for (int i = 0; i < offsets.Length; i++)
        {
            end = Math.Max(end, offsets[i] + Buffers[i].SizeBytes);
        }

        return end;
    }

    /// <summary>The smallest number above the value that can be the end of a buffer.</summary>
    public long NextEnd(long value)
    {
        long floor = RoundDown(value);
        long next = _residues.FirstOrDefault(residue => floor + residue > value, -1);
        return next >= 0 ? floor + next : floor + Granularity + _residues[0];
    }

    /// <summary>Size times extent, or the largest number where that is larger.</summary>
    public long Area(int buffer, long extent) => (long)Int128.Min(long.MaxValue, (Int128)Sizes[buffer] * extent);

    private long[] FindLoads()
    {
        long[] changes = new long[SectionCount + 1];
        for (int i = 0; i < Sizes.Length; i++)
        {
            changes[FirstSection[i]] += Sizes[i];
            changes[EndSection[i]] -= Sizes[i];
        }

        for (int section = 1; section < changes.Length; section++)
        {
            changes[section] += changes[section - 1];
        }

        return changes[..SectionCount];
    }

    private long FindBound()
    {
        long bound = 0;
        var roundings = new PriorityQueue<int, long>();
        int[] byStart = [.. Enumerable.Range(0, Sizes.Length).OrderBy(i => FirstSection[i])];
        int started = 0;
        for (int section = 0; section < SectionCount; section++)
        {
            for (; started < byStart.Length && FirstSection[byStart[started]] <= section; started++)
            {
                roundings.Enqueue(byStart[started], Buffers[byStart[started]].SizeBytes - Sizes[byStart[started]]);
            }

            while (EndSection[roundings.Peek()] <= section)
            {
                roundings.Dequeue();
            }

            int top = roundings.Peek();
            bound = Math.Max(bound, Loads[section] - Sizes[top] + Buffers[top].SizeBytes);
        }

        return bound;
    }

    private (int[] First, int[] End, int Count) FindSections()
    {
        // A maximal section ends where a buffer ends, if any buffer started since the section before it ended.
        int[] uppers = [.. Buffers.Select(buffer => buffer.Upper).Distinct().Order()];
        int[] lowers = [.. Buffers.Select(buffer => buffer.Lower).Distinct().Order()];
        var sectionEnds = new List<int>();
        int lower = 0;
        foreach (int upper in uppers)
        {
            bool started = false;
            while (lower < lowers.Length && lowers[lower] < upper)
            {
                started = true;
                lower++;
            }

            if (started)
            {
                sectionEnds.Add(upper);
            }
        }

        // The section that ends at e is the moment e − 1: buffer [l, u) is taken there when l < e <= u.
        int[] first = new int[Buffers.Length];
        int[] end = new int[Buffers.Length];
        for (int i = 0; i < Buffers.Length; i++)
        {
            first[i] = CountAtMost(sectionEnds, Buffers[i].Lower);
            end[i] = CountAtMost(sectionEnds, Buffers[i].Upper);
        }

        return (first, end, sectionEnds.Count);
    }

    private static int CountAtMost(List<int> sorted, int value)
    {
        int found = sorted.BinarySearch(value);
        return found < 0 ? ~found : found + 1;
    }

    /// <summary>Entries of all lists of neighbours: for each buffer, those that start before it ends and do not end before it starts.</summary>
    private long CountNeighbours()
    {
        int[] startedBefore = new int[SectionCount + 1];
        int[] endedBy = new int[SectionCount + 1];
        for (int i = 0; i < Sizes.Length; i++)
        {
            startedBefore[FirstSection[i] + 1]++;
            endedBy[EndSection[i]]++;
        }

        for (int section = 1; section <= SectionCount; section++)
        {
            startedBefore[section] += startedBefore[section - 1];
            endedBy[section] += endedBy[section - 1];
        }

        return Enumerable.Range(0, Sizes.Length).Sum(i => (long)startedBefore[EndSection[i]] - endedBy[FirstSection[i]] - 1);
    }

    private int[][] FindNeighbours()
    {
        var neighbours = new List<int>[Sizes.Length];
        var taken = new List<int>();
        foreach (int buffer in Enumerable.Range(0, Sizes.Length).OrderBy(i => FirstSection[i]))
        {
            taken.RemoveAll(other => EndSection[other] <= FirstSection[buffer]);
            neighbours[buffer] = [.. taken];
            foreach (int other in taken)
            {
                neighbours[other].Add(buffer);
            }

            taken.Add(buffer);
        }

        return [.. neighbours.Select(list => list.ToArray())];
    }
}
