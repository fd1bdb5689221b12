using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Noise;
using EdgeAI.Compiler.Passes;
using EdgeAI.Compiler.Quantization.Mixed;
using EdgeAI.Compiler.Settings;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Calibration inputs, and disturbed copies of them where noise is asked for.
/// <list type="bullet">
/// <item>Behind each clean input stands one copy for each noise with <c>Calibration</c>; the copies take the noise's levels by turns.</item>
/// <item>What that brought is measured: the model is quantized with the copies and without them, and both results run on clean inputs and on other copies,
/// at the levels that were not taken for the input.</item>
/// </list>
/// </summary>
/// <param name="Clean">The inputs as they were given.</param>
/// <param name="All">Clean and disturbed inputs.</param>
/// <param name="Judging">Disturbed inputs that calibration does not see.</param>
/// <param name="Noises">Names of the noises.</param>
internal sealed record CalibrationMix(
    IReadOnlyList<TestCase> Clean, IReadOnlyList<TestCase> All, IReadOnlyList<TestCase> Judging, IReadOnlyList<string> Noises)
{
    private const int MostJudgingCases = 32;

    /// <summary>Clean inputs alone.</summary>
    public static CalibrationMix Of(IReadOnlyList<TestCase> clean) => new(clean, clean, [], []);

    /// <summary>With the disturbed copies that the settings ask for. Throws <see cref="DiagnosticException"/> for a recording that cannot be used.</summary>
    public static CalibrationMix Of(
        IReadOnlyList<TestCase> clean, IReadOnlyList<Tensor> inputs, ModelSettings settings, ICollection<Diagnostic> diagnostics)
    {
        NoiseSettings[] noises = [.. settings.Noise.Where(noise => noise.InCalibration)];
        if (noises.Length == 0 || !inputs.Any(Disturbance.Touches))
        {
            return Of(clean);
        }

        Disturbance[] disturbances = [.. noises.Select(noise => Disturbance.Open(noise, inputs, clean, settings.CalibrationData, settings.Display, diagnostics))];
        var all = new List<TestCase>();
        var judging = new List<TestCase>();
        for (int i = 0; i < clean.Count; i++)
        {
            all.Add(clean[i]);
            for (int n = 0; n < noises.Length; n++)
            {
                int count = noises[n].Levels.Length;
                all.Add(disturbances[n].Apply(clean[i], noises[n].Levels[i % count]));
                judging.Add(disturbances[n].Apply(clean[i], noises[n].Levels[(i + 1) % count]));
            }
        }

        return new CalibrationMix(clean, all, Fold.Spread(judging, MostJudgingCases), [.. noises.Select(noise => noise.Name)]);
    }

    /// <summary>Every input changed alike.</summary>
    public CalibrationMix Select(Func<TestCase, TestCase> change) =>
        this with { Clean = [.. Clean.Select(change)], All = [.. All.Select(change)], Judging = [.. Judging.Select(change)] };

    /// <summary>The graphs of both integer types, from all inputs.</summary>
    public (MixedCandidates Candidates, ModelRepairs Repairs) Candidates(
        Graph graph, ICollection<Diagnostic> diagnostics, CancellationToken cancellation, IProgress<StageProgress>? progress) =>
        IntegerQuantizer.Candidates(graph, All, diagnostics, cancellation, progress);

    /// <summary>The graph of an integer type.</summary>
    public IntegerModel Quantize(
        Graph graph, ElementType type, ICollection<Diagnostic> diagnostics, CancellationToken cancellation, IProgress<StageProgress>? progress)
    {
        if (Noises.Count == 0)
        {
            return IntegerQuantizer.Run(graph, Clean, type, diagnostics, cancellation, progress);
        }

        var onDisturbed = new OutputProbe(graph, Judging, cancellation);
        var onClean = new OutputProbe(graph, Fold.Spread(Clean, MostJudgingCases), cancellation);
        IntegerModel without = IntegerQuantizer.Run(GraphCopy.Of(graph), Clean, type, [], cancellation, progress);
        IntegerModel with = IntegerQuantizer.Run(graph, All, type, diagnostics, cancellation, progress);
        diagnostics.Add(DiagnosticCatalog.NoiseCalibrated.With(
            null, All.Count - Clean.Count, string.Join(", ", Noises.Select(name => $"'{name}'")), Clean.Count,
            onDisturbed.SqnrDb(with.Graph, cancellation), onDisturbed.SqnrDb(without.Graph, cancellation),
            onClean.SqnrDb(with.Graph, cancellation), onClean.SqnrDb(without.Graph, cancellation)));
        return with;
    }
}
