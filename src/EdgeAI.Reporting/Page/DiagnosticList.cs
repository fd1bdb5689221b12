using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Reporting.Page;

/// <summary>Diagnostics with their codes, errors first.</summary>
internal static class DiagnosticList
{
    private static readonly Dictionary<string, string> Titles =
        DiagnosticCatalog.All.ToDictionary(descriptor => descriptor.Code, descriptor => descriptor.Title, StringComparer.Ordinal);

    /// <summary>The list; nothing when it is empty.</summary>
    public static Html Write(IReadOnlyCollection<Diagnostic> diagnostics) => diagnostics.Count == 0 ? Html.Empty : Html.Of(
        $"""
        <ul class="diagnostics">
        {diagnostics.OrderByDescending(diagnostic => diagnostic.Severity).Select(Item)}
        </ul>
        """);

    private static Html Item(Diagnostic diagnostic)
    {
        string state = diagnostic.Severity switch { Severity.Error => "bad", Severity.Warning => "warn", _ => "note" };
        string place = diagnostic.File is null ? "" : diagnostic.Line > 0 ? $"{diagnostic.File}({Numbers.Whole(diagnostic.Line)})" : diagnostic.File;
        return Html.Of(
            $"""
            <li class="{state}"><p class="line"><span><code class="code">{diagnostic.Code}</code> <b>{Titles.GetValueOrDefault(diagnostic.Code, diagnostic.Severity.ToString())}</b></span><code class="file">{place}</code></p><p>{diagnostic.Message}</p></li>

            """);
    }
}
