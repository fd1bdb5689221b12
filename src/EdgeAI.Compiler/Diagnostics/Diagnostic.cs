namespace EdgeAI.Compiler.Diagnostics;

/// <summary>How a diagnostic weighs.</summary>
public enum Severity
{
    /// <summary>Told in the report only.</summary>
    Note,
    /// <summary>The build goes on.</summary>
    Warning,
    /// <summary>The model's build fails.</summary>
    Error,
}

/// <summary>
/// One thing to tell the user. Immutable; its code stands in <see cref="DiagnosticCatalog"/> and never changes its meaning.
/// </summary>
/// <param name="Code"><c>EAI1001</c>.</param>
/// <param name="Severity">Its weight here.</param>
/// <param name="Message">One sentence of what is wrong (node, tensor, figure against limit), one of what to do.</param>
/// <param name="File">The file it is about, as the user named it, or null.</param>
/// <param name="Line">The line in that file, or 0.</param>
public sealed record Diagnostic(string Code, Severity Severity, string Message, string? File = null, int Line = 0)
{
    /// <summary><c>models/kws.onnx(12): error EAI1001: …</c></summary>
    public override string ToString() =>
        $"{(File is null ? "" : Line > 0 ? $"{File}({Line}): " : $"{File}: ")}{Severity.ToString().ToLowerInvariant()} {Code}: {Message}";
}

/// <summary>Ends a stage for one model with a diagnostic of error severity.</summary>
public sealed class DiagnosticException(params IReadOnlyList<Diagnostic> diagnostics)
    : Exception(string.Join('\n', diagnostics))
{
    /// <summary>At least one error.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; } = diagnostics;
}
