using System.Globalization;
using System.Text.Json;

// The build leaves the firmware library and the report beside this program.
string output = Path.Combine(AppContext.BaseDirectory, "edgeai");
string reportPath = Path.Combine(output, "report", "digits.cortex-m4.json");
if (!File.Exists(reportPath))
{
    Console.Error.WriteLine($"{reportPath} does not exist: build the project first.");
    return 1;
}

using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(reportPath));
JsonElement report = document.RootElement;

Console.WriteLine($"firmware library   {Path.Combine(output, "firmware", "cortex-m4")}");
Console.WriteLine($"report             {Path.Combine(output, "report", "index.html")}");
Console.WriteLine();
Print("parameters", "quantization", "parameters", "N0");
Print("multiply-adds", "quantization", "macs", "N0");
Print("arena, bytes", "memory", "arenaBytes", "N0");
Print("weights, bytes", "memory", "weightBytes", "N0");
Print("code, bytes", "memory", "codeBytes", "N0");
Print("instructions", "latency", "instructions", "N0");
Print("accuracy, float", "accuracy", "float", "P2");
Print("accuracy, int8", "accuracy", "quantized", "P2");
return 0;

// A figure that the build could not obtain is absent or null.
void Print(string label, string section, string key, string format)
{
    string text = report.TryGetProperty(section, out JsonElement figures)
        && figures.ValueKind == JsonValueKind.Object
        && figures.TryGetProperty(key, out JsonElement figure)
        && figure.ValueKind == JsonValueKind.Number
            ? figure.GetDouble().ToString(format, CultureInfo.InvariantCulture)
            : "not measured";
    Console.WriteLine($"{label,-18} {text}");
}
