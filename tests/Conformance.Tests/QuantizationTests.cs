using System.Runtime.InteropServices;
using System.Text.Json;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Settings;
using EdgeAI.Simulator;

namespace Conformance.Tests;

/// <summary>Float networks quantized here on their calibration inputs, judged on other inputs by the noise of their outputs.</summary>
[TestClass]
public sealed class QuantizationTests
{
    [TestMethod]
    [DataRow("mlperf_vww96", 25.0)]
    [DataRow("mlperf_resnet", 13.0)]
    [DataRow("mlperf_ad01", 30.0)]
    [DataRow("mlperf_kws", 20.0)]
    [DataRow("tinymaix_mnist_valid", 30.0)]
    public void Int8_keeps_the_outputs(string network, double leastSqnrDb) => ConformanceData.WithData(() =>
    {
        string folder = ConformanceData.Require($"quantization/{network}");
        string scratch = Directory.CreateTempSubdirectory("edgeai-quantization-").FullName;
        var diagnostics = new List<Diagnostic>();
        (_, SimulationResult result) = WholePipeline.Run(
            Path.Combine(folder, "float.tflite"),
            WholePipeline.Settings(
                QuantizationScheme.Int8, Float(folder, network, "calibration.npy", scratch), Float(folder, network, "evaluation.npy", scratch)),
            "cortex-m4", diagnostics);
        Directory.Delete(scratch, recursive: true);
        Console.WriteLine($"{network}: {result.Accuracy}; {string.Join(", ", result.Engines)}; {string.Join(" | ", diagnostics)}");
        Assert.IsGreaterThan(leastSqnrDb, result.Accuracy!.SqnrDb!.Value);
        Assert.IsTrue(result.Engines.All(run => run.Mismatches == 0));
    });

    /// <summary>The inputs as floats: some are stored as bytes with a scale that the manifest tells.</summary>
    private static string Float(string folder, string network, string file, string scratch)
    {
        NumericArray array = NpyFormat.Read(File.ReadAllBytes(Path.Combine(folder, file)));
        if (array.Type == ElementType.Float32)
        {
            return Path.Combine(folder, file);
        }

        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "..", "MANIFEST.json")));
        JsonElement stored = manifest.RootElement.GetProperty("twins").EnumerateArray()
            .First(twin => twin.GetProperty("name").GetString() == network).GetProperty("stored_input");
        float scale = (float)stored.GetProperty("scale").GetDouble();
        float[] values = array.ToSingles();
        for (int i = 0; i < values.Length; i++)
        {
            values[i] *= scale;
        }

        string path = Path.Combine(scratch, file);
        File.WriteAllBytes(path, NpyFormat.Write(new NumericArray(ElementType.Float32, array.Shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray())));
        return path;
    }
}
