using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Passes;
using EdgeAI.Compiler.Quantization;
using EdgeAI.Compiler.Quantization.Mixed;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Compiler.Pipeline;

/// <summary><see cref="ImportedModel"/> + calibration data → <see cref="QuantizedModel"/>.</summary>
public static class QuantizeStage
{
    private const int SyntheticCases = 8;
    private const int FewestCases = 8;

    /// <summary>
    /// Throws <see cref="DiagnosticException"/> with every error found; adds warnings and notes to <paramref name="diagnostics"/>.
    /// The imported graph is taken over: it must not be used afterwards. <paramref name="progress"/> is told of steps that may take long.
    /// </summary>
    public static QuantizedModel Run(
        ImportedModel imported, ModelSettings settings, ICollection<Diagnostic> diagnostics, CancellationToken cancellation,
        IProgress<StageProgress>? progress = null)
    {
        Graph graph = imported.Graph;
        Tensor[] fileInputs = [.. graph.Inputs];
        Tensor[] fileOutputs = [.. graph.Outputs];
        bool alreadyQuantized = IsQuantized(graph);
        bool quantize = !alreadyQuantized && settings.Quantization is QuantizationScheme.Default or QuantizationScheme.Int8
            or QuantizationScheme.Int16x8 or QuantizationScheme.Auto;
        ElementType type = settings.Quantization == QuantizationScheme.Int16x8 ? ElementType.Int16 : ElementType.Int8;
        CalibrationMix mix = CalibrationMix.Of([]);
        if (quantize)
        {
            IReadOnlyList<TestCase> cases = CalibrationCases(settings, fileInputs, fileOutputs, graph, diagnostics);
            mix = settings.CalibrationData is null ? CalibrationMix.Of(cases) : CalibrationMix.Of(cases, fileInputs, settings, diagnostics);
        }

        BorderLayouts border = ModelBorder.ApplyLayouts(graph, settings);
        if (border.InputPermutations.Concat(border.OutputPermutations).Any(permutation => permutation.Length > 0))
        {
            PassRunner.Run(graph, diagnostics, cancellation);
            mix = mix.Select(test => test with { Inputs = BorderValues.Permuted(test.Inputs, fileInputs, border.InputPermutations) });
        }

        MixedCandidates? candidates = null;
        ModelRepairs repairs = ModelRepairs.None;
        if (quantize && settings.Quantization == QuantizationScheme.Auto)
        {
            (candidates, repairs) = mix.Candidates(graph, diagnostics, cancellation, progress);
            graph = candidates.Wide;
            RangeProof.Run(candidates.Narrow, diagnostics);
        }
        else if (quantize)
        {
            (graph, repairs) = mix.Quantize(graph, type, diagnostics, cancellation, progress);
        }
        else if (alreadyQuantized)
        {
            QuantizedModelCheck.Run(graph, diagnostics);
            NarrowWeights.Pack(graph);
        }

        RangeProof.Run(graph, diagnostics);
        if (candidates is null)
        {
            ModelBorder.ApplyTypes(graph, settings);
        }

        IReadOnlyList<string> faults = [.. GraphVerifier.Verify(graph), .. candidates is null ? [] : GraphVerifier.Verify(candidates.Narrow)];
        if (faults.Count > 0)
        {
            throw DiagnosticCatalog.QuantizationFault.Throw(null, faults[0]);
        }

        string scheme = quantize ? (settings.Quantization == QuantizationScheme.Default ? nameof(QuantizationScheme.Int8) : settings.Quantization.ToString())
            : settings.Quantization is QuantizationScheme.Float32 ? nameof(QuantizationScheme.Float32) : nameof(QuantizationScheme.None);
        bool real = !quantize || settings.CalibrationData is not null;
        return new QuantizedModel(graph, imported.Source, scheme, real, mix.Clean.Count, border) { Candidates = candidates, Repairs = repairs };
    }

    private static IReadOnlyList<TestCase> CalibrationCases(
        ModelSettings settings, Tensor[] inputs, Tensor[] outputs, Graph graph, ICollection<Diagnostic> diagnostics)
    {
        if (settings.CalibrationData is not { } path)
        {
            diagnostics.Add(DiagnosticCatalog.NoCalibrationData.With(null, settings.Name));
            return SyntheticInputs.Make(graph, SyntheticCases);
        }

        string display = settings.Display(path);
        (IReadOnlyList<TestCase> cases, long total) =
            SampleReader.ReadEvenly("CalibrationData", path, display, inputs, outputs, settings.ImageNormalization, SampleLimit.Calibration);
        if (cases.Count < total)
        {
            diagnostics.Add(DiagnosticCatalog.CalibrationThinned.With(null, display, total, cases.Count, SampleLimit.Calibration.Count, SampleLimit.Calibration.Bytes >> 20));
        }

        if (cases.Count < FewestCases)
        {
            diagnostics.Add(DiagnosticCatalog.FewCalibrationCases.With(null, display, cases.Count));
        }

        for (int i = 0; i < inputs.Length; i++)
        {
            WarnWhenConstant(cases, i, inputs[i], diagnostics);
        }

        return cases;
    }

    private static void WarnWhenConstant(IReadOnlyList<TestCase> cases, int index, Tensor input, ICollection<Diagnostic> diagnostics)
    {
        if (input.Type != ElementType.Float32 || input.Shape.ElementCount == 0)
        {
            return;
        }

        float first = BorderValues.Singles(cases[0].Inputs[index])[0];
        foreach (TestCase test in cases)
        {
            if (BorderValues.Singles(test.Inputs[index]).ContainsAnyExcept(first))
            {
                return;
            }
        }

        diagnostics.Add(DiagnosticCatalog.DataConstant.With(null, input.Name, first));
    }

    /// <summary>Whether values computed at run time are integers that stand for reals.</summary>
    private static bool IsQuantized(Graph graph) =>
        graph.Tensors().Any(tensor => !tensor.IsConstant && tensor.Quantization is not null);
}
