using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;

namespace Benchmarks;

/// <summary>Time of calibration with all repairs: the float network of visual wake words on 100 photos of the conformance data.</summary>
internal static class CalibrationBenchmark
{
    private const int Images = 100;
    private const double GoalSeconds = 30;

    /// <summary>Prints the time. False where the goal is missed.</summary>
    public static bool Run(string data)
    {
        string network = Path.Combine(data, "quantization", "mlperf_vww96");
        string images = Path.GetTempFileName() + ".npy";
        try
        {
            float[] pixels = [.. new[] { "calibration.npy", "evaluation.npy" }.SelectMany(file => NpyFormat.Read(File.ReadAllBytes(Path.Combine(network, file))).ToSingles())];
            Shape shape = new(Images, 96, 96, 3);
            float[] inputs = [.. pixels.Take((int)shape.ElementCount).Select(pixel => pixel / 255)];
            File.WriteAllBytes(images, NpyFormat.Write(new(ElementType.Float32, shape, MemoryMarshal.AsBytes<float>(inputs).ToArray())));
            ImportedModel imported = ImportStage.Run(
                new ImportRequest("vww", "float.tflite", File.ReadAllBytes(Path.Combine(network, "float.tflite")), ImmutableSortedDictionary<string, Shape>.Empty, _ => null),
                [], CancellationToken.None);
            var watch = Stopwatch.StartNew();
            QuantizeStage.Run(
                imported, new ModelSettings { Name = "vww", Quantization = QuantizationScheme.Int8, CalibrationData = images }, [], CancellationToken.None);
            double seconds = watch.Elapsed.TotalSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"VWW, {Images} images, calibration and repairs: {seconds:F1} s; goal {GoalSeconds:F0} s"));
            return seconds < GoalSeconds;
        }
        finally
        {
            File.Delete(images);
        }
    }
}
