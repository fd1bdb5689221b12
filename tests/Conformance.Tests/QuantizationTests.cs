using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Quantization;
using EdgeAI.Compiler.Quantization.Mixed;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;
using EdgeAI.Simulator;

namespace Conformance.Tests;

/// <summary>Float networks quantized here on their calibration inputs, judged on other inputs by the noise of their outputs.</summary>
[TestClass]
public sealed class QuantizationTests
{
    [TestMethod]
    [DataRow("mlperf_vww96", 31.9)]
    [DataRow("mlperf_resnet", 20.5)]
    [DataRow("mlperf_ad01", 42.0)]
    [DataRow("mlperf_kws", 29.0)]
    [DataRow("tinymaix_mnist_valid", 38.0)]
    [DataRow("tflm_mnist_lstm", 42.6)]
    public void Int8_keeps_the_outputs(string network, double leastSqnrDb) => Keeps(QuantizationScheme.Int8, network, leastSqnrDb);

    /// <summary>int16 activations leave the noise of the weights' rounding: the least gain over int8 is on networks whose weights make most of it.</summary>
    [TestMethod]
    [DataRow("mlperf_vww96", 43.5)]
    [DataRow("mlperf_resnet", 32.0)]
    [DataRow("mlperf_ad01", 45.7)]
    [DataRow("mlperf_kws", 43.5)]
    [DataRow("tinymaix_mnist_valid", 43.5)]
    [DataRow("tflm_mnist_lstm", 47.5)]
    public void Int16x8_keeps_the_outputs(string network, double leastSqnrDb) => Keeps(QuantizationScheme.Int16x8, network, leastSqnrDb);

    /// <summary>
    /// Types chosen by layer: the limit is kept on the test data, by all engines alike, and instructions (by the cost table) and arena are at most those of
    /// all layers in int16.
    /// </summary>
    [TestMethod]
    [DataRow("mlperf_vww96", 38, 0.9)]
    [DataRow("mlperf_resnet", 26, 0.7)]
    [DataRow("mlperf_ad01", 45, 0.7)]
    [DataRow("mlperf_kws", 38, 1)]
    [DataRow("tinymaix_mnist_valid", 40.5, 0.5)]
    [DataRow("tflm_mnist_lstm", 46, 1)]
    public void Auto_keeps_the_limit_for_less_than_int16(string network, double leastSqnrDb, double mostOfInt16) => ConformanceData.WithData(() =>
    {
        string folder = ConformanceData.Require($"quantization/{network}");
        string scratch = Directory.CreateTempSubdirectory("edgeai-quantization-").FullName;
        var diagnostics = new List<Diagnostic>();
        string calibration = Float(folder, network, "calibration.npy", scratch);
        string evaluation = Float(folder, network, "evaluation.npy", scratch);
        ModelSettings settings = WholePipeline.Settings(QuantizationScheme.Auto, calibration, evaluation) with
        {
            Budgets = Budgets.None with { MinSqnrDb = leastSqnrDb },
        };
        (PlannedModel planned, SimulationResult result) = WholePipeline.Run(Path.Combine(folder, "float.tflite"), settings, "cortex-m4", diagnostics);
        (PlannedModel wide, SimulationResult ofWide) = WholePipeline.Run(
            Path.Combine(folder, "float.tflite"), WholePipeline.Settings(QuantizationScheme.Int16x8, calibration), "cortex-m4", []);
        Directory.Delete(scratch, recursive: true);
        TypeChoice types = planned.Quantized.Types!;
        string layers = string.Concat(types.Layers.Select(layer => layer.Type switch { ElementType.Int8 => '8', ElementType.Int16 => 'w', _ => 'f' }));
        Console.WriteLine(
            $"{network}: {result.Accuracy!.SqnrDb} dB, {layers}, arena {planned.Plan.ArenaBytes} of {wide.Plan.ArenaBytes}, instructions {result.Instructions} of {ofWide.Instructions}, estimated {types.Instructions} of {types.WideInstructions}");
        Assert.IsGreaterThanOrEqualTo(leastSqnrDb, result.Accuracy!.SqnrDb!.Value);
        Assert.IsTrue(result.Engines.All(run => run.Mismatches == 0));
        Assert.IsTrue(types.IsKept);
        Assert.IsLessThanOrEqualTo(wide.Plan.ArenaBytes, planned.Plan.ArenaBytes);
        Assert.IsLessThanOrEqualTo(types.WideInstructions * mostOfInt16, types.Instructions);
        Assert.IsTrue(result.Instructions is null || result.Instructions <= ofWide.Instructions);
    });

