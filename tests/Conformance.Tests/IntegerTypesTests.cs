using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Quantization;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;
using EdgeAI.Simulator;

namespace Conformance.Tests;

/// <summary>Every public float model of moderate size with int16 activations and with types chosen by layer: it builds, and the compiled C gives the managed bytes.</summary>
[TestClass]
public sealed class IntegerTypesTests
{
    private const long MostMacs = 3_000_000;

    [TestMethod]
    [DataRow("onnx")]
    [DataRow("torch")]
    [DataRow("tflite")]
    public void Float_models_run_in_int16_and_in_mixed_types(string kind) => ConformanceData.WithData(() =>
    {
        string folder = ConformanceData.Require(kind);
        var faults = new List<string>();
        int built = 0;
        foreach (GoldenModel model in kind == "tflite" ? GoldenModel.ReadTfLite(folder) : GoldenModel.ReadOnnx(folder))
        {
            if (Import(model) is not { } imported || !IsFloat(imported.Graph))
            {
                continue;
            }

            foreach (QuantizationScheme scheme in new[] { QuantizationScheme.Int16x8, QuantizationScheme.Auto })
            {
                try
                {
                    string told = Build(model, scheme);
                    Console.WriteLine($"{model.Name} {scheme}: {told}");
                    built++;
                }
                catch (DiagnosticException refusal)
                {
                    Console.WriteLine($"{model.Name} {scheme}: refused {refusal.Diagnostics[0]}");
                    if (!Refuses(model))
                    {
                        faults.Add($"{model.Name} {scheme}: {refusal.Diagnostics[0]}");
                    }
                }
                catch (Exception error) when (error is not OutOfMemoryException)
                {
                    faults.Add($"{model.Name} {scheme}: {error.GetType().Name}: {error.Message} {error.StackTrace?.Split('\n')[0].Trim()}");
                }
            }
        }

        Assert.IsEmpty(faults, string.Join("\n", faults));
        Assert.IsGreaterThan(0, built);
    });

    private static ImportedModel? Import(GoldenModel model)
    {
        try
        {
            string folder = Path.GetDirectoryName(model.Path)!;
            return ImportStage.Run(
                new ImportRequest("model_under_test", Path.GetFileName(model.Path), model.Bytes, model.Shapes,
                    file => File.Exists(Path.Combine(folder, file)) ? File.ReadAllBytes(Path.Combine(folder, file)) : null), [], CancellationToken.None);
        }
        catch (DiagnosticException)
        {
            return null;
        }
    }

    private static bool IsFloat(Graph graph) =>
        graph.Tensors().All(tensor => tensor.IsConstant || tensor.Quantization is null) && graph.Tensors().Any(tensor => tensor is { IsConstant: false, Type: ElementType.Float32 })
        && graph.Nodes.Sum(node => OperatorCatalog.Of(node).CountMacs(node)) <= MostMacs;

    /// <summary>Whether int8 is refused too.</summary>
    private static bool Refuses(GoldenModel model)
    {
        try
        {
            Build(model, QuantizationScheme.Int8);
            return false;
        }
        catch (DiagnosticException)
        {
            return true;
        }
    }

    private static string Build(GoldenModel model, QuantizationScheme scheme)
    {
        ModelSettings settings = WholePipeline.Settings(scheme) with { InputShapes = model.Shapes };
        TargetDescription target = TargetCatalog.Get("host");
        Graph exact = Import(model)!.Graph;
        QuantizedModel quantized = QuantizeStage.Run(Import(model)!, settings, [], CancellationToken.None);
        PlannedModel planned = PlanStage.Run(quantized, target, settings, [], CancellationToken.None);
        FirmwareSources firmware = GenerateStage.Run(PlanStage.Combine(target, [planned], []), [], CancellationToken.None);
        double db = new OutputProbe(exact, SyntheticInputs.Make(exact, 4), CancellationToken.None).SqnrDb(planned.Quantized.Graph, CancellationToken.None);
        string work = Directory.CreateTempSubdirectory("edgeai-types-").FullName;
        try
        {
            SimulationResult result = SimulateStage.Run(
                new SimulationRequest(Import(model)!, planned, firmware, settings, SimulationLevel.Available, WholePipeline.Tools, work), [], CancellationToken.None);
            Assert.IsTrue(result.Engines.All(run => run.Mismatches == 0), $"{model.Name} {scheme}");
            string types = planned.Quantized.Types is { } choice ? string.Concat(choice.Layers.Select(layer => layer.Type.DisplayName()[^1])) : "";
            return string.Create(CultureInfo.InvariantCulture, $"{db:0.0} dB, {string.Join(", ", result.Engines.Select(run => run.Engine))} {types}");
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }
}
