using System.Numerics;

namespace EdgeAI.Compiler.Planning.Offsets;

/// <summary>
/// Buffers with time cut into sections: the maximal sets of buffers that are taken together. Two buffers overlap in time
/// exactly when they share a section. Buffers of size 0 are left out. Sizes are rounded up to the granularity, the largest
/// power of two that divides every alignment, or every size, so that all offsets and ends are multiples of it.
/// </summary>
internal sealed class PlacementProblem
{
    private const int MostGranularity = 1 << 20;

    public PlacementProblem(IReadOnlyList<BufferLifetime> buffers)
    {
        foreach (BufferLifetime buffer in buffers)
        {
            if (buffer.Upper <= buffer.Lower || buffer.SizeBytes < 0 || !BitOperations.IsPow2(buffer.Alignment))
            {
                throw new ArgumentException($"{buffer} is no buffer", nameof(buffers));
            }
        }

        Indexes = [.. Enumerable.Range(0, buffers.Count).Where(index => buffers[index].SizeBytes > 0)];
        Buffers = [.. Indexes.Select(index => buffers[index])];
        Granularity = Buffers.Length == 0 ? 1 : Buffers.Min(buffer => buffer.Alignment);
        Sizes = [.. Buffers.Select(buffer => RoundUp(buffer.SizeBytes, Granularity))];

        // Every buffer lies on the floor or on others, so that a power of two that divides all sizes divides all offsets too.
        int common = (int)Math.Min(MostGranularity, 1L << BitOperations.TrailingZeroCount(Sizes.Aggregate(0L, (bits, size) => bits | size)));
        if (Buffers.Length > 0 && common > Granularity)
        {
            Granularity = common;
            Buffers = [.. Buffers.Select(buffer => buffer with { Alignment = Math.Max(buffer.Alignment, common) })];
        }

        (FirstSection, EndSection, SectionCount) = FindSections();
        Neighbours = FindNeighbours();

        Loads = new long[SectionCount];
        for (int i = 0; i < Buffers.Length; i++)
        {
            for (int section = FirstSection[i]; section < EndSection[i]; section++)
            {
                Loads[section] += Sizes[i];
            }
        }
    }

    /// <summary>The buffers that have bytes.</summary>
    public BufferLifetime[] Buffers { get; }

    /// <summary>Their places in the list given.</summary>
    public int[] Indexes { get; }

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

    /// <summary>The buffers that share a section with each.</summary>
    public int[][] Neighbours { get; }

    /// <summary>The largest load of a section.</summary>
    public long LowerBoundBytes => Loads.Length == 0 ? 0 : Loads.Max();

    /// <summary>The smallest multiple of a power of two that is not below the value.</summary>
    public static long RoundUp(long value, int alignment) => (value + alignment - 1) & ~(alignment - 1L);

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

    private int[][] FindNeighbours()
    {
        int[][] neighbours = new int[Buffers.Length][];
        for (int i = 0; i < neighbours.Length; i++)
        {
            neighbours[i] = [.. Enumerable.Range(0, Buffers.Length).Where(j => j != i && Buffers[i].Overlaps(Buffers[j]))];
        }

        return neighbours;
    }
}
