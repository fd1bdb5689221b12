using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;
using EdgeAI.Simulator;

namespace Benchmarks;

/// <summary>
/// Public networks on disturbed public data, in float, in int8, and in int8 with the same kinds of noise mixed into calibration: white noise, and recorded speech
/// added to the model's input. Accuracy is against labels, or where the data have none, agreement with the float network on clean inputs.
/// </summary>
internal static class NoiseBenchmark
{
    private const string Recording = "datasets/audio/marvin_617de221_0.wav";
    private static readonly ImmutableArray<double> Levels = [20, 10, 5, 0];

    private static readonly (string Name, string Calibration, string Inputs, string? Labels)[] Networks =
    [
        ("quantization/mlperf_kws", "calibration.npy", "evaluation.npy", null),
        ("quantization/mlperf_vww96", "calibration.npy", "evaluation.npy", null),
        ("datasets/imu_exercise_cnn1d", "x_train.npy", "x_test.npy", "y_test.npy"),
        ("datasets/digits_cnn", "x_train.npy", "x_test.npy", "y_test.npy"),
    ];

    /// <summary>Prints a line for each network, noise and level; words keep networks.</summary>
    public static void Run(string data, IReadOnlyList<string> words)
    {
        Console.WriteLine("network                noise      dB | accuracy: float    int8  int8+ | outputs against clean, dB: float    int8  int8+ | against float on the same inputs, dB: int8  int8+");
        foreach ((string name, string calibration, string inputs, string? labels) in Networks.Where(
            network => words.Count == 0 || words.Any(word => network.Name.Contains(word, StringComparison.Ordinal))))
        {
            string folder = Path.Combine(data, name);
            string scratch = Directory.CreateTempSubdirectory("edgeai-noise-").FullName;
            try
            {
                string model = Path.Combine(folder, File.Exists(Path.Combine(folder, "float.tflite")) ? "float.tflite" : "model.onnx");
                string test = Reals(data, folder, inputs, scratch);
                ImmutableArray<NoiseSettings> noise =
                [
                    new("white", NoiseKind.White, Levels),
                    new("recorded", NoiseKind.Recorded, Levels) { Source = Path.Combine(data, Recording) },
                ];
                var settings = new ModelSettings
                {
                    Name = "model", Quantization = QuantizationScheme.Int8, CalibrationData = Reals(data, folder, calibration, scratch), TestData = test,
                    TestLabels = labels is null ? Agreement(model, test, scratch) : Path.Combine(folder, labels), Noise = noise,
                };
                ImmutableArray<NoiseCurve> without = Curves(model, settings);
                ImmutableArray<NoiseCurve> with = Curves(model, settings with { Noise = [.. noise.Select(one => one with { InCalibration = true })] });
                foreach ((NoiseCurve plain, NoiseCurve mixed) in without.Zip(with))
                {
                    foreach ((NoisePoint a, NoisePoint b) in plain.Points.Zip(mixed.Points))
                    {
                        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                            $"{Path.GetFileName(name),-22} {plain.Name,-9} {a.Level,3} |           {a.Float,7:P1} {a.Quantized,7:P1} {b.Quantized,6:P1} |                           {a.FloatOutputDb,6:F1} {a.QuantizedOutputDb,7:F1} {b.QuantizedOutputDb,6:F1} |                                     {a.SqnrDb,5:F1} {b.SqnrDb,6:F1}"));
                    }
                }
            }
            finally
            {
                Directory.Delete(scratch, recursive: true);
            }
        }
    }

    /// <summary>The noise curves of the managed run.</summary>
    private static ImmutableArray<NoiseCurve> Curves(string model, ModelSettings settings)
    {
        TargetDescription target = TargetCatalog.Get("cortex-m4");
        var diagnostics = new List<Diagnostic>();
        QuantizedModel quantized = QuantizeStage.Run(Import(model), settings, diagnostics, CancellationToken.None);
        PlannedModel planned = PlanStage.Run(quantized, target, settings, diagnostics, CancellationToken.None);
        FirmwareSources firmware = GenerateStage.Run(PlanStage.Combine(target, [planned], diagnostics), diagnostics, CancellationToken.None);
        string work = Directory.CreateTempSubdirectory("edgeai-noise-").FullName;
        try
        {
            SimulationResult result = SimulateStage.Run(
                new SimulationRequest(Import(model), planned, firmware, settings, SimulationLevel.Managed, Toolchain.Find(null), work), diagnostics, CancellationToken.None);
            return result.Accuracy!.Noise;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static ImportedModel Import(string model) => ImportStage.Run(
        new ImportRequest("model", Path.GetFileName(model), File.ReadAllBytes(model), ImmutableSortedDictionary<string, Shape>.Empty, _ => null), [], CancellationToken.None);

    /// <summary>A file with the class that the float network finds in each input.</summary>
    private static string Agreement(string model, string inputs, string scratch)
    {
        var executor = new GraphExecutor(Import(model).Graph);
        byte[] values = NpyFormat.Read(File.ReadAllBytes(inputs)).Bytes.ToArray();
        int size = (int)executor.Graph.Inputs[0].ByteSize;
        var classes = new List<int>();
        for (int i = 0; i < values.Length / size; i++)
        {
            executor.SetInput(0, values.AsSpan(i * size, size));
            executor.Run();
            classes.Add(TopClass.Of([.. MemoryMarshal.Cast<byte, float>(executor.Output(0)).ToArray().Select(value => (double)value)]));
        }

        string path = Path.Combine(scratch, "classes.txt");
        File.WriteAllLines(path, classes.Select(one => one.ToString(CultureInfo.InvariantCulture)));
        return path;
    }

    /// <summary>Inputs as floats: files of integers hold steps of the scale in the manifest.</summary>
    private static string Reals(string data, string folder, string file, string scratch)
    {
        NumericArray array = NpyFormat.Read(File.ReadAllBytes(Path.Combine(folder, file)));
        if (array.Type == ElementType.Float32)
        {
            return Path.Combine(folder, file);
        }

        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(data, "quantization", "MANIFEST.json")));
        float scale = (float)manifest.RootElement.GetProperty("twins").EnumerateArray()
            .First(twin => twin.GetProperty("name").GetString() == Path.GetFileName(folder)).GetProperty("stored_input").GetProperty("scale").GetDouble();
        float[] values = [.. array.ToSingles().Select(value => value * scale)];
        string path = Path.Combine(scratch, file);
        File.WriteAllBytes(path, NpyFormat.Write(new NumericArray(ElementType.Float32, array.Shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray())));
        return path;
    }
}
