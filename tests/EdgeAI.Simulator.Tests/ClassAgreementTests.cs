using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Simulator.Tests;

/// <summary>The classes that quantization changes and the noise of each layer by itself, against runs of the graphs one by one.</summary>
[TestClass]
public sealed class ClassAgreementTests
{
    private const int Cases = 400;

    private readonly string _folder = Directory.CreateTempSubdirectory("edgeai-classes-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Changed_classes_and_isolated_layers_are_those_of_the_graphs()
    {
        ImportedModel imported = Import();
        Tensor input = imported.Graph.Inputs[0];
        int classes = (int)imported.Graph.Outputs[0].Shape.ElementCount;
        var random = new Random(3);
        float[] values = [.. Enumerable.Range(0, Cases * (int)input.Shape.ElementCount).Select(_ => (random.NextSingle() * 2) - 1)];
        int[] labels = [.. Enumerable.Range(0, Cases).Select(_ => random.Next(classes))];
        string data = Path.Combine(_folder, "inputs.npy");
        Shape shape = new([Cases, .. input.Shape.Extents[1..]]);
        File.WriteAllBytes(data, NpyFormat.Write(new NumericArray(ElementType.Float32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray())));
        string labelPath = Path.Combine(_folder, "labels.npy");
        File.WriteAllBytes(labelPath, NpyFormat.Write(new NumericArray(ElementType.Int32, new Shape(Cases), MemoryMarshal.AsBytes(labels.AsSpan()).ToArray())));
        var settings = new ModelSettings
        {
            Name = "tiny", ProjectFolder = _folder, Quantization = QuantizationScheme.Int8, CalibrationData = Path.Combine(Assets(), "tiny-conv.calibration.npy"), TestData = data,
            TestLabels = labelPath,
        };
        TargetDescription target = TargetCatalog.Get("host");
        PlannedModel planned = PlanStage.Run(QuantizeStage.Run(Import(), settings, [], CancellationToken.None), target, settings, [], CancellationToken.None);
        FirmwareSources firmware = GenerateStage.Run(PlanStage.Combine(target, [planned], []), [], CancellationToken.None);
        SimulationResult result = SimulateStage.Run(
            new SimulationRequest(Import(), planned, firmware, settings, SimulationLevel.Managed, Toolchain.Find(""), _folder), [], CancellationToken.None);

        int[] exact = Classes(imported.Graph, values);
        int[] quantized = Classes(planned.Quantized.Graph, values);
        ClassAgreement agreement = result.Accuracy!.Classes!;
        int[] changed = [.. Enumerable.Range(0, Cases).Where(i => exact[i] != quantized[i])];
        Assert.IsGreaterThan(0, changed.Length, "the data must change a class");
        Assert.AreEqual(changed.Length, agreement.ChangedCount);
        CollectionAssert.AreEqual(
            changed.Take(100).Select(i => new ChangedClass(i, labels[i], exact[i], quantized[i])).ToArray(), agreement.Changed.ToArray());
        for (int row = 0; row < classes; row++)
        {
            for (int column = 0; column < classes; column++)
            {
                Assert.AreEqual(Enumerable.Range(0, Cases).Count(i => exact[i] == row && quantized[i] == column), agreement.Confusion[row][column]);
            }
        }

        Assert.AreEqual((double)Enumerable.Range(0, Cases).Count(i => quantized[i] == labels[i]) / Cases, result.Accuracy.Quantized!.Value, 1e-12);
        LayerFigures[] layers = [.. result.Layers.Where(layer => layer.IsolatedSqnrDb is not null)];
        Assert.IsGreaterThan(0, layers.Length);
        Assert.IsTrue(layers.All(layer => layer.IsolatedSqnrDb > 0 && layer.ClippingRate is >= 0 and <= 1));
    }

    private static int[] Classes(Graph graph, float[] values)
    {
        var executor = new GraphExecutor(graph);
        int size = values.Length / Cases;
        return
        [
            .. Enumerable.Range(0, Cases).Select(i =>
            {
                executor.SetInput(0, MemoryMarshal.AsBytes(values.AsSpan(i * size, size)));
                executor.Run();
                float[] scores = MemoryMarshal.Cast<byte, float>(executor.Output(0)).ToArray();
                return Array.IndexOf(scores, scores.Max());
            }),
        ];
    }

    private static ImportedModel Import() => ImportStage.Run(
        new ImportRequest("tiny", "tiny-conv.onnx", File.ReadAllBytes(Path.Combine(Assets(), "tiny-conv.onnx")),
            ImmutableSortedDictionary<string, Shape>.Empty, _ => null), [], CancellationToken.None);

    private static string Assets()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "EdgeAI.Sdk.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return Path.Combine(folder, "tests", "Assets");
    }
}
