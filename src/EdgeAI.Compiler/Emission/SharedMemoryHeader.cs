using System.Globalization;
using System.Text;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Compiler.Emission;

/// <summary>
/// Writes the memory that the models of a target share: a union of their arenas where all start at its first byte, else one struct for each
/// memory and a function that gives each model its place in it.
/// </summary>
internal sealed class SharedMemoryHeader(FirmwarePlan plan, StringBuilder text)
{
    private const string Type = "edgeai_firmware_arena";

    /// <summary>Appends types, assertions and functions.</summary>
    public void Write()
    {
        if (plan.IsUnion)
        {
            WriteUnion();
            return;
        }

        foreach (FirmwareMemory memory in plan.Memories)
        {
            WriteMemory(memory);
        }

        text.Append("#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
        foreach (PlannedModel model in plan.Models)
        {
            WriteModel(NameOf(model));
        }

        if (plan.Models.Any(model => model.Plan.Regions.Length > 1))
        {
            WritePlace();
        }

        text.Append("#ifdef __cplusplus\n}\n#endif\n\n");
    }

    private void WriteUnion()
    {
        text.Append(CultureInfo.InvariantCulture, $$"""
            /* Bytes of one memory that serves all models, one after another. */
            #define EDGEAI_FIRMWARE_ARENA_SIZE {{plan.SharedArenaBytes}}u

            typedef union {{Type}} {

            """);
        foreach (PlannedModel model in plan.Models)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {NameOf(model)}_arena {NameOf(model)}_memory;\n");
        }

        text.Append($$"""
            } {{Type}};

            EDGEAI_STATIC_ASSERT(sizeof({{Type}}) == EDGEAI_FIRMWARE_ARENA_SIZE, "the largest arena serves all models");


            """);
    }

    private void WriteMemory(FirmwareMemory memory)
    {
        string parts = string.Join(", ", memory.Parts.Select(part => string.Create(
            CultureInfo.InvariantCulture, $"{StructOf(part)} at {part.Offset}")));
        text.Append(CultureInfo.InvariantCulture, $$"""
            /* What the models use{{(memory.Name.Length > 0 ? " of " + memory.Name : "")}}: {{parts}}. */
            #define {{SizeOf(memory)}} {{memory.Bytes}}u

            typedef struct {{TypeOf(memory)}} {
                EDGEAI_ALIGNAS({{memory.Alignment}}) uint8_t bytes[{{SizeOf(memory)}}];
            } {{TypeOf(memory)}};

            EDGEAI_STATIC_ASSERT(sizeof({{TypeOf(memory)}}) == {{SizeOf(memory)}}, "the memory has no padding");

            """);
        foreach (FirmwarePart part in memory.Parts)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"EDGEAI_STATIC_ASSERT({part.Offset}u + sizeof({StructOf(part)}) <= {SizeOf(memory)}, \"{StructOf(part)} has its place\");\n");
        }

        text.Append('\n');
    }

    /// <summary>The function that gives a model its arena.</summary>
    private void WriteModel(string name)
    {
        (FirmwareMemory memory, FirmwarePart part) = Find(name, 0);
        text.Append(CultureInfo.InvariantCulture, $$"""
            static inline {{name}}_arena *edgeai_firmware_{{name}}({{TypeOf(memory)}} *memory)
            {
                return ({{name}}_arena *)(void *)(memory->bytes + {{part.Offset}}u);
            }


            """);
    }

    private void WritePlace()
    {
        text.Append("/* Once, before the models are initialized: hands each its parts of all memories. */\nstatic inline void edgeai_firmware_place(");
        text.AppendJoin(", ", plan.Memories.Select(memory => $"{TypeOf(memory)} *{memory.Name}"));
        text.Append(")\n{\n");
        foreach (FirmwareMemory memory in plan.Memories)
        {
            text.Append(CultureInfo.InvariantCulture, $"    (void){memory.Name};\n");
        }

        foreach (PlannedModel model in plan.Models.Where(model => model.Plan.Regions.Length > 1))
        {
            string name = NameOf(model);
            text.Append(CultureInfo.InvariantCulture, $"    {name}_place(edgeai_firmware_{name}({Find(name, 0).Memory.Name})");
            for (int i = 1; i < model.Plan.Regions.Length; i++)
            {
                (FirmwareMemory memory, FirmwarePart part) = Find(name, i);
                text.Append(CultureInfo.InvariantCulture, $",\n        ({StructOf(part)} *)(void *)({memory.Name}->bytes + {part.Offset}u)");
            }

            text.Append(");\n");
        }

        text.Append("}\n\n");
    }

    private (FirmwareMemory Memory, FirmwarePart Part) Find(string model, int region)
    {
        FirmwareMemory memory = plan.Memories.First(memory => memory.Parts.Any(part => part.Model == model && part.Region == region));
        return (memory, memory.Parts.First(part => part.Model == model && part.Region == region));
    }

    private string StructOf(FirmwarePart part) => part.Region == 0 ? $"{part.Model}_arena"
        : $"{part.Model}_arena_{plan.Models.First(model => NameOf(model) == part.Model).Plan.Regions[part.Region].Memory}";

    private string TypeOf(FirmwareMemory memory) => plan.Memories.Length == 1 ? Type : $"{Type}_{memory.Name}";

    private string SizeOf(FirmwareMemory memory) => TypeOf(memory).ToUpperInvariant() + "_SIZE";

    private static string NameOf(PlannedModel model) => model.Quantized.Graph.Name;
}
