namespace EdgeAI.Compiler.Diagnostics;

/// <summary>One code: its title, its usual weight and its wording.</summary>
/// <param name="Code"><c>EAI1001</c>; never reused.</param>
/// <param name="Severity">The weight unless a setting raises it.</param>
/// <param name="Title">A few words, the heading of its page.</param>
/// <param name="Format">Composite format: one sentence of what is wrong, one of what to do.</param>
public sealed record DiagnosticDescriptor(string Code, Severity Severity, string Title, string Format)
{
    /// <summary>The diagnostic with its values filled in (<see cref="FigureFormat"/>).</summary>
    public Diagnostic With(string? file, params ReadOnlySpan<object?> values) =>
        new(Code, Severity, string.Format(FigureFormat.Instance, Format, values), file);

    /// <summary>The same as an exception that ends the stage.</summary>
    public DiagnosticException Throw(string? file, params ReadOnlySpan<object?> values) => new(With(file, values));
}
