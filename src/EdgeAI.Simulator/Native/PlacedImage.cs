using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning.Regions;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Simulator.Native;

/// <summary>
/// Links a model's library at the addresses of its target, as an application does: each part of the arena in its memory by the attributes of
/// edgeai_memory.h, memories and sections by the fragments for the linker. The image is read back and not run.
/// </summary>
/// <param name="planned">The model.</param>
/// <param name="target">A target that tells the addresses of its memories.</param>
internal sealed class PlacedImage(PlannedModel planned, TargetDescription target)
{
    /// <summary>The names of the image, of its linker script and of its source.</summary>
    public const string Image = "placed", Script = "placed.ld", Source = "placed.c";

    private readonly FirmwarePlan _firmware = PlanStage.Combine(target, [planned], []);

    /// <summary>Whether the description tells enough: addresses for the parts, code, weights and whatever the C library writes.</summary>
    public static bool IsPossible(TargetDescription target) =>
        target.WeightsMemory is { Origin: not null } && CodeMemory(target) is not null && DataMemory(target) is not null
        && target.Regions.Where(region => region.MayHold("arena")).All(region => region.Origin is not null);

    /// <summary>Objects in the image that stand for parts of the arena, with the parts and the memories.</summary>
    public IEnumerable<(string Symbol, FirmwarePart Part, MemoryRegion Memory)> Parts => _firmware.Memories.SelectMany(
        memory => memory.Parts, (memory, part) => (Symbol(part.Region), part, target.Regions.First(region => region.Name == memory.Name)));

    /// <summary>The files to write beside the library: fragments, header, script. The source is compiled by itself.</summary>
    public IEnumerable<SourceFile> Files() => [.. MemoryFiles.Write(_firmware), new(Script, LinkerScript())];

    /// <summary>A program that holds the arena and refers to all of the model.</summary>
    public string Program()
    {
        string name = planned.Quantized.Graph.Name;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"#include \"{MemoryFiles.HeaderName}\"\n#include \"{name}.h\"\n\n");
        foreach ((string symbol, FirmwarePart part, MemoryRegion memory) in Parts.OrderBy(item => item.Part.Region))
        {
            string type = part.Region == 0 ? $"{name}_arena" : $"{name}_arena_{planned.Plan.Regions[part.Region].Memory}";
            text.Append(CultureInfo.InvariantCulture, $"{type} {symbol} EDGEAI_IN_{memory.Name.ToUpperInvariant()};\n");
        }

        text.Append("\nvoid placed_reset(void);\nvoid placed_reset(void)\n{\n");
        if (planned.Plan.Regions.Length > 1)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"    {name}_place({string.Join(", ", Enumerable.Range(0, planned.Plan.Regions.Length).Select(region => "&" + Symbol(region)))});\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"    {name}_init(&{Symbol(0)});\n    {name}_run(&{Symbol(0)});\n    for (;;) {{\n    }}\n}}\n");
        return text.ToString();
    }

    private string LinkerScript() => string.Create(CultureInfo.InvariantCulture, $$"""
        INCLUDE {{MemoryFiles.MemoryName}}
        ENTRY(placed_reset)
        SECTIONS
        {
            INCLUDE {{MemoryFiles.SectionsName}}
            .text : ALIGN(16) { *(.text .text.*) *(.rodata .rodata.*) } > {{CodeMemory(target)!.Name}}
            .ARM.exidx : { *(.ARM.exidx* .ARM.extab*) } > {{CodeMemory(target)!.Name}}
            .data : ALIGN(8) { *(.data .data.*) } > {{DataMemory(target)!.Name}} AT > {{CodeMemory(target)!.Name}}
            .bss (NOLOAD) : ALIGN(8) { *(.bss .bss.* COMMON) } > {{DataMemory(target)!.Name}}
            /DISCARD/ : { *(.comment) }
        }

        """);

    /// <summary>The largest memory for code with an address.</summary>
    private static MemoryRegion? CodeMemory(TargetDescription target) =>
        target.Regions.Where(region => region is { Origin: not null } && region.MayHold("code")).MaxBy(region => region.SizeBytes);

    /// <summary>The largest memory for stacks, else for arenas, with an address.</summary>
    private static MemoryRegion? DataMemory(TargetDescription target) =>
        target.Regions.Where(region => region.Origin is not null && (region.MayHold("stack") || region.MayHold("arena")))
            .OrderByDescending(region => region.MayHold("stack")).ThenByDescending(region => region.SizeBytes).FirstOrDefault();

    private static string Symbol(int region) => string.Create(CultureInfo.InvariantCulture, $"placed_part_{region}");
}
