using System.Numerics;
using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Compiler.Targets;

/// <summary>What memories of one description must keep to, beside the form of each member.</summary>
internal static class RegionRules
{
    /// <summary>Addresses a 32-bit core has.</summary>
    private const long AddressSpace = 1L << 32;

    /// <summary>Throws <see cref="DiagnosticException"/> when a region cannot be, by itself or beside those in front of it.</summary>
    public static void Check(MemoryRegion region, string path, IReadOnlyList<MemoryRegion> before, string displayPath)
    {
        if (!BitOperations.IsPow2(region.Alignment))
        {
            throw DiagnosticCatalog.RegionAlignmentNotValid.Throw(displayPath, path, region.Name, region.Alignment, NearestPowerOfTwo(region.Alignment));
        }

        if (region.SizeBytes < region.Alignment && region.MayHold("arena"))
        {
            throw DiagnosticCatalog.RegionTooSmall.Throw(displayPath, path, region.Name, region.SizeBytes, "an arena at its alignment", region.Alignment);
        }

        if (region.Origin is not { } origin)
        {
            return;
        }

        if (origin % region.Alignment != 0)
        {
            throw DiagnosticCatalog.TargetNotValid.Throw(displayPath, $"{path}.origin {Address(origin)} is no multiple of its alignment {region.Alignment}");
        }

        if (origin + region.SizeBytes > AddressSpace)
        {
            throw DiagnosticCatalog.TargetNotValid.Throw(
                displayPath, $"{path} '{region.Name}' at {Address(origin)} with {region.SizeBytes} bytes ends behind the last address, 0xFFFFFFFF");
        }

        foreach (MemoryRegion other in before)
        {
            if (other.Origin is { } start && origin < start + other.SizeBytes && start < origin + region.SizeBytes)
            {
                throw DiagnosticCatalog.RegionsOverlap.Throw(
                    displayPath, other.Name, Range(start, other.SizeBytes), region.Name, Range(origin, region.SizeBytes),
                    Math.Min(start + other.SizeBytes, origin + region.SizeBytes) - Math.Max(start, origin));
            }
        }
    }

    private static string Address(long address) => FormattableString.Invariant($"0x{address:X8}");

    private static string Range(long origin, long size) => $"{Address(origin)} to {Address(origin + size - 1)}";

    private static long NearestPowerOfTwo(long value)
    {
        long above = (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, value));
        return above / 2 > 0 && value - (above / 2) < above - value ? above / 2 : above;
    }
}
