using System.Collections.Immutable;
using System.Globalization;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace Conformance.Tests;

/// <summary>
/// Every public model with outputs of its origin, as managed execution and as generated C on this machine: the same numbers (integers of
/// TensorFlow Lite Micro byte for byte, floats within 1e-4 of the output's range, hybrid models within 2e-2), or a coded refusal. The test's output names all that do not agree.
/// </summary>
[TestClass]
public sealed class GoldenModelTests
{
    private const double Tolerance = 1e-4;

    /// <summary>Of models with integer weights beside float activations, which their origin quantizes to 8 bits at each run.</summary>
    private const double HybridTolerance = 2e-2;

    /// <summary>Models with larger constants are run in managed code alone, to keep the suite short.</summary>
    private const long MostCompiledBytes = 3_000_000;

    public required TestContext TestContext { get; init; }

    /// <summary>Files whose declared number of results, which depends on values, is not that of their outputs.</summary>
    private static readonly HashSet<string> DeclaresOtherExtents =
        ["burn__nonzero__test_nonzero", "burn__constant_of_shape__constant_of_shape_tensor", "burn__expand__expand_tensor"];

    [TestMethod]
    public void TfLite_models() => Check(GoldenModel.ReadTfLite, "tflite", 51);

    [TestMethod]
    public void Signal_front_end() => Check(SignalFrontEnd.Read, "tflite", 2);

    [TestMethod]
    public void Onnx_models() => Check(GoldenModel.ReadOnnx, "onnx", 32);

    [TestMethod]
    public void PyTorch_exports() => Check(GoldenModel.ReadOnnx, "torch", 17);

    [TestMethod]
    public void Operators_with_16_bit_activations() => Check(GoldenModel.ReadSeaNet, "tflite", 75);

    [TestMethod]
    public void Onnx_single_operators() => Check(GoldenModel.ReadSingleOperators, "onnx-node", 248);

    private void Check(Func<string, IEnumerable<GoldenModel>> read, string folder, int leastAgreeing) => ConformanceData.WithData(() =>
    {
        GoldenModel[] models = [.. read(ConformanceData.Require(folder))];
        if (Environment.GetEnvironmentVariable("EDGEAI_ONLY") is { Length: > 0 } only)
        {
            models = [.. models.Where(model => model.Name.Contains(only, StringComparison.Ordinal))];
        }

        string[] outcomes = new string[models.Length];
        var built = new Built?[models.Length];
        Parallel.For(0, models.Length, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i => (built[i], outcomes[i]) = Try(models[i], i));
        if (WholePipeline.Tools.HostCompiler is { } compiler)
        {
            RunGenerated(compiler, models, built, outcomes);
        }

        TestContext.WriteLine($"{outcomes.Count(outcome => outcome == "agrees")} of {models.Count(model => model.Runs.Count > 0)} agree");
        for (int i = 0; i < models.Length; i++)
        {
            if (outcomes[i] != "agrees")
            {
                TestContext.WriteLine($"{models[i].Name}: {outcomes[i]}");
            }
        }

        string[] wrong = [.. models.Zip(outcomes).Where(pair => pair.Second.StartsWith("wrong", StringComparison.Ordinal) && !DeclaresOtherExtents.Contains(pair.First.Name)).Select(pair => $"{pair.First.Name}: {pair.Second}")];
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
        Assert.IsGreaterThanOrEqualTo(leastAgreeing, outcomes.Count(outcome => outcome == "agrees"));
    });

    private static (Built?, string) Try(GoldenModel model, int index)
    {
        try
        {
            Built built = Build(model, index);
            return (built, model.Runs.Count == 0 ? "imports; its origin gives no outputs" : Managed(model, built));
        }
        catch (DiagnosticException refusal)
        {
            return (null, "refused " + string.Join(" | ", refusal.Diagnostics.Take(3).Select(told => $"{told.Code} {told.Message}")));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return (null, $"wrong, {error.GetType().Name}: {error.Message} {error.StackTrace?.Split('\n')[0].Trim()}");
        }
    }

