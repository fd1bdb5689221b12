using System.Text.RegularExpressions;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Sdk.Tasks.Building;

/// <summary>
/// Gives each diagnostic its place: a file relative to the project, and the line of the dump for one about a node. Absolute paths of the
/// project's folder vanish from the text, so that stored diagnostics and reports are the same in every clone.
/// </summary>
/// <param name="projectDirectory">The absolute folder of the project.</param>
internal sealed partial class DiagnosticPlaces(string projectDirectory)
{
    private readonly string _prefix = Path.TrimEndingDirectorySeparator(projectDirectory) + Path.DirectorySeparatorChar;

    /// <summary>The diagnostic with its place.</summary>
    public ToldDiagnostic Place(
        StageUnit unit, string sourceFile, Diagnostic diagnostic, GraphDump? dump)
    {
        string file = diagnostic.File is { } named
            ? Path.IsPathFullyQualified(named) ? ProjectPaths.Display(projectDirectory, named) : named.Replace('\\', '/')
            : sourceFile;
        Diagnostic placed = diagnostic with
        {
            File = file,
            Message = diagnostic.Message.Replace(_prefix, "", StringComparison.Ordinal).ReplaceLineEndings(" "),
        };
        if (dump is not null && placed.Line == 0 && string.Equals(file, sourceFile, StringComparison.Ordinal))
        {
            foreach (Match match in NodeName().Matches(diagnostic.Message))
            {
                if (dump.LineOfNode.TryGetValue(match.Groups[1].Value, out int line))
                {
                    return new ToldDiagnostic(unit, placed, dump.Path, line);
                }
            }
        }

        return new ToldDiagnostic(unit, placed, "", 0);
    }

    [GeneratedRegex("[Nn]ode '([^']*)'", RegexOptions.CultureInvariant)]
    private static partial Regex NodeName();
}
