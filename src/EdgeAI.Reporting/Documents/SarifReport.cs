using System.Text.Json;
using EdgeAI.Compiler.Diagnostics;

namespace EdgeAI.Reporting.Documents;

/// <summary>
/// <c>report.sarif</c>: the diagnostics as SARIF 2.1.0 (OASIS), for code hosts and editors. Files are relative to the project's folder
/// (%SRCROOT%). A rule's help names its page as a package URL, the same wherever the package lies.
/// </summary>
internal static class SarifReport
{
    private const string Schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

    private static readonly Dictionary<string, DiagnosticDescriptor> Descriptors =
        DiagnosticCatalog.All.ToDictionary(descriptor => descriptor.Code, StringComparer.Ordinal);

    private static string Version { get; } = typeof(SarifReport).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>The file's text.</summary>
    public static string Write(Report report) => JsonText.Write(json =>
    {
        Diagnostic[] diagnostics = [.. report.Diagnostics];
        string[] codes = [.. diagnostics.Select(diagnostic => diagnostic.Code).Distinct().Order(StringComparer.Ordinal)];
        json.WriteStartObject();
        json.WriteString("$schema", Schema);
        json.WriteString("version", "2.1.0");
        json.WriteStartArray("runs");
        json.WriteStartObject();
        WriteTool(json, codes);
        json.WriteString("columnKind", "utf16CodeUnits");
        json.WriteStartArray("results");
        foreach (Diagnostic diagnostic in diagnostics)
        {
            WriteResult(json, diagnostic, Array.IndexOf(codes, diagnostic.Code));
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void WriteTool(Utf8JsonWriter json, string[] codes)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "EdgeAI.Sdk");
        json.WriteString("semanticVersion", Version);
        json.WriteStartArray("rules");
        foreach (string code in codes)
        {
            json.WriteStartObject();
            json.WriteString("id", code);
            if (Descriptors.TryGetValue(code, out DiagnosticDescriptor? descriptor))
            {
                WriteMessage(json, "shortDescription", descriptor.Title);
                json.WriteStartObject("defaultConfiguration");
                json.WriteString("level", Level(descriptor.Severity));
                json.WriteEndObject();
                json.WriteString("helpUri", $"pkg:nuget/EdgeAI.Sdk@{Version}#docs/diagnostics/{code}.md");
                json.WriteStartObject("help");
                json.WriteString("text", $"docs/diagnostics/{code}.md in the package EdgeAI.Sdk {Version} tells what {code} means and what to do.");
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, Diagnostic diagnostic, int ruleIndex)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", diagnostic.Code);
        json.WriteNumber("ruleIndex", ruleIndex);
        json.WriteString("level", Level(diagnostic.Severity));
        WriteMessage(json, "message", diagnostic.Message);
        if (diagnostic.File is { Length: > 0 } file)
        {
            json.WriteStartArray("locations");
            json.WriteStartObject();
            json.WriteStartObject("physicalLocation");
            json.WriteStartObject("artifactLocation");
            json.WriteString("uri", string.Join('/', file.Split('/').Select(Uri.EscapeDataString)));
            json.WriteString("uriBaseId", "%SRCROOT%");
            json.WriteEndObject();
            if (diagnostic.Line > 0)
            {
                json.WriteStartObject("region");
                json.WriteNumber("startLine", diagnostic.Line);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private static string Level(Severity severity) => severity.ToString().ToLowerInvariant();
}
