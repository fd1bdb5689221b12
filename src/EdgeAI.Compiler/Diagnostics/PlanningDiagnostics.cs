namespace EdgeAI.Compiler.Diagnostics;

/// <summary>30xx: planning.</summary>
public static partial class DiagnosticCatalog
{
    /// <summary>The arena alone is past the SRAM budget.</summary>
    public static readonly DiagnosticDescriptor ArenaOverBudget = Error("EAI3001", "Arena is larger than the SRAM budget",
        "The arena of model '{0}' takes at least {1} bytes on target '{2}', even with layers that run row by row, and {3} SramBudget is {4}: {5}. "
        + "{6}, or make these tensors smaller ({7}).");

    /// <summary>No memory of the target holds the arena.</summary>
    public static readonly DiagnosticDescriptor ArenaOverMemory = Error("EAI3002", "Arena fits in no memory of the target",
        "The arena of model '{0}' takes at least {1} bytes, even with layers that run row by row, and the largest memory for it on target '{2}' is '{3}' with {4}: {5}. "
        + "Make these tensors smaller ({6}), or build for a target with more memory.");

    /// <summary>A list of buffers that cannot be read from disk.</summary>
    public static readonly DiagnosticDescriptor BufferListNotReadable = Error("EAI3011", "Buffer list cannot be read",
        "The buffer list cannot be read: {0}. Check the path and the access rights.");

    /// <summary>A list of buffers to place that cannot be understood.</summary>
    public static readonly DiagnosticDescriptor BufferListNotValid = Error("EAI3010", "Buffer list is not valid",
        "The buffer list cannot be placed: {0}. Give a csv file whose first line names the columns id, lower, upper and size, and whose other "
        + "lines hold a buffer each: an id, the first step it is taken, the first step after its last, and its bytes.");

    /// <summary>No choice of memories holds the model's buffers.</summary>
    public static readonly DiagnosticDescriptor ArenaOverMemories = Error("EAI3020", "Buffers fit in no choice of memories",
        "The buffers of model '{0}' fit in no choice of the memories for arenas of target '{1}' ({2}): the least that any arena takes is {3} bytes, and {4}, "
        + "each of which must lie in one memory. Make these tensors smaller ({5}), or build for a target with larger memories.");

    /// <summary>Models that must lie apart are too large together.</summary>
    public static readonly DiagnosticDescriptor ModelsOverMemory = Error("EAI3021", "Models do not fit in a memory together",
        "The models of target '{0}' need {1} bytes of its memory '{2}', which has {3}: {4}. Models that may run at the same time, or that keep state, do not "
        + "share memory: name those that never run at once in ExclusiveWith, make their tensors smaller, or build for a target with more memory.");

    /// <summary>The constants are larger than all memories for them.</summary>
    public static readonly DiagnosticDescriptor WeightsOverMemory = Error("EAI3022", "Weights fit in no memory of the target",
        "The weights of the models of target '{0}' take {1} bytes, and the memories for weights ({2}) have {3}; the most are those of model '{4}', {5}. "
        + "{6} or build for a target with more flash.");

    /// <summary>The verifier found a fault in a plan.</summary>
    public static readonly DiagnosticDescriptor PlanAtFault = Error("EAI3099", "Memory plan is at fault",
        "The memory plan of model '{0}' would corrupt values: {1}. This is a defect of the SDK; please report it with the model.");
}
