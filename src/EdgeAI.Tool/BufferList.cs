using System.Globalization;
using System.Numerics;
using System.Text;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Planning.Offsets;

namespace EdgeAI.Tool;

/// <summary>
/// A csv file of buffers: the columns id, lower, upper, size and, if wanted, alignment, in any order. Steps may be any 64-bit integers;
/// where they leave 31 bits, only their order counts. A buffer whose lower is its upper is never taken.
/// </summary>
internal sealed class BufferList
{
    private const long MostBytes = 1L << 61;
    private readonly string _path;
    private long _totalBytes;
    private readonly List<string> _ids = [];
    private readonly List<(long Lower, long Upper)> _steps = [];
    private readonly List<(long Size, int Alignment)> _sizes = [];

    private BufferList(string path)
    {
        _path = path;
    }

    /// <summary>The buffers to place, in the file's order.</summary>
    public IReadOnlyList<BufferLifetime> Buffers { get; private set; } = [];

    /// <summary>Reads a file; throws <see cref="DiagnosticException"/> with the line at fault.</summary>
    public static BufferList Read(string path)
    {
        var list = new BufferList(path);
        byte[] bytes = TextFile.Read(path, DiagnosticCatalog.BufferListNotReadable);
        list.Parse(Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF').Split('\n'));
        return list;
    }

    /// <summary>The same buffers with a column of offsets.</summary>
    public string WithOffsets(IReadOnlyList<long> offsets)
    {
        var text = new StringBuilder("id,lower,upper,size,offset\n");
        for (int i = 0; i < _ids.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{_ids[i]},{_steps[i].Lower},{_steps[i].Upper},{_sizes[i].Size},{offsets[i]}\n");
        }

        return text.ToString();
    }

    private void Parse(string[] lines)
    {
        string[] columns = [.. lines[0].Split(',').Select(name => name.Trim())];
        int Column(string name) => Array.IndexOf(columns, name);
        int id = Required("id");
        int lower = Required("lower");
        int upper = Required("upper");
        int size = Required("size");
        int alignment = Column("alignment");
        int Required(string name) => Column(name) is >= 0 and var at ? at : throw Fault(1, $"there is no column '{name}'");

        var known = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 1; i < lines.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i]))
            {
                continue;
            }

            string[] cells = [.. lines[i].Split(',').Select(cell => cell.Trim())];
            if (cells.Length != columns.Length)
            {
                throw Fault(i + 1, $"there are {cells.Length} values for {columns.Length} columns");
            }

            if (!known.Add(cells[id]))
            {
                throw Fault(i + 1, $"the id '{cells[id]}' stands twice");
            }

            Add(i + 1, cells[id], Number(lower), Number(upper), Number(size), alignment < 0 ? 1 : Number(alignment));
            long Number(int column) => long.TryParse(cells[column], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
                ? value
                : throw Fault(i + 1, $"{columns[column]} is '{cells[column]}', which is no whole number");
        }

        // The search prefers long-lived buffers, so that durations are kept where they fit.
        long[] moments = [.. _steps.SelectMany(step => new[] { step.Lower, step.Upper }).Distinct().Order()];
        bool fits = moments.Length == 0 || (moments[0] >= int.MinValue / 2 && moments[^1] <= int.MaxValue / 2);
        int Moment(long step) => fits ? (int)step : Array.BinarySearch(moments, step);
        Buffers =
        [
            .. _steps.Select((step, i) => new BufferLifetime(Moment(step.Lower), Moment(step.Upper), _sizes[i].Size, _sizes[i].Alignment)),
        ];
    }

    private void Add(int line, string id, long lower, long upper, long size, long alignment)
    {
        if (upper < lower)
        {
            throw Fault(line, $"buffer '{id}' is taken from {lower} to {upper}, and upper must not be below lower");
        }

        if (alignment is < 1 or > 1 << 20 || !BitOperations.IsPow2(alignment))
        {
            throw Fault(line, $"buffer '{id}' has the alignment {alignment}, which is no power of two up to {1 << 20}");
        }

        if (size < 0 || size > MostBytes - alignment || _totalBytes > MostBytes - size - alignment)
        {
            throw Fault(line, $"buffer '{id}' has {size} bytes; sizes are 0 or more, and {MostBytes} is the most for all with their alignment");
        }

        _totalBytes += size + alignment;
        _ids.Add(id);
        _steps.Add((lower, upper));
        _sizes.Add((size, (int)alignment));
    }

    private DiagnosticException Fault(int line, FormattableString what) =>
        new(DiagnosticCatalog.BufferListNotValid.With(_path, FormattableString.Invariant(what)) with { Line = line });
}
