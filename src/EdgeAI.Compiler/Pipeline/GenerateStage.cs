using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Compiler.Pipeline;

/// <summary><see cref="FirmwarePlan"/> → <see cref="FirmwareSources"/>.</summary>
public static class GenerateStage
{
    /// <summary>Throws <see cref="DiagnosticException"/> with every error found; adds warnings and notes to <paramref name="diagnostics"/>.</summary>
    public static FirmwareSources Run(FirmwarePlan plan, ICollection<Diagnostic> diagnostics, CancellationToken cancellation) =>
        throw new NotImplementedException();
}
