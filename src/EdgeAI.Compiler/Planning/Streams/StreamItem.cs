using EdgeAI.Compiler.Planning.Offsets;

namespace EdgeAI.Compiler.Planning.Streams;

/// <summary>
/// A buffer while a plan with streams is made. Time counts nodes outside streams and calls inside. At each moment it takes an interval of bytes,
/// counted from its own start: all of it, or the rows that are held.
/// </summary>
internal sealed class StreamItem(string name, long sizeBytes, int alignment)
{
    private (long Low, long High)[]? _taken;

    public string Name { get; } = name;

    public long SizeBytes { get; } = sizeBytes;

    public int Alignment { get; set; } = alignment;

    public List<string> Tensors { get; } = [];

    /// <summary>The first moment, and the last, inclusive.</summary>
    public int First { get; private set; } = int.MaxValue;

    public int Last { get; private set; } = -1;

    /// <summary>The first node, and the last, of those that use it; all of a stream's where one of the stream's does.</summary>
    public int FirstStep { get; private set; } = int.MaxValue;

    public int LastStep { get; private set; } = -1;

    /// <summary>Whether rows stand at the buffer's end.</summary>
    public bool HeldAtEnd
    {
        get;
        set => (field, _taken) = (value, null);
    }

    /// <summary>What streams hold of it, the moment of their first call, and the bytes of a row.</summary>
    public List<(RowsHeld Rows, int Start, long RowBytes)> Held { get; } = [];

    /// <summary>For scratch memory of a stream's node: the moments at which it is taken.</summary>
    public HashSet<int>? Moments { get; set; }

    /// <summary>Whether no row of it is ever dropped: the caller reads it, or a node reads all of it at once.</summary>
    public bool IsKept { get; set; }

    public bool IsWindow => Held.Count > 0 && Held[0].Rows.IsWindow;

    public void Use(int first, int last, int firstStep, int lastStep)
    {
        (First, Last) = (Math.Min(First, first), Math.Max(Last, last));
        (FirstStep, LastStep) = (Math.Min(FirstStep, firstStep), Math.Max(LastStep, lastStep));
    }

    public BufferLifetime Lifetime => new(First, Last + 1, SizeBytes, Alignment);

    /// <summary>The bytes taken at a moment, [Low, High); nothing where Low is not below High.</summary>
    public (long Low, long High) Taken(int moment)
    {
        if (moment < First || moment > Last || (Moments is not null && !Moments.Contains(moment)))
        {
            return (0, 0);
        }

        if (Held.Count == 0)
        {
            return (0, SizeBytes);
        }

        _taken ??= [.. Enumerable.Range(First, Last - First + 1).Select(TakenByRows)];
        return _taken[moment - First];
    }

    private (long Low, long High) TakenByRows(int moment)
    {
        if (Find(moment) is not { } held)
        {
            return (0, SizeBytes);
        }

        int call = moment - held.Start;
        int origin = held.Rows.Origin(call, HeldAtEnd);
        return (IsKeptAt(moment) ? 0 : (held.Rows.First[call] - origin) * held.RowBytes, (held.Rows.End[call] - origin) * held.RowBytes);
    }

    /// <summary>Where a row stands at a moment, in bytes from the buffer's start.</summary>
    public long PlaceOf(int row, int moment) =>
        Find(moment) is { } held ? (row - held.Rows.Origin(moment - held.Start, HeldAtEnd)) * held.RowBytes : 0;

    /// <summary>The rows held at a moment inside a stream.</summary>
    public (int First, int End) RowsAt(int moment) =>
        Find(moment) is { } held ? (held.Rows.First[moment - held.Start], held.Rows.End[moment - held.Start]) : (0, 0);

    /// <summary>Whether the rows that a stream reads at a moment matter afterwards.</summary>
    public bool IsKeptAt(int moment) => IsKept || (Find(moment) is { } held && Last >= held.Start + held.Rows.First.Count);

    private (RowsHeld Rows, int Start, long RowBytes)? Find(int moment)
    {
        foreach ((RowsHeld Rows, int Start, long RowBytes) held in Held)
        {
            if (moment >= held.Start && moment - held.Start < held.Rows.First.Count)
            {
                return held;
            }
        }

        return null;
    }
}
