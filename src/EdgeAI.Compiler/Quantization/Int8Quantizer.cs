using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Passes;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// A float graph's int8 graph, repaired where that lowers the noise of the outputs on the calibration data.
/// <list type="bullet">
/// <item>The cases are split by blocks: ranges and factors come from one part, noise is measured on at most 32 cases of the other, so that
/// what fits its own data alone is not chosen. With fewer than 8 cases one part serves both.</item>
/// <item>Ranges are chosen (<see cref="RangeChoice"/>) for the graph as it is and for its equalized copy (<see cref="ChannelEqualizer"/>); the
/// better one goes on.</item>
/// <item>Biases are corrected (<see cref="BiasCorrection"/>) where that lowers the noise again.</item>
/// <item>The choice made is carried out on all cases.</item>
/// </list>
/// Every step is bounded by work, and none depends on time.
/// </summary>
internal static class Int8Quantizer
{
    private const int Blocks = 4;
    private const int MostProbeCases = 32;
    private const int FewestProbeCases = 4;
    private const long ProbeMacs = 120_000_000;
    private const double LeastGainDb = 0.1;

    /// <summary>Builds the graph; the source is not changed.</summary>
    public static Graph Run(Graph graph, IReadOnlyList<TestCase> cases, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        long macs = Math.Max(1, graph.Nodes.Sum(node => OperatorCatalog.Of(node).CountMacs(node)));
        int probeCount = (int)Math.Clamp(ProbeMacs / macs, FewestProbeCases, MostProbeCases);
        (IReadOnlyList<TestCase> fit, IReadOnlyList<TestCase> check) = Split(cases);
        var probe = new OutputProbe(graph, Spread(check, probeCount), cancellation);
        var choice = new RangeChoice(graph, fit, probe, Enumerable.Range(0, ActivationRange.Methods.Count), cancellation);

        Graph chosen = graph;
        Graph equalized = GraphCopy.Of(graph);
        IReadOnlyList<string> layers = ChannelEqualizer.Run(equalized, fit, cancellation);
        if (layers.Count > 0)
        {
            // Clipping costs more where every channel fills the range: extremes and headroom, beside what served the graph as it was.
            var other = new RangeChoice(
                equalized, fit, probe, [choice.Method, 0, .. ActivationRange.WithHeadroom], cancellation);
            if (other.SqnrDb > choice.SqnrDb + LeastGainDb)
            {
                diagnostics.Add(DiagnosticCatalog.ChannelsEqualized.With(null, layers.Count, layers[0], choice.SqnrDb, other.SqnrDb));
                choice = other;
                chosen = GraphCopy.Of(graph);
                ChannelEqualizer.Run(chosen, cases, cancellation);
            }
        }

        Graph result = IntegerGraphBuilder.Build(chosen, RangeChoice.Ranges(chosen, cases, choice.Methods, cancellation), diagnostics);
        CorrectBiases(chosen, choice, probe, fit, cases, result, diagnostics, cancellation);
        return result;
    }

    /// <summary>Tries the correction with one part of the data and, where the other part gains, makes it with all.</summary>
    private static void CorrectBiases(
        Graph graph, RangeChoice choice, OutputProbe probe, IReadOnlyList<TestCase> fit, IReadOnlyList<TestCase> cases, Graph result,
        ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        Graph trial = choice.Build();
        if (BiasCorrection.Run(choice.Graph, trial, Spread(fit, probe.CaseCount), cancellation) == 0)
        {
            return;
        }

        double sqnrDb = probe.SqnrDb(trial, cancellation);
        if (sqnrDb > choice.SqnrDb + LeastGainDb)
        {
            int layers = BiasCorrection.Run(graph, result, Spread(cases, MostProbeCases), cancellation);
            diagnostics.Add(DiagnosticCatalog.BiasesCorrected.With(null, layers, choice.SqnrDb, sqnrDb));
        }
    }

    /// <summary>
    /// Blocks of the data by turns: cases that follow one another are often alike (crops of one photograph), so neighbours stay together.
    /// </summary>
    private static (IReadOnlyList<TestCase> Fit, IReadOnlyList<TestCase> Check) Split(IReadOnlyList<TestCase> cases)
    {
        if (cases.Count < 2 * Blocks)
        {
            return (cases, cases);
        }

        ILookup<bool, TestCase> halves = cases.Select((test, i) => (test, IsCheck: (long)i * Blocks / cases.Count % 2 == 1))
            .ToLookup(pair => pair.IsCheck, pair => pair.test);
        return ([.. halves[false]], [.. halves[true]]);
    }

    private static List<TestCase> Spread(IReadOnlyList<TestCase> cases, int count) =>
        cases.Count <= count ? [.. cases] : [.. Enumerable.Range(0, count).Select(i => cases[(int)((long)i * cases.Count / count)])];
}
