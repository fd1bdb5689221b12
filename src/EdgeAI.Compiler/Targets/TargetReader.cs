using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Compiler.Targets;

/// <summary>Reads one *.target.json. Every member is checked, an unknown one is an error; comments and trailing commas are allowed.</summary>
internal sealed class TargetReader(string displayPath)
{
    private static readonly string[] TargetMembers = ["name", "core", "instructions", "clockMhz", "regions", "power"];
    private static readonly string[] RegionMembers = ["name", "origin", "sizeBytes", "waitStates", "bytesPerAccess", "alignment", "holds"];
    private static readonly string[] PowerMembers = ["activeMicroampsPerMhz", "sleepMicroamps", "volts"];
    private static readonly string[] Contents = ["code", "weights", "arena", "stack"];

    public TargetDescription Read(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                json, new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return ReadTarget(document.RootElement);
        }
        catch (JsonException error)
        {
            throw Fault(FormattableString.Invariant(
                $"it is not JSON, line {(error.LineNumber ?? 0) + 1}, byte {(error.BytePositionInLine ?? 0) + 1}"));
        }
    }

    private TargetDescription ReadTarget(JsonElement element)
    {
        ExpectMembers(element, "the description", TargetMembers);
        string name = Text(element, "name", "name");
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') || name.StartsWith('.') || name.EndsWith('.'))
        {
            throw Fault($"name '{name}' may hold letters, digits, '-', '_' and inner '.' only");
        }

        string core = Text(element, "core", "core");
        if (!TargetCatalog.Cores.Contains(core))
        {
            throw Fault($"core '{core}' is not known; the nearest is '{NearestName.Of(core, TargetCatalog.Cores)}'");
        }

        InstructionSet instructions = ReadInstructions(element, core);
        double? clockMhz = OptionalNumber(element, "clockMhz", "clockMhz");
        if (clockMhz is <= 0)
        {
            throw Fault("clockMhz must be above 0");
        }

        return new(name, core, clockMhz, ReadRegions(element), ReadPower(element)) { Instructions = instructions };
    }

    /// <summary>The core's set, or another that the core runs.</summary>
    private InstructionSet ReadInstructions(JsonElement target, string core)
    {
        if (!TryGet(target, "instructions", out _))
        {
            return InstructionSets.Of(core);
        }

        string name = Text(target, "instructions", "instructions");
        string allowed = string.Join(", ", InstructionSets.On(core).Select(InstructionSets.NameOf));
        InstructionSet set = InstructionSets.Find(name)
            ?? throw DiagnosticCatalog.InstructionsNotKnown.Throw(displayPath, name, NearestName.Of(name, InstructionSets.Names), core, allowed);
        return InstructionSets.On(core).Contains(set) ? set : throw DiagnosticCatalog.InstructionsNotOnCore.Throw(displayPath, core, name, allowed);
    }

    private ImmutableArray<MemoryRegion> ReadRegions(JsonElement target)
    {
        if (!TryGet(target, "regions", out JsonElement list))
        {
            return [];
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            throw Fault("regions must be a list");
        }

        var regions = ImmutableArray.CreateBuilder<MemoryRegion>();
        foreach (JsonElement element in list.EnumerateArray())
        {
            string path = FormattableString.Invariant($"regions[{regions.Count}]");
            MemoryRegion region = ReadRegion(element, path);
            if (regions.Any(other => other.Name.Equals(region.Name, StringComparison.OrdinalIgnoreCase)))
            {
                throw Fault($"{path}.name '{region.Name}' is taken by another region");
            }

            RegionRules.Check(region, path, regions, displayPath);
            regions.Add(region);
        }

        return regions.ToImmutable();
    }

    private MemoryRegion ReadRegion(JsonElement element, string path)
    {
        ExpectMembers(element, path, RegionMembers);
        string name = Text(element, "name", $"{path}.name");
        if (name.Length == 0 || char.IsAsciiDigit(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            throw Fault($"{path}.name '{name}' is not a C identifier");
        }

        long sizeBytes = Whole(element, "sizeBytes", $"{path}.sizeBytes", 1, 1L << 40);
        long waitStates = OptionalWhole(element, "waitStates", path, 0, 0, 10_000);
        if (!TryGet(element, "holds", out JsonElement holds) || holds.ValueKind != JsonValueKind.Array)
        {
            throw Fault($"{path}.holds must be a list of {string.Join(", ", Contents)}");
        }

        var contents = ImmutableArray.CreateBuilder<string>();
        foreach (JsonElement item in holds.EnumerateArray())
        {
            string? content = item.ValueKind == JsonValueKind.String ? item.GetString() : null;
            if (content is null || !Contents.Contains(content))
            {
                string nearest = content is null ? "" : $"; the nearest is '{NearestName.Of(content, Contents)}'";
                throw Fault($"{path}.holds has {item.GetRawText()}; allowed are {string.Join(", ", Contents)}{nearest}");
            }

            contents.Add(content);
        }

        return new(name, sizeBytes, (int)waitStates, contents.ToImmutable())
        {
            Origin = ReadOrigin(element, $"{path}.origin"),
            BytesPerAccess = (int)OptionalWhole(element, "bytesPerAccess", path, 4, 1, 64),
            Alignment = (int)OptionalWhole(element, "alignment", path, MemoryRegion.DefaultAlignment, 0, int.MaxValue),
        };
    }

    /// <summary>An address: a whole number, or a text in hexadecimal with 0x in front, as manuals write it.</summary>
    private long? ReadOrigin(JsonElement region, string path)
    {
        if (!TryGet(region, "origin", out JsonElement origin))
        {
            return null;
        }

        string? text = origin.ValueKind == JsonValueKind.String ? origin.GetString() : null;
        return text is not null && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            && uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint address) ? address
            : origin.ValueKind == JsonValueKind.Number && origin.TryGetUInt32(out uint number) ? number
            : throw Fault($"{path} must be an address of 32 bits, such as \"0x20000000\"");
    }

    private PowerDescription? ReadPower(JsonElement target)
    {
        if (!TryGet(target, "power", out JsonElement power))
        {
            return null;
        }

        ExpectMembers(power, "power", PowerMembers);
        double Positive(string member) => OptionalNumber(power, member, $"power.{member}") is { } value and > 0
            ? value
            : throw Fault($"power.{member} must be a number above 0");
        return new(Positive("activeMicroampsPerMhz"), Positive("sleepMicroamps"), Positive("volts"));
    }

    private void ExpectMembers(JsonElement element, string path, string[] members)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Fault($"{path} must be an object");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (!members.Contains(property.Name))
            {
                throw Fault($"{path} has no member '{property.Name}'; the nearest is '{NearestName.Of(property.Name, members)}'");
            }

            if (!seen.Add(property.Name))
            {
                throw Fault($"{path} has '{property.Name}' twice");
            }
        }
    }

    private string Text(JsonElement element, string member, string path) =>
        TryGet(element, member, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw Fault($"{path} must be a text");

    private double? OptionalNumber(JsonElement element, string member, string path)
    {
        if (!TryGet(element, member, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number)
            ? number
            : throw Fault($"{path} must be a number");
    }

    private long Whole(JsonElement element, string member, string path, long least, long most) =>
        TryGet(element, member, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number)
            && number >= least && number <= most
            ? number
            : throw Fault(FormattableString.Invariant($"{path} must be a whole number from {least} to {most}"));

    private long OptionalWhole(JsonElement element, string member, string path, long otherwise, long least, long most) =>
        TryGet(element, member, out _) ? Whole(element, member, $"{path}.{member}", least, most) : otherwise;

    /// <summary>A member that is there and not null.</summary>
    private static bool TryGet(JsonElement element, string member, out JsonElement value) =>
        element.TryGetProperty(member, out value) && value.ValueKind != JsonValueKind.Null;

    private DiagnosticException Fault(string what) => DiagnosticCatalog.TargetNotValid.Throw(displayPath, what);
}
