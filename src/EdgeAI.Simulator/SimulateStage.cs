using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Simulator;

/// <summary>The least that must have run (<c>EdgeAISimulation</c>).</summary>
public enum SimulationLevel
{
    /// <summary>Everything the machine has runs; what is missing is told.</summary>
    Available,
    /// <summary>The managed run; nothing else is started.</summary>
    Managed,
    /// <summary>The host run must happen.</summary>
    Host,
    /// <summary>The target run must happen.</summary>
    Target,
}

/// <summary>What simulation reads.</summary>
/// <param name="Imported">The float reference (or the file's own integers).</param>
/// <param name="Planned">What was generated.</param>
/// <param name="Firmware">The generated library that holds the model.</param>
/// <param name="Settings">Test data, labels, number of target cases.</param>
/// <param name="Level">What must run.</param>
/// <param name="Toolchain">What the machine has.</param>
/// <param name="WorkFolder">An existing folder of the simulation's own for objects and images; may be deleted afterwards.</param>
public sealed record SimulationRequest(
    ImportedModel Imported, PlannedModel Planned, FirmwareSources Firmware, ModelSettings Settings, SimulationLevel Level,
    Toolchain Toolchain, string WorkFolder);

/// <summary>Everything above + test data → <see cref="SimulationResult"/>.</summary>
public static class SimulateStage
{
    /// <summary>Throws <see cref="DiagnosticException"/> with every error found; adds warnings and notes to <paramref name="diagnostics"/>.</summary>
    public static SimulationResult Run(SimulationRequest request, ICollection<Diagnostic> diagnostics, CancellationToken cancellation) =>
        throw new NotImplementedException();

    /// <summary>The file form: indented JSON, <c>\n</c>, invariant.</summary>
    public static string ToJson(SimulationResult result) => throw new NotImplementedException();

    /// <summary>Reads the file form.</summary>
    public static SimulationResult FromJson(string json) => throw new NotImplementedException();
}
