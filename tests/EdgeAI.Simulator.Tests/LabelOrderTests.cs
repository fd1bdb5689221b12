using System.Collections.Immutable;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Simulator.Tests;

/// <summary>Labels in another order than the model's classes are told.</summary>
[TestClass]
public sealed class LabelOrderTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgeai-labels-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(QuantizationScheme.Float32)]
    [DataRow(QuantizationScheme.Int8)]
    public void Only_another_order_is_told(QuantizationScheme scheme)
    {
        int[] found = Save();
        int[] frequent = [.. found.GroupBy(one => one).Where(group => group.Count() >= 3).Select(group => group.Key).Order()];
        Assert.IsGreaterThan(1, frequent.Length, string.Join(' ', found));
        int[] moved = [.. found.Select(one => frequent[(Array.IndexOf(frequent, one) + 1) % frequent.Length])];
        Diagnostic told = Run(scheme, moved).Single(one => one.Code == "EAI5017");
        Assert.Contains($"label {frequent[1]} is found as class {frequent[0]} in ", told.Message);
        Assert.IsFalse(Run(scheme, found).Exists(one => one.Code == "EAI5017"));
        Assert.IsFalse(Run(scheme, [.. found.Select(_ => frequent[0])]).Exists(one => one.Code == "EAI5017"));
        Assert.IsFalse(Run(scheme, [.. found.Select((_, i) => frequent[i % 2])]).Exists(one => one.Code == "EAI5017"));
    }

    /// <summary>Writes inputs whose classes stand three times at least, and gives the classes.</summary>
    private int[] Save()
    {
        Graph graph = ImportStage.ReadAsWritten(Import(), CancellationToken.None);
        var random = new Random(1);
        var kept = new List<(float[] Input, int Class)>();
        for (int i = 0; i < 400; i++)
        {
            float[] input = [.. Enumerable.Range(0, (int)graph.Inputs[0].Shape.ElementCount).Select(_ => (random.NextSingle() - 0.5f) * 40)];
            var executor = new GraphExecutor(graph);
            executor.SetInput(0, System.Runtime.InteropServices.MemoryMarshal.AsBytes(input.AsSpan()));
            float[] values = [];
            executor.Observer = (tensor, bytes) => values = ReferenceEquals(tensor, graph.Outputs[0]) ? BorderValues.Singles(bytes).ToArray() : values;
            executor.Run();
            kept.Add((input, Array.IndexOf(values, values.Max())));
        }

        kept = [.. kept.GroupBy(one => one.Class).Where(group => group.Count() >= 3).SelectMany(group => group)];
        float[] inputs = [.. kept.SelectMany(one => one.Input)];
        File.WriteAllBytes(Path.Combine(_folder, "test.npy"), NpyFormat.Write(FirstDivergence.Floats(new Shape([kept.Count, .. graph.Inputs[0].Shape.Extents.Skip(1)]), inputs)));
        return [.. kept.Select(one => one.Class)];
    }

    private List<Diagnostic> Run(QuantizationScheme scheme, int[] labels)
    {
        string file = Path.Combine(_folder, "labels.txt");
        File.WriteAllText(file, string.Join('\n', labels));
        var settings = new ModelSettings
        {
            Name = "tiny",
            ProjectFolder = _folder,
            Quantization = scheme,
            CalibrationData = Path.Combine(Assets(), "tiny-conv.calibration.npy"),
            TestData = Path.Combine(_folder, "test.npy"),
            TestLabels = file,
        };
        ImportedModel imported = ImportStage.Run(Import(), [], CancellationToken.None);
        QuantizedModel quantized = QuantizeStage.Run(imported, settings, [], CancellationToken.None);
        PlannedModel planned = PlanStage.Run(quantized, TargetCatalog.Get("host"), settings, [], CancellationToken.None);
        FirmwareSources firmware = GenerateStage.Run(PlanStage.Combine(planned.Target, [planned], []), [], CancellationToken.None);
        var said = new List<Diagnostic>();
        SimulateStage.Run(new(imported, planned, firmware, settings, SimulationLevel.Managed, Toolchain.None, _folder), said, CancellationToken.None);
        return said;
    }

    private static ImportRequest Import() =>
        new("tiny", "tiny-conv.onnx", File.ReadAllBytes(Path.Combine(Assets(), "tiny-conv.onnx")), ImmutableSortedDictionary<string, Shape>.Empty, _ => null);

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
