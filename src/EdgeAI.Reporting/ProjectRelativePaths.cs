using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Reporting;

/// <summary>Takes the project's folder out of diagnostics, so that reports of one project are the same in every folder.</summary>
internal sealed class ProjectRelativePaths
{
    private readonly string[] _folders;

    /// <summary>Folders as settings name them; empty ones are left out.</summary>
    public ProjectRelativePaths(IEnumerable<string> folders)
    {
        _folders =
        [
            .. folders.Select(Path.TrimEndingDirectorySeparator).Where(folder => folder.Length > 1)
                .SelectMany(folder => new[] { folder + '/', folder + '\\', folder })
                .Distinct(StringComparer.Ordinal).OrderByDescending(folder => folder.Length).ThenBy(folder => folder, StringComparer.Ordinal),
        ];
    }

    /// <summary>The same diagnostic; a file elsewhere is left with its name alone.</summary>
    public Diagnostic Clean(Diagnostic diagnostic)
    {
        string? file = diagnostic.File is { } name ? Relative(name).Replace('\\', '/') : null;
        if (file is not null && (file.StartsWith('/') || (file.Length > 2 && file[1] == ':' && file[2] == '/')))
        {
            file = file[(file.LastIndexOf('/') + 1)..];
        }

        return diagnostic with { File = file, Message = Relative(diagnostic.Message) };
    }

    private string Relative(string text) =>
        _folders.Aggregate(text, (current, folder) => current.Replace(folder, folder[^1] is '/' or '\\' ? "" : ".", StringComparison.Ordinal));
}
