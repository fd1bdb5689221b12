using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Compiler.Pipeline;

/// <summary><see cref="ImportedModel"/> + calibration data → <see cref="QuantizedModel"/>.</summary>
public static class QuantizeStage
{
    /// <summary>Throws <see cref="DiagnosticException"/> with every error found; adds warnings and notes to <paramref name="diagnostics"/>.</summary>
    public static QuantizedModel Run(
        ImportedModel imported, ModelSettings settings, ICollection<Diagnostic> diagnostics, CancellationToken cancellation) =>
        throw new NotImplementedException();
}
