using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace Conformance.Tests;

/// <summary>
/// The ONNX operator suite, all tiers, as managed execution and as generated C on this machine: every case agrees or is
/// refused with a code, none is wrong.
/// </summary>
[TestClass]
public sealed class OnnxNodeTests
{
    /// <summary>Cases that agree; raise it when more do.</summary>
    private const int CasesThatAgree = 942;

    /// <summary>Whose expected values are written with four digits, or hold what a random generator of the suite's author drew.</summary>
    private static readonly HashSet<string> WithoutExactOutputs = ["node/test_averagepool_2d_ceil_last_window_starts_on_pad"];

    private const double Tolerance = 1e-4;

    public required TestContext TestContext { get; init; }

    [TestMethod]
    public void EveryCaseAgreesOrIsRefused() => ConformanceData.WithData(() =>
    {
        IReadOnlyList<OnnxNodeCase> cases = OnnxNodeCase.Read(ConformanceData.Require("onnx-node"));
        var outcomes = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        var built = new ConcurrentDictionary<int, Built>();
        Parallel.For(0, cases.Count, i =>
        {
            try
            {
                Built result = Build(cases[i], i);
                built[i] = result;
                outcomes[cases[i].Name] = Managed(cases[i], result);
            }
            catch (DiagnosticException error)
            {
                outcomes[cases[i].Name] = "refused " + string.Join(" | ", error.Diagnostics.Take(2).Select(diagnostic => $"{diagnostic.Code} {diagnostic.Message}"));
            }
            catch (Exception error) when (error is InvalidDataException or FormatException)
            {
                outcomes[cases[i].Name] = "refused, its test data: " + error.Message;
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                outcomes[cases[i].Name] = $"wrong, {error.GetType().Name}: {error.Message} {error.StackTrace?.Split('\n')[0].Trim()}";
            }
        });
        if (WholePipeline.Tools.HostCompiler is { } compiler)
        {
            RunGenerated(compiler, cases, built, outcomes);
        }
        else
        {
            TestContext.WriteLine("ran in managed execution only: there is no C compiler on this machine");
        }

        Report(cases, outcomes);
    });

    private void Report(IReadOnlyList<OnnxNodeCase> cases, IReadOnlyDictionary<string, string> outcomes)
    {
        var summary = new StringBuilder();
        foreach (IGrouping<string, OnnxNodeCase> tier in cases.GroupBy(test => test.Tier))
        {
            summary.AppendLine(CultureInfo.InvariantCulture, $"{tier.Key}: {tier.Count(test => outcomes[test.Name] == "agrees")} of {tier.Count()} agree");
        }

        foreach (OnnxNodeCase test in cases.Where(test => outcomes[test.Name] != "agrees"))
        {
            summary.AppendLine(CultureInfo.InvariantCulture, $"{test.Name} ({test.Tier}): {outcomes[test.Name]}");
        }

        TestContext.WriteLine(summary.ToString());
        string[] wrong = [.. cases.Where(test => outcomes[test.Name].StartsWith("wrong", StringComparison.Ordinal)).Select(test => $"{test.Name}: {outcomes[test.Name]}")];
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
        Assert.IsGreaterThanOrEqualTo(CasesThatAgree, outcomes.Values.Count(outcome => outcome == "agrees"));
    }

    /// <summary>The case as it is; with its shapes and axes as constants; with all operands but the first; with all where all are shapes.</summary>
    private static Built Build(OnnxNodeCase test, int index)
    {
        IReadOnlyList<NumericArray> arrays = test.Arrays(0, "input");
        try
        {
            return Build(test, index, arrays, ImmutableHashSet<int>.Empty);
        }
        catch (DiagnosticException first)
        {
            bool areShapes = arrays.All(array => array.Shape.Rank == 0 || array.Type is ElementType.Int64 or ElementType.Int32);
            IEnumerable<IEnumerable<int>> choices =
            [
                Enumerable.Range(1, Math.Max(0, arrays.Count - 1)).Where(i => arrays[i].Type is ElementType.Int64 or ElementType.Int32),
                Enumerable.Range(1, Math.Max(0, arrays.Count - 1)),
                areShapes ? Enumerable.Range(0, arrays.Count) : [],
            ];
            foreach (IEnumerable<int> constant in choices.Where(choice => choice.Any()))
            {
                try
                {
                    return Build(test, index, arrays, [.. constant]);
                }
                catch (DiagnosticException)
                {
                    // The reason that is told is that of the case as it is.
                }
            }

            throw new DiagnosticException([.. first.Diagnostics]);
        }
    }

