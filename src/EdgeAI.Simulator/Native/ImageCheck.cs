using System.Globalization;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Simulator.Native;

/// <summary>
/// Reads compiled and linked files back and compares them with the plan.
/// <list type="bullet">
/// <item>Objects of the library have no writable section with anything in it: nothing global changes.</item>
/// <item>Each part of the arena has the planned size, and lies whole and aligned in its memory.</item>
/// <item>Every constant of the model lies in the memory for weights.</item>
/// </list>
/// </summary>
internal static class ImageCheck
{
    /// <summary>Writable bytes in objects of the library, one sentence each.</summary>
    public static IEnumerable<string> Globals(IEnumerable<(string Name, ElfFile File)> objects) =>
        from item in objects
        from section in item.File.Sections
        where section is { IsInMemory: true, IsWritable: true, Size: > 0 }
        select Invariant($"'{item.Name}' has {section.Size} bytes that change in section {section.Name}");

    /// <summary>Whether an object of some name has a size.</summary>
    public static IEnumerable<string> Size(ElfFile image, string symbol, long bytes)
    {
        ElfSymbol[] found = [.. image.Objects.Where(item => item.Name == symbol)];
        return found.Length != 1 ? [$"'{symbol}' is not in the image"]
            : found[0].Size != bytes ? [Invariant($"'{symbol}' has {found[0].Size} bytes instead of {bytes}")]
            : [];
    }

    /// <summary>What differs in an image linked at the target's addresses, one sentence each.</summary>
    public static IEnumerable<string> Placement(ElfFile image, PlacedImage placed, string model, TargetDescription target)
    {
        foreach ((string symbol, FirmwarePart part, MemoryRegion memory) in placed.Parts)
        {
            foreach (string fault in Size(image, symbol, part.Bytes).Concat(Within(image, symbol, memory)))
            {
                yield return fault;
            }

            if (image.Objects.FirstOrDefault(item => item.Name == symbol) is { } found && found.Address % Math.Max(16, memory.Alignment) != 0)
            {
                yield return Invariant($"'{symbol}' at 0x{found.Address:X8} is not aligned to {Math.Max(16, memory.Alignment)}");
            }
        }

        MemoryRegion weights = target.WeightsMemory!;
        foreach (string symbol in image.Objects.Select(item => item.Name).Where(name => name.StartsWith($"{model}_constant_", StringComparison.Ordinal)))
        {
            foreach (string fault in Within(image, symbol, weights))
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<string> Within(ElfFile image, string symbol, MemoryRegion memory)
    {
        if (image.Objects.FirstOrDefault(item => item.Name == symbol) is { } found
            && (found.Address < memory.Origin || found.Address + found.Size > memory.Origin + memory.SizeBytes))
        {
            yield return Invariant(
                $"'{symbol}' at 0x{found.Address:X8} with {found.Size} bytes leaves '{memory.Name}' (0x{memory.Origin:X8}, {memory.SizeBytes} bytes)");
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