    /// <summary>With labels and no limit at most half a point is lost on the test data; with a limit that int8 breaks, that is kept.</summary>
    [TestMethod]
    [DataRow("datasets/digits_cnn", "x_train.npy", "x_test.npy", "y_test.npy")]
    [DataRow("datasets/imu_exercise_cnn1d", "x_train.npy", "x_test.npy", "y_test.npy")]
    [DataRow("datasets/iris_mlp", "x_train.npy", "x_test.npy", "y_test.npy")]
    [DataRow("quantization/hard_digits_cnn", "calibration.npy", "test_x.npy", "test_y.npy")]
    public void Auto_keeps_the_accuracy(string network, string calibration, string inputs, string labels) => ConformanceData.WithData(() =>
    {
        string folder = ConformanceData.Require(network);
        ModelSettings settings = WholePipeline.Settings(
            QuantizationScheme.Auto, Path.Combine(folder, calibration), Path.Combine(folder, inputs)) with { TestLabels = Path.Combine(folder, labels) };
        QuantizedModel quantized = QuantizeStage.Run(WholePipeline.Import(Path.Combine(folder, "model.onnx"), []), settings, [], CancellationToken.None);
        TypeChoice usual = Types(settings);
        Assert.IsTrue(usual.IsKept);
        Assert.IsLessThanOrEqualTo(0.005 + 1e-9, usual.FloatAccuracy!.Value - usual.Accuracy!.Value);
        TypeChoice strict = Types(settings with { Budgets = Budgets.None with { MaxAccuracyDrop = 0, MinSqnrDb = 38 } });
        Console.WriteLine($"{network}: {usual.Accuracy} and {strict.Accuracy} of {usual.FloatAccuracy}, {usual.Instructions} and {strict.Instructions} of {usual.WideInstructions}");
        Assert.IsTrue(strict.IsKept);
        Assert.IsGreaterThanOrEqualTo(strict.FloatAccuracy!.Value, strict.Accuracy!.Value);
        Assert.IsGreaterThanOrEqualTo(38, strict.SqnrDb!.Value);
        Assert.IsLessThanOrEqualTo(strict.Instructions, usual.Instructions);

        TypeChoice Types(ModelSettings limited) =>
            PlanStage.Run(quantized, TargetCatalog.Get("cortex-m4"), limited, [], CancellationToken.None).Quantized.Types!;
    });

    /// <summary>An accuracy in noise that the cheapest types for clean inputs do not reach moves layers to others that do, as the simulation measures it.</summary>
    [TestMethod]
    [DataRow("datasets/digits_cnn")]
    [DataRow("datasets/imu_exercise_cnn1d")]
    public void Auto_keeps_the_accuracy_in_noise(string network) => ConformanceData.WithData(() =>
    {
        string folder = ConformanceData.Require(network);
        ModelSettings settings = WholePipeline.Settings(
            QuantizationScheme.Auto, Path.Combine(folder, "x_train.npy"), Path.Combine(folder, "x_test.npy")) with
        {
            TestLabels = Path.Combine(folder, "y_test.npy"), Noise = [new NoiseSettings("hiss", NoiseKind.White, [24, 18, 15, 12, 9, 6, 4, 2, 0])],
        };
        (TypeChoice clean, IReadOnlyList<NoisePoint> points) = Build(Budgets.None);
        NoisePoint? before = points.FirstOrDefault(point => point.Quantized < point.Float);
        Assert.IsNotNull(before, "clean inputs alone leave as much as float at every ratio");
        (double snrDb, double wanted) = (before.Level, before.Float!.Value);
        (TypeChoice types, points) = Build(Budgets.None with { MinAccuracyAtSnr = [new(snrDb, wanted)] });
        NoisePoint after = points.Single(point => point.Level == snrDb);
        Console.WriteLine($"{network}: {before.Quantized} → {after.Quantized} of {wanted}, {clean.Instructions} → {types.Instructions} of {types.WideInstructions}; {types.Limit}");
        Assert.IsTrue(types.IsKept);
        StringAssert.Contains(types.Limit, $"{snrDb} dB of 'hiss'");
        Assert.IsGreaterThanOrEqualTo(wanted, after.Quantized!.Value);
        Assert.IsLessThanOrEqualTo(types.WideInstructions, types.Instructions);
        CollectionAssert.AreEqual(clean.Layers.Select(layer => layer.Type).ToArray(), Build(Budgets.None with { MinAccuracyAtSnr = [new(snrDb, 0.1)] }).Types.Layers.Select(layer => layer.Type).ToArray());

        (TypeChoice Types, IReadOnlyList<NoisePoint> Points) Build(Budgets budgets)
        {
            (PlannedModel planned, SimulationResult result) = WholePipeline.Run(Path.Combine(folder, "model.onnx"), settings with { Budgets = budgets }, "cortex-m4", []);
            return (planned.Quantized.Types!, result.Accuracy!.Noise.Single().Points);
        }
    });

