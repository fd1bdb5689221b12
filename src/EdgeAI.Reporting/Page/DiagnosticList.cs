using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Reporting.Page;

/// <summary>Diagnostics with their codes, errors first.</summary>
internal static class DiagnosticList
{
    private static readonly Dictionary<string, string> Titles =
        DiagnosticCatalog.All.ToDictionary(descriptor => descriptor.Code, descriptor => descriptor.Title, StringComparer.Ordinal);

    /// <summary>The list; nothing when it is empty.</summary>
    /// <param name="diagnostics">The diagnostics.</param>
    /// <param name="files">Paths of files beside the page, which become links where a message names them.</param>
    public static Html Write(IReadOnlyCollection<Diagnostic> diagnostics, params string[] files) => diagnostics.Count == 0 ? Html.Empty : Html.Of(
        $"""
        <ul class="diagnostics">
        {diagnostics.OrderByDescending(diagnostic => diagnostic.Severity).Select(diagnostic => Item(diagnostic, files))}
        </ul>
        """);

    private static Html Item(Diagnostic diagnostic, string[] files)
    {
        string state = diagnostic.Severity switch { Severity.Error => "bad", Severity.Warning => "warn", _ => "note" };
        string place = diagnostic.File is null ? "" : diagnostic.Line > 0 ? $"{diagnostic.File}({Numbers.Whole(diagnostic.Line)})" : diagnostic.File;
        return Html.Of(
            $"""
            <li class="{state}"><p class="line"><span><code class="code">{diagnostic.Code}</code> <b>{Titles.GetValueOrDefault(diagnostic.Code, diagnostic.Severity.ToString())}</b></span><code class="file">{place}</code></p><p>{Linked(diagnostic.Message, files)}</p></li>

            """);
    }

    private static Html Linked(string message, string[] files)
    {
        int At(string file) => message.IndexOf($"'{file}'", StringComparison.Ordinal);
        string? first = files.Where(file => At(file) >= 0).MinBy(At);
        return first is null ? Html.Of($"{message}")
            : Html.Of($"{message[..(At(first) + 1)]}{DivergenceCard.Link(first)}{Linked(message[(At(first) + 1 + first.Length)..], files)}");
    }
}
