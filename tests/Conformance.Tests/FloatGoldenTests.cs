using System.Text.Json;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Settings;
using EdgeAI.Simulator;

namespace Conformance.Tests;

/// <summary>Float models from PyTorch and other exporters as generated C: outputs within 1e-4 of their range; refusals carry a code.</summary>
[TestClass]
public sealed class FloatGoldenTests
{
    /// <summary>Exports that need operators this version does not read; each must end in a coded error, never otherwise.</summary>
    private static readonly string[] Refused = ["topk_gather"];

    [TestMethod]
    public void PyTorch_exports_give_PyTorchs_numbers() => ConformanceData.WithData(() =>
    {
        string folder = ConformanceData.Require("torch");
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "MANIFEST.json")));
        var wrong = new List<string>();
        int passed = 0;
        foreach (JsonElement model in manifest.RootElement.GetProperty("models").EnumerateArray())
        {
            string name = model.GetProperty("name").GetString()!;
            try
            {
                foreach (JsonElement set in model.GetProperty("goldens").EnumerateArray())
                {
                    string[] Files(string kind) =>
                        [.. set.GetProperty(kind).EnumerateArray().Select(file => Path.Combine(folder, name, file.GetProperty("file").GetString()!))];
                    string golden = WholePipeline.GoldenFolder(Files("inputs"), Files("outputs"));
                    var diagnostics = new List<Diagnostic>();
                    (_, SimulationResult result) = WholePipeline.Run(
                        Path.Combine(folder, name, "model.onnx"), WholePipeline.Settings(QuantizationScheme.Float32, test: golden), "cortex-m4", diagnostics);
                    Directory.Delete(golden, recursive: true);
                    if (result.Engines.Any(run => run.Mismatches > 0))
                    {
                        wrong.Add($"{name}: {string.Join(' ', diagnostics)}");
                    }
                }

                passed++;
                Console.WriteLine($"{name}: same numbers");
            }
            catch (DiagnosticException refusal)
            {
                Console.WriteLine($"{name}: {string.Join(" / ", refusal.Diagnostics.Select(told => told.ToString()))}");
                if (!Refused.Contains(name))
                {
                    wrong.Add($"{name}: {refusal.Diagnostics[0]}");
                }
            }
        }

        Console.WriteLine($"{passed} exports give the same numbers");
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    });
}