    /// <summary>
    /// A quarter of the calibration data is enough: single choices differ by some dB either way, since a few of the 128 outputs make most of the noise, so that
    /// means over four choices are compared. Each network alone loses at most 2 dB in such a mean, all together at most 1.
    /// </summary>
    [TestMethod]
    public void Sixteen_calibration_inputs_are_enough() => ConformanceData.WithData(() =>
    {
        string[] networks = ["mlperf_ad01", "mlperf_kws", "tinymaix_mnist_valid", "tflm_mnist_lstm", "mlperf_resnet"];
        double lost = 0;
        foreach (string network in networks)
        {
            double[] each = [.. Enumerable.Range(0, 4).Select(part => SqnrDbOf(network, index => index % 4 == part))];
            double few = each.Average();
            double most = Enumerable.Range(0, 4).Average(part => SqnrDbOf(network, index => index % 4 != part));
            Console.WriteLine($"{network}: {few:0.0} dB with 16 inputs ({string.Join(", ", each.Select(one => one.ToString("0.0", CultureInfo.InvariantCulture)))}), {most:0.0} dB with 48");
            Assert.IsGreaterThanOrEqualTo(most - 2, few, network);
            lost += (most - few) / networks.Length;
        }

        Console.WriteLine($"16 inputs lose {lost:0.00} dB in the mean");
        Assert.IsLessThanOrEqualTo(1, lost);
        double repaired = Enumerable.Range(0, 4).Average(part => SqnrDbOf("hard_digits_cnn", index => index % 4 == part && index < 64, "model.onnx", "test_x.npy"));
        Console.WriteLine($"hard_digits_cnn: {repaired:0.0} dB with 16 inputs");
        Assert.IsGreaterThanOrEqualTo(30, repaired);
    });

    /// <summary>Channels spread over three decades: the build repairs them by itself and says so.</summary>
    [TestMethod]
    public void A_network_that_int8_ruins_is_repaired() => ConformanceData.WithData(() =>
    {
        string folder = ConformanceData.Require("quantization/hard_digits_cnn");
        var diagnostics = new List<Diagnostic>();
        (_, int right, int count) = Classify(
            Path.Combine(folder, "model.onnx"), Path.Combine(folder, "calibration.npy"), Path.Combine(folder, "test_x.npy"), Path.Combine(folder, "test_y.npy"), diagnostics);
        Assert.IsGreaterThanOrEqualTo(0.983, (double)right / count);
        Assert.IsTrue(diagnostics.Any(diagnostic => diagnostic.Code == "EAI2008"), string.Join(" | ", diagnostics));
    });

    /// <summary>Channels that were rescaled are compared in the model's own units: no layer's noise is that of its factors.</summary>
    [TestMethod]
    public void Noise_of_repaired_layers_is_told_in_the_units_of_the_model() => ConformanceData.WithData(() =>
    {
        string folder = ConformanceData.Require("quantization/hard_digits_cnn");
        ModelSettings settings = WholePipeline.Settings(QuantizationScheme.Int8, Path.Combine(folder, "calibration.npy"), Path.Combine(folder, "test_x.npy"));
        (PlannedModel planned, SimulationResult result) = WholePipeline.Run(Path.Combine(folder, "model.onnx"), settings, "cortex-m4", []);
        ModelRepairs repairs = planned.Quantized.Repairs;
        Console.WriteLine(string.Join('\n', repairs.Layers) + "\n" + string.Join('\n', result.Layers));
        Assert.IsNotEmpty(repairs.Maps);
        Assert.IsTrue(repairs.Layers.Any(layer => layer.Kind == RepairKind.Equalization && layer.AfterDb > layer.BeforeDb + 6));
        Assert.IsTrue(result.Layers.Where(layer => layer.SqnrDb is not null).All(layer => layer is { SqnrDb: > 15, IsolatedSqnrDb: null or > 15, ClippingRate: null or < 0.05 }));
    });

    /// <summary>0.3 points of float, or one net sample where that is more.</summary>
    [TestMethod]
    [DataRow("digits_cnn")]
    [DataRow("iris_mlp")]
    [DataRow("imu_exercise_cnn1d")]
    public void Int8_keeps_the_accuracy(string network) => ConformanceData.WithData(() =>
    {
        string folder = ConformanceData.Require($"datasets/{network}");
        (int exact, int right, int count) = Classify(
            Path.Combine(folder, "model.onnx"), Path.Combine(folder, "x_train.npy"), Path.Combine(folder, "x_test.npy"), Path.Combine(folder, "y_test.npy"), []);
        Assert.IsGreaterThanOrEqualTo(exact - Math.Max(1, 0.003 * count), right, $"float {exact}, int8 {right} of {count}");
    });

