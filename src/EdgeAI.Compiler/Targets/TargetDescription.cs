using System.Collections.Immutable;

namespace EdgeAI.Compiler.Targets;

/// <summary>A device the firmware is built for, as a <c>*.target.json</c> describes it.</summary>
/// <param name="Name">A file-name-safe identifier, <c>stm32l4r5</c>.</param>
/// <param name="Core">The core's name, <c>cortex-m4</c>; <c>host</c> for the machine that builds.</param>
/// <param name="ClockMhz">The core's clock, or null when the description is of a core alone.</param>
/// <param name="Regions">Memories; empty when the description is of a core alone.</param>
/// <param name="Power">Currents, or null.</param>
public sealed record TargetDescription(
    string Name, string Core, double? ClockMhz, ImmutableArray<MemoryRegion> Regions, PowerDescription? Power)
{
    /// <summary>The instructions that kernels are chosen for: those of the core, or fewer where the device lacks an extension.</summary>
    public InstructionSet Instructions { get; init; } = InstructionSets.Of(Core);

    /// <summary>The memory that weights go to: one that is not for arenas too where there is such a one, then the largest; null when none is for them.</summary>
    public MemoryRegion? WeightsMemory => Regions.Where(region => region.MayHold("weights"))
        .OrderBy(region => region.MayHold("arena")).ThenByDescending(region => region.SizeBytes).FirstOrDefault();
}

/// <summary>One memory of a target.</summary>
/// <param name="Name">A C identifier.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="WaitStates">Extra cycles of an access.</param>
/// <param name="Holds">What may live there: <c>code</c>, <c>weights</c>, <c>arena</c>, <c>stack</c>.</param>
public sealed record MemoryRegion(string Name, long SizeBytes, int WaitStates, ImmutableArray<string> Holds)
{
    /// <summary>Alignment of arenas where the description asks for none.</summary>
    public const int DefaultAlignment = 16;

    /// <summary>The address of its first byte, or null when the description does not tell.</summary>
    public long? Origin { get; init; }

    /// <summary>What is placed there starts and ends at multiples of this power of two: a cache line, what a DMA needs.</summary>
    public int Alignment { get; init; } = DefaultAlignment;

    /// <summary>How many bytes one access brings at most.</summary>
    public int BytesPerAccess { get; init; } = 4;

    /// <summary>Cycles for each byte of a long transfer: what memories are ordered by.</summary>
    public double CyclesPerByte => (1.0 + WaitStates) / BytesPerAccess;

    /// <summary>Whether something may live there.</summary>
    public bool MayHold(string content) => Holds.Contains(content, StringComparer.Ordinal);
}

/// <summary>What a target draws.</summary>
/// <param name="ActiveMicroampsPerMhz">While it computes.</param>
/// <param name="SleepMicroamps">While it waits.</param>
/// <param name="Volts">The supply.</param>
public sealed record PowerDescription(double ActiveMicroampsPerMhz, double SleepMicroamps, double Volts);
