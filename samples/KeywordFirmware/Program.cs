using System.Globalization;
using System.Text.Json;

// One line per target of what the model costs there, from the reports that the build leaves beside this program.
string reports = Path.Combine(AppContext.BaseDirectory, "edgeai", "report");
string[] paths = Directory.Exists(reports) ? Directory.GetFiles(reports, "keywords.*.json") : [];
if (paths.Length == 0)
{
    Console.Error.WriteLine($"No report in {reports}: build the project first.");
    return 1;
}

Console.WriteLine($"{"target",-16}{"arena",10}{"weights",10}{"code",10}{"stack",10}{"instructions",16}");
foreach (string path in paths.Order(StringComparer.Ordinal))
{
    using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
    JsonElement report = document.RootElement;
    Console.WriteLine(
        $"{report.GetProperty("target").GetString(),-16}"
        + $"{Figure(report, "memory", "arenaBytes"),10}{Figure(report, "memory", "weightBytes"),10}"
        + $"{Figure(report, "memory", "codeBytes"),10}{Figure(report, "memory", "stackBytes"),10}"
        + $"{Figure(report, "latency", "instructions"),16}");
}

return 0;

// A figure that the build could not obtain is absent or null.
static string Figure(JsonElement report, string section, string key) =>
    report.TryGetProperty(section, out JsonElement figures)
    && figures.ValueKind == JsonValueKind.Object
    && figures.TryGetProperty(key, out JsonElement figure)
    && figure.ValueKind == JsonValueKind.Number
        ? figure.GetDouble().ToString("N0", CultureInfo.InvariantCulture)
        : "-";