    private static Built Build(OnnxNodeCase test, int index, IReadOnlyList<NumericArray> arrays, ImmutableHashSet<int> constant)
    {
        IReadOnlyList<(string Name, bool IsOpen)> inputs = test.Inputs();
        var shapes = Enumerable.Range(0, Math.Min(inputs.Count, arrays.Count)).Where(i => inputs[i].IsOpen && !constant.Contains(i))
            .ToImmutableSortedDictionary(i => inputs[i].Name, i => arrays[i].Shape, StringComparer.Ordinal);
        string name = string.Create(CultureInfo.InvariantCulture, $"case_{index}");
        var settings = new ModelSettings { Name = name, Quantization = QuantizationScheme.Float32, InputShapes = shapes };
        var diagnostics = new List<Diagnostic>();
        var request = new ImportRequest(name, "model.onnx", test.ModelWithConstants(constant), shapes, path => test.Files.GetValueOrDefault(path), true);
        QuantizedModel quantized = QuantizeStage.Run(ImportStage.Run(request, diagnostics, CancellationToken.None), settings, diagnostics, CancellationToken.None);
        TargetDescription target = TargetCatalog.Get("host");
        PlannedModel planned = PlanStage.Run(quantized, target, settings, diagnostics, CancellationToken.None);
        FirmwareSources firmware = GenerateStage.Run(PlanStage.Combine(target, [planned], diagnostics), diagnostics, CancellationToken.None);
        return new(planned.Quantized.Graph, firmware, constant);
    }

    private static string Managed(OnnxNodeCase test, Built built)
    {
        var executor = new GraphExecutor(built.Graph);
        IReadOnlyList<NumericArray> inputs = built.Given(test.Arrays(0, "input"));
        for (int i = 0; i < built.Graph.Inputs.Count; i++)
        {
            executor.SetInput(i, inputs[i].Bytes.Span);
        }

        executor.Run();
        return Compare(test, built.Graph, [.. Enumerable.Range(0, built.Graph.Outputs.Count).SelectMany(i => executor.Output(i).ToArray())], "managed execution");
    }

    private static void RunGenerated(
        string compiler, IReadOnlyList<OnnxNodeCase> cases, IReadOnlyDictionary<int, Built> built, ConcurrentDictionary<string, string> outcomes)
    {
        string folder = Directory.CreateTempSubdirectory("edgeai-onnx-node-").FullName;
        try
        {
            var program = new HostProgram(compiler, folder);
            int[] order = [.. built.Keys.Where(i => outcomes[cases[i].Name] == "agrees").Order()];
            foreach (int i in order)
            {
                byte[] inputs = [.. built[i].Given(cases[i].Arrays(0, "input")).Take(built[i].Graph.Inputs.Count).SelectMany(array => array.Bytes.ToArray())];
                program.Add(built[i].Graph, built[i].Firmware, false, [inputs]);
            }

            IReadOnlyList<(byte[]? Outputs, string? Failure)> results = program.Run();
            for (int k = 0; k < order.Length; k++)
            {
                outcomes[cases[order[k]].Name] = results[k].Outputs is { } outputs
                    ? Compare(cases[order[k]], built[order[k]].Graph, outputs, "generated C")
                    : $"wrong in generated C: {results[k].Failure}";
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Compare(OnnxNodeCase test, Graph graph, byte[] outputs, string engine)
    {
        IReadOnlyList<NumericArray> expected = test.Arrays(0, "output");
        if (expected.Count == 0)
        {
            return "refused, its test data holds no tensors";
        }

        int offset = 0;
        for (int i = 0; i < expected.Count; i++)
        {
            Tensor output = graph.Outputs[i];
            if (output.Shape != expected[i].Shape || output.Type != expected[i].Type)
            {
                return $"wrong: output {output} instead of {expected[i].Type.DisplayName()}{expected[i].Shape}";
            }

            var made = new NumericArray(output.Type, output.Shape, outputs.AsMemory(offset, (int)output.ByteSize));
            offset += (int)output.ByteSize;
            double range = 0;
            double worst = 0;
            for (int k = 0; k < expected[i].Shape.ElementCount; k++)
            {
                double wanted = expected[i].ValueAt(k);
                double got = made.ValueAt(k);
                range = Math.Max(range, double.IsFinite(wanted) ? Math.Abs(wanted) : 0);
                worst = wanted.Equals(got) || wanted == got ? worst
                    : double.IsNaN(wanted - got) || double.IsInfinity(wanted) ? double.PositiveInfinity : Math.Max(worst, Math.Abs(wanted - got));
            }

            double allowed = !output.Type.IsFloat() ? 0 : WithoutExactOutputs.Contains(test.Name) ? 1e-3 * range : (test.ToleranceOf(i, Tolerance) * range) + 1e-7;
            if (worst > allowed)
            {
                return string.Create(CultureInfo.InvariantCulture, $"wrong in {engine}: output {i} is {worst} off in a range of {range}");
            }
        }

        return "agrees";
    }

    private sealed record Built(Graph Graph, FirmwareSources Firmware, ImmutableHashSet<int> Constant)
    {
        /// <summary>The arrays that are still inputs.</summary>
        public IReadOnlyList<NumericArray> Given(IReadOnlyList<NumericArray> arrays) =>
            [.. arrays.Where((_, i) => !Constant.Contains(i))];
    }
}
