using System.Collections.Frozen;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Settings;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace EdgeAI.Sdk.Tasks.Building;

/// <summary>
/// Says diagnostics as MSBuild errors and warnings with code, file, line and help link. Warnings become errors or vanish by the
/// properties that do so for the compiler; MSBuild itself applies only some of them to tasks.
/// </summary>
internal sealed class DiagnosticLog
{
    private readonly TaskLoggingHelper _log;
    private readonly IBuildEngine8? _engine;
    private readonly string _intermediateDisplay;
    private readonly string _helpFolder;
    private readonly bool _treatWarningsAsErrors;
    private readonly FrozenSet<string> _asErrors;
    private readonly FrozenSet<string> _notAsErrors;
    private readonly FrozenSet<string> _silent;

    /// <summary>A log with the project's properties.</summary>
    /// <param name="log">MSBuild's.</param>
    /// <param name="engine">MSBuild.</param>
    /// <param name="properties">The project's properties.</param>
    public DiagnosticLog(TaskLoggingHelper log, IBuildEngine engine, TaskSettings properties)
    {
        _log = log;
        _engine = engine as IBuildEngine8;
        _intermediateDisplay = properties.ProjectDirectory.Length == 0
            ? "" : ProjectPaths.Display(properties.ProjectDirectory, properties.IntermediateFolder);
        _helpFolder = properties.HelpFolder;
        _treatWarningsAsErrors = properties.TreatsWarningsAsErrors;
        _asErrors = Codes(properties.WarningsAsErrors);
        _notAsErrors = Codes(properties.WarningsNotAsErrors);
        _silent = Codes(properties.NoWarn);
    }

    /// <summary>Says one diagnostic. Notes stand in the report only.</summary>
    /// <returns>Whether it counts as an error.</returns>
    public bool Say(ToldDiagnostic told)
    {
        Diagnostic diagnostic = told.Diagnostic;
        string file = told.DumpLine > 0 ? $"{_intermediateDisplay}/{told.Dump}" : diagnostic.File ?? "";
        int line = told.DumpLine > 0 ? told.DumpLine : diagnostic.Line;
        string code = diagnostic.Code;
        string? help = HelpLink(code);
        switch (diagnostic.Severity)
        {
            case Severity.Error:
            case Severity.Warning when IsError(code):
                _log.LogError(null, code, null, help, file, line, 0, 0, 0, diagnostic.Message);
                return true;
            case Severity.Warning when !_silent.Contains(code):
                _log.LogWarning(null, code, null, help, file, line, 0, 0, 0, diagnostic.Message);
                return _engine?.ShouldTreatWarningAsError(code) == true;
            default:
                return false;
        }
    }

    /// <summary>Says an error without a place.</summary>
    public void Say(Diagnostic diagnostic) => Say(new ToldDiagnostic(StageUnit.Project, diagnostic, "", 0));

    private bool IsError(string code) =>
        !_silent.Contains(code) && !_notAsErrors.Contains(code) && (_treatWarningsAsErrors || _asErrors.Contains(code));

    private string? HelpLink(string code)
    {
        string page = Path.Combine(_helpFolder, code + ".md");
        return _helpFolder.Length > 0 && File.Exists(page) ? new Uri(page).AbsoluteUri : null;
    }

    private static FrozenSet<string> Codes(string list) =>
        list.Split([';', ',', ' ', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries)
            .ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