    private static Built Build(GoldenModel model, int index)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"golden_{index}");
        var settings = new ModelSettings { Name = name, Quantization = QuantizationScheme.Float32, InputShapes = model.Shapes };
        var diagnostics = new List<Diagnostic>();
        string folder = Path.GetDirectoryName(model.Path)!;
        var request = new ImportRequest(name, Path.GetFileName(model.Path), model.Bytes, model.Shapes,
            file => File.Exists(Path.Combine(folder, file)) ? File.ReadAllBytes(Path.Combine(folder, file)) : null, true);
        QuantizedModel quantized = QuantizeStage.Run(ImportStage.Run(request, diagnostics, CancellationToken.None), settings, diagnostics, CancellationToken.None);
        TargetDescription target = TargetCatalog.Get("host");
        PlannedModel planned = PlanStage.Run(quantized, target, settings, diagnostics, CancellationToken.None);
        Graph graph = planned.Quantized.Graph;
        long constants = graph.Tensors().Where(tensor => tensor.IsConstant).Sum(tensor => tensor.ByteSize);
        return new(graph, constants > MostCompiledBytes ? null
            : GenerateStage.Run(PlanStage.Combine(target, [planned], diagnostics), diagnostics, CancellationToken.None), diagnostics.Any(told => told.Code == "EAI1204"));
    }

    /// <summary>Doubles are float32 in the firmware.</summary>
    private static byte[] InTypeOf(Tensor input, NumericArray array) => input.Type == ElementType.Float32 && array.Type != ElementType.Float32
        ? System.Runtime.InteropServices.MemoryMarshal.AsBytes(array.ToSingles().AsSpan()).ToArray()
        : array.Bytes.ToArray();

    private static string Managed(GoldenModel model, Built built)
    {
        Graph graph = built.Graph;
        var executor = new GraphExecutor(graph);
        var outputs = new List<byte>();
        foreach (GoldenRun run in model.Runs)
        {
            executor = model.IsStateful ? executor : new GraphExecutor(graph);
            if (run.Inputs.Count != graph.Inputs.Count)
            {
                return $"wrong: {graph.Inputs.Count} inputs instead of {run.Inputs.Count}";
            }

            for (int i = 0; i < graph.Inputs.Count; i++)
            {
                executor.SetInput(i, InTypeOf(graph.Inputs[i], run.Inputs[i]));
            }

            executor.Run();
            outputs.AddRange(Enumerable.Range(0, graph.Outputs.Count).SelectMany(i => executor.Output(i).ToArray()));
        }

        return Compare(model, built, [.. outputs], "managed execution");
    }

    private static void RunGenerated(string compiler, GoldenModel[] models, Built?[] built, string[] outcomes)
    {
        string folder = Directory.CreateTempSubdirectory("edgeai-golden-models-").FullName;
        try
        {
            var program = new HostProgram(compiler, folder);
            int[] order = [.. Enumerable.Range(0, models.Length).Where(i => outcomes[i] == "agrees" && built[i]!.Firmware is not null)];
            foreach (int i in order)
            {
                program.Add(built[i]!.Graph, built[i]!.Firmware!, models[i].IsStateful, [.. models[i].Runs.Select(run => run.Inputs.SelectMany((array, k) => InTypeOf(built[i]!.Graph.Inputs[k], array)).ToArray())]);
            }

            IReadOnlyList<(byte[]? Outputs, string? Failure)> results = program.Run();
            for (int k = 0; k < order.Length; k++)
            {
                outcomes[order[k]] = results[k].Outputs is { } outputs
                    ? Compare(models[order[k]], built[order[k]]!, outputs, "generated C")
                    : $"wrong in generated C: {results[k].Failure}";
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Compare(GoldenModel model, Built built, byte[] outputs, string engine)
    {
        Graph graph = built.Graph;
        int offset = 0;
        for (int run = 0; run < model.Runs.Count; run++)
        {
            IReadOnlyList<NumericArray> expected = model.Runs[run].Outputs;
            for (int i = 0; i < expected.Count; i++)
            {
                Tensor output = graph.Outputs[i];
                if (output.Shape.ElementCount != expected[i].Shape.ElementCount || (output.Type != expected[i].Type && !(output.Type.IsFloat() && expected[i].Type.IsFloat())))
                {
                    return $"wrong: output {output} instead of {expected[i].Type.DisplayName()}{expected[i].Shape}";
                }

                var made = new NumericArray(output.Type, output.Shape, outputs.AsMemory(offset, (int)output.ByteSize));
                offset += (int)output.ByteSize;
                (double worst, double range) = Difference(expected[i], made);
                double allowed = output.Type.IsFloat() ? ((built.IsHybrid ? HybridTolerance : Tolerance) * range) + 1e-7 : model.IntegerSteps;
                if (worst > allowed)
                {
                    return string.Create(CultureInfo.InvariantCulture, $"wrong in {engine}: run {run}, output {i} is {worst} off in a range of {range}; {Count(expected[i], made, allowed)} of {output.Shape.ElementCount} are more than {allowed} off");
                }
            }
        }

        return "agrees";
    }

    private static int Count(NumericArray expected, NumericArray made, double allowed) => Enumerable.Range(0, (int)expected.Shape.ElementCount)
        .Count(k => !(expected.ValueAt(k) == made.ValueAt(k) || Math.Abs(expected.ValueAt(k) - made.ValueAt(k)) <= allowed));

    private static (double Worst, double Range) Difference(NumericArray expected, NumericArray made)
    {
        double range = 0;
        double worst = 0;
        for (int k = 0; k < expected.Shape.ElementCount; k++)
        {
            // ONNX Runtime masks with the lowest float where the specification has minus infinity.
            double wanted = Math.Clamp(expected.ValueAt(k), float.MinValue, float.MaxValue);
            double got = Math.Clamp(made.ValueAt(k), float.MinValue, float.MaxValue);
            range = Math.Max(range, Math.Abs(wanted) < float.MaxValue ? Math.Abs(wanted) : 0);
            worst = wanted.Equals(got) || wanted == got ? worst
                : double.IsNaN(wanted - got) || double.IsInfinity(wanted) ? double.PositiveInfinity : Math.Max(worst, Math.Abs(wanted - got));
        }

        return (worst, range);
    }

    private sealed record Built(Graph Graph, FirmwareSources? Firmware, bool IsHybrid);
}