    /// <summary>Right answers of the float model and of its int8 form, in managed code.</summary>
    private static (int Exact, int Right, int Count) Classify(string model, string calibration, string inputs, string labels, List<Diagnostic> diagnostics)
    {
        QuantizedModel quantized = QuantizeStage.Run(
            WholePipeline.Import(model, diagnostics), WholePipeline.Settings(QuantizationScheme.Int8, calibration), diagnostics, CancellationToken.None);
        float[] values = NpyFormat.Read(File.ReadAllBytes(inputs)).ToSingles();
        float[] classes = NpyFormat.Read(File.ReadAllBytes(labels)).ToSingles();
        int exact = RightAnswers(WholePipeline.Import(model, []).Graph, values, classes);
        return (exact, RightAnswers(quantized.Graph, values, classes), classes.Length);
    }

    private static int RightAnswers(Graph graph, float[] values, float[] classes)
    {
        var executor = new GraphExecutor(graph);
        int size = values.Length / classes.Length;
        int right = 0;
        for (int i = 0; i < classes.Length; i++)
        {
            executor.SetInput(0, MemoryMarshal.AsBytes(values.AsSpan(i * size, size)));
            executor.Run();
            float[] scores = MemoryMarshal.Cast<byte, float>(executor.Output(0)).ToArray();
            right += Array.IndexOf(scores, scores.Max()) == (int)classes[i] ? 1 : 0;
        }

        return right;
    }

    private static void Keeps(QuantizationScheme scheme, string network, double leastSqnrDb) => ConformanceData.WithData(() =>
    {
        string folder = ConformanceData.Require($"quantization/{network}");
        string scratch = Directory.CreateTempSubdirectory("edgeai-quantization-").FullName;
        var diagnostics = new List<Diagnostic>();
        (_, SimulationResult result) = WholePipeline.Run(
            Path.Combine(folder, "float.tflite"),
            WholePipeline.Settings(
                scheme, Float(folder, network, "calibration.npy", scratch), Float(folder, network, "evaluation.npy", scratch)),
            "cortex-m4", diagnostics);
        Directory.Delete(scratch, recursive: true);
        Console.WriteLine($"{network}: {result.Accuracy}; {string.Join(", ", result.Engines)}; {string.Join(" | ", diagnostics)}");
        Assert.IsGreaterThan(leastSqnrDb, result.Accuracy!.SqnrDb!.Value);
        Assert.IsTrue(result.Engines.All(run => run.Mismatches == 0));
    });

    /// <summary>The outputs' ratio on the evaluation inputs, in managed code, of an int8 graph from some of the calibration inputs.</summary>
    private static double SqnrDbOf(string network, Func<int, bool> isTaken, string file = "float.tflite", string test = "evaluation.npy")
    {
        string folder = ConformanceData.Require($"quantization/{network}");
        string scratch = Directory.CreateTempSubdirectory("edgeai-quantization-").FullName;
        string model = Path.Combine(folder, file);
        NumericArray calibration = NpyFormat.Read(File.ReadAllBytes(Float(folder, network, "calibration.npy", scratch)));
        NumericArray evaluation = NpyFormat.Read(File.ReadAllBytes(Float(folder, network, test, scratch)));
        float[][] cases = [.. calibration.ToSingles().Chunk((int)(calibration.Shape.ElementCount / calibration.Shape[0])).Where((_, index) => isTaken(index))];
        string part = Path.Combine(scratch, "part.npy");
        File.WriteAllBytes(part, NpyFormat.Write(new NumericArray(
            ElementType.Float32, new Shape([cases.Length, .. calibration.Shape.Extents.Skip(1)]), MemoryMarshal.AsBytes(cases.SelectMany(values => values).ToArray().AsSpan()).ToArray())));
        QuantizedModel quantized = QuantizeStage.Run(
            WholePipeline.Import(model, []), WholePipeline.Settings(QuantizationScheme.Int8, part), [], CancellationToken.None);
        Directory.Delete(scratch, recursive: true);
        var exact = new GraphExecutor(WholePipeline.Import(model, []).Graph);
        var rounded = new GraphExecutor(quantized.Graph);
        double signal = 0;
        double noise = 0;
        foreach (float[] values in evaluation.ToSingles().Chunk(cases[0].Length))
        {
            float[] expected = Outputs(exact, values);
            float[] made = Outputs(rounded, values);
            signal += expected.Sum(value => (double)value * value);
            noise += expected.Zip(made, (a, b) => ((double)a - b) * ((double)a - b)).Sum();
        }

        return 10 * Math.Log10(signal / noise);

        static float[] Outputs(GraphExecutor executor, float[] values)
        {
            executor.SetInput(0, MemoryMarshal.AsBytes(values.AsSpan()));
            executor.Run();
            return MemoryMarshal.Cast<byte, float>(executor.Output(0)).ToArray();
        }
    }

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
