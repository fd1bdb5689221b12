using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Quantization.Mixed;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace Benchmarks;

/// <summary>
/// How near the choice of types by layer comes to the best there is: networks of few layers, several limits between what int8 and what int16 in every layer
/// reaches, every assignment measured on all judging cases.
/// </summary>
internal static class TypesBenchmark
{
    private const int MostLayers = 8;
    private const int Steps = 5;

    /// <summary>Prints a line for each limit; false when a choice costs more than a tenth beyond the best.</summary>
    public static bool Run(string data, IReadOnlyList<string> words)
    {
        string scratch = Directory.CreateTempSubdirectory("edgeai-types-").FullName;
        try
        {
            return Run(data, scratch, words);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static bool Run(string data, string scratch, IReadOnlyList<string> words)
    {
        string assets = Path.Combine(Measurement.FindRepository(), "tests", "Assets");
        (string Name, string Model, string Calibration, string Test)[] networks =
        [
            .. new[] { "digits_cnn", "iris_mlp", "imu_exercise_cnn1d" }.Select(name => (
                name, Path.Combine(data, "datasets", name, "model.onnx"), Path.Combine(data, "datasets", name, "x_train.npy"), Path.Combine(data, "datasets", name, "x_test.npy"))),
            .. new[] { "tinymaix_mnist_valid", "tflm_mnist_lstm" }.Select(name => (
                name, Path.Combine(data, "quantization", name, "float.tflite"), InFloat(data, name, "calibration.npy", scratch),
                InFloat(data, name, "evaluation.npy", scratch))),
            .. new[] { "tiny-conv", "tiny-dense" }.Select(name => (
                name, Path.Combine(assets, name + ".onnx"), Path.Combine(assets, name + ".calibration.npy"), Path.Combine(assets, name + ".test"))),
        ];
        bool isNear = true;
        foreach ((string name, string model, string calibration, string test) in networks.Where(network => words.Count == 0 || words.Any(network.Name.Contains)))
        {
            isNear &= Compare(name, model, calibration, test);
        }

        return isNear;
    }

    /// <summary>Inputs that are stored as bytes with a scale that the manifest tells, as floats.</summary>
    private static string InFloat(string data, string network, string file, string scratch)
    {
        NumericArray array = NpyFormat.Read(File.ReadAllBytes(Path.Combine(data, "quantization", network, file)));
        float[] values = array.ToSingles();
        if (array.Type != ElementType.Float32)
        {
            using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(data, "quantization", "MANIFEST.json")));
            double scale = manifest.RootElement.GetProperty("twins").EnumerateArray().First(twin => twin.GetProperty("name").GetString() == network)
                .GetProperty("stored_input").GetProperty("scale").GetDouble();
            values = [.. values.Select(value => value * (float)scale)];
        }

        string path = Path.Combine(scratch, $"{network}-{file}");
        File.WriteAllBytes(path, NpyFormat.Write(new NumericArray(ElementType.Float32, array.Shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray())));
        return path;
    }

    private static bool Compare(string name, string model, string calibration, string test)
    {
        var settings = new ModelSettings { Name = "network", Quantization = QuantizationScheme.Auto, CalibrationData = calibration, TestData = test };
        ImportedModel imported = ImportStage.Run(
            new ImportRequest("network", Path.GetFileName(model), File.ReadAllBytes(model), ImmutableSortedDictionary<string, Shape>.Empty, _ => null), [],
            CancellationToken.None);
        QuantizedModel quantized = QuantizeStage.Run(imported, settings, [], CancellationToken.None);
        TargetDescription target = TargetCatalog.Get("cortex-m4");
        TypeAssignment all = TypeAssignment.Open(quantized, target, settings, CancellationToken.None);
        if (all.Options.Count > MostLayers)
        {
            Console.WriteLine($"{name,-24} {all.Options.Count} layers: too many to try every assignment");
            return true;
        }

        (ElementType[] Types, double SqnrDb, long Cost)[] every =
        [
            .. Enumerable.Range(0, 1 << all.Options.Count)
                .Select(set => all.Options.Select((unit, i) => (set & (1 << i)) != 0 ? unit.Wide : unit.Narrow).ToArray())
                .Select(types => (types, all.Measure(types).SqnrDb, all.CostOf(types))),
        ];
        double least = every[0].SqnrDb;
        double most = every[^1].SqnrDb;
        bool isNear = true;
        for (int step = 1; step <= Steps; step++)
        {
            double limit = Math.Round(least + ((most - least) * step / (Steps + 0.5)), 2);
            PlannedModel planned = PlanStage.Run(
                quantized, target, settings with { Budgets = Budgets.None with { MinSqnrDb = limit } }, [], CancellationToken.None);
            TypeChoice choice = planned.Quantized.Types!;
            long cost = all.CostOf([.. choice.Layers.Select(layer => layer.Type)]);
            long best = every.Where(one => one.SqnrDb >= limit).Min(one => one.Cost);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-24} {all.Options.Count} layers, at least {limit:0.00} dB: {choice.SqnrDb:0.00} dB for {cost} instructions, the best of {every.Length} assignments {best}: {(double)cost / best:0.000}; int8 {every[0].Cost}, int16 {every[^1].Cost}"));
            isNear &= cost <= best * 1.1;
        }

        return isNear;
    }
}
