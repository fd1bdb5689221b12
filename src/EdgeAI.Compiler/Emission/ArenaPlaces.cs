using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Regions;

namespace EdgeAI.Compiler.Emission;

/// <summary>
/// How C reaches an offset of a plan: through the arena's own bytes, or, where the arena lies in several memories, through a pointer to the part
/// that holds the offset. These pointers stand in the first part, where <c>NAME_place</c> writes them.
/// </summary>
internal sealed class ArenaPlaces
{
    private readonly string _model;
    private readonly ImmutableArray<PlannedRegion> _regions;
    private readonly long _table;

    public ArenaPlaces(string model, MemoryPlan plan)
    {
        _model = model;
        _regions = plan.Regions;
        _table = IsSpread ? plan.Buffers.First(buffer => buffer.Name == PlannedRegion.TableName).Offset : 0;
        MainBytes = IsSpread ? _regions[0].Bytes : plan.ArenaBytes;
        Alignment = _regions.IsEmpty ? MemoryPlanner.ArenaAlignment : _regions[0].Alignment;
    }

    /// <summary>Whether the arena has more parts than its first.</summary>
    public bool IsSpread => _regions.Length > 1;

    /// <summary>Bytes of the arena's struct.</summary>
    public long MainBytes { get; }

    /// <summary>Alignment of the arena's struct.</summary>
    public int Alignment { get; }

    /// <summary>The parts behind the first.</summary>
    public IEnumerable<PlannedRegion> Further => _regions.Skip(1);

    /// <summary>The name of a part's struct.</summary>
    public string TypeOf(PlannedRegion region) => $"{_model}_arena_{region.Memory}";

    /// <summary>The macro with a part's size.</summary>
    public string SizeOf(PlannedRegion region) => $"{_model}_ARENA_{region.Memory}_SIZE".ToUpperInvariant();

    /// <summary>The parameters of <c>NAME_place</c>.</summary>
    public string Parameters =>
        string.Concat(Further.Select(region => $", {TypeOf(region)} *{Parameter(region)}"));

    /// <summary>A parenthesized C expression of type <c>uint8_t *</c>.</summary>
    public string At(long offset)
    {
        (string pointer, long start) = PartOf(offset);
        return string.Create(CultureInfo.InvariantCulture, $"({pointer} + {offset - start}u)");
    }

    /// <summary>The C expression of the first byte of the part that holds an offset, and the plan's offset of that byte.</summary>
    public (string Pointer, long Start) PartOf(long offset) =>
        Further.LastOrDefault(region => region.Start <= offset) is { } part ? (Parameter(part), part.Start) : ("arena->bytes", 0);

    /// <summary>Declarations at the head of a function that uses <see cref="At"/>; empty with one part.</summary>
    public string Locals() => string.Concat(Further.Select((region, index) => string.Create(
        CultureInfo.InvariantCulture, $"    uint8_t *const {Parameter(region)} = {_model}_part(arena, {index}u);\n    (void){Parameter(region)};\n")));

    /// <summary>Writes the functions that keep and find the parts; nothing with one part.</summary>
    public void WriteFunctions(StringBuilder text)
    {
        if (!IsSpread)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $$"""
            static uint8_t *{{_model}}_part(const {{_model}}_arena *arena, unsigned index)
            {
                uint8_t *part;
                memcpy(&part, arena->bytes + {{_table}}u + {{PlannedRegion.PlaceBytes}}u * index, sizeof part);
                return part;
            }

            void {{_model}}_place({{_model}}_arena *arena{{Parameters}})
            {
                uint8_t *part;

            """);
        int at = 0;
        foreach (PlannedRegion region in Further)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"    part = {Parameter(region)}->bytes;\n    memcpy(arena->bytes + {_table + (PlannedRegion.PlaceBytes * at++)}u, &part, sizeof part);\n");
        }

        text.Append("}\n\n");
    }

    private static string Parameter(PlannedRegion region) => $"in_{region.Memory}";
}
