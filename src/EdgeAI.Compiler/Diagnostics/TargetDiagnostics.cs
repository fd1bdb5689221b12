namespace EdgeAI.Compiler.Diagnostics;

/// <summary>91xx: target descriptions.</summary>
public static partial class DiagnosticCatalog
{
    /// <summary>A target of that name is not known.</summary>
    public static readonly DiagnosticDescriptor TargetNotKnown = Error("EAI9101", "Target is not known",
        "The target '{0}' is not known; the nearest name is '{1}'. Use one of {2}, or name a *.target.json.");

    /// <summary>A target description that cannot be used.</summary>
    public static readonly DiagnosticDescriptor TargetNotValid = Error("EAI9102", "Target description is not valid",
        "The target description is not valid: {0}. Correct it; what it may hold is told in targets.md.");

    /// <summary>Two memories of a description share addresses.</summary>
    public static readonly DiagnosticDescriptor RegionsOverlap = Error("EAI9103", "Memory regions overlap",
        "The memory region '{0}' ({1}) and the region '{2}' ({3}) share {4} bytes. Correct origin or sizeBytes of one; a memory that is seen at two "
        + "addresses is described once.");

    /// <summary>An alignment that is no power of two.</summary>
    public static readonly DiagnosticDescriptor RegionAlignmentNotValid = Error("EAI9104", "Alignment is no power of two",
        "{0}.alignment of the memory region '{1}' is {2}, which is no power of two. Write a power of two; the nearest is {3}.");

    /// <summary>A memory that cannot hold what the description says lives there.</summary>
    public static readonly DiagnosticDescriptor RegionTooSmall = Error("EAI9105", "Memory region is too small",
        "{0}, the memory region '{1}', has {2} bytes, too few for {3}: it needs at least {4}. Correct sizeBytes, or take the content out of holds.");

    /// <summary>An instruction set of a name that is not known.</summary>
    public static readonly DiagnosticDescriptor InstructionsNotKnown = Error("EAI9106", "Instruction set is not known",
        "The instruction set '{0}' is not known; the nearest name is '{1}'. Core '{2}' runs {3}: write one of these as instructions, or leave the member "
        + "out for the core's own.");

    /// <summary>An instruction set that the core of the description lacks.</summary>
    public static readonly DiagnosticDescriptor InstructionsNotOnCore = Error("EAI9107", "Core lacks the instruction set",
        "Core '{0}' lacks the instruction set '{1}'; it runs {2}. Write one of these as instructions, leave the member out for the core's own, or correct "
        + "core.");
}
