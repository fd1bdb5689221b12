using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Passes;
using EdgeAI.Compiler.Quantization.Mixed;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// A float graph's int8 or int16 graph, repaired where that lowers the noise of the outputs on the calibration data.
/// <list type="bullet">
/// <item>Every choice is tried on the <see cref="Fold"/>s: made with one part of the data, judged on the other.</item>
/// <item>Ranges are chosen (<see cref="RangeChoice"/>) for the graph as it is and for its equalized copy (<see cref="ChannelEqualizer"/>); the
/// better one goes on.</item>
/// <item>Biases are corrected, and weights are rounded for the sums that they make (<see cref="LayerRepair"/>), where that lowers the noise again.</item>
/// <item>The choice made is carried out on all cases.</item>
/// </list>
/// Every step is bounded by work, and none depends on time.
/// </summary>
internal static class IntegerQuantizer
{
    private const int MostRepairCases = 32;
    private const int FewestRepairCases = 4;
    private const long RepairMacs = 1_000_000_000;
    private const double LeastGainDb = 0.1;

    /// <summary>Equalized channels all fill the range, so that values to come are clipped sooner: it must be worth a bit of resolution.</summary>
    private const double LeastEqualizationGainDb = 6;

    /// <summary>Builds the graph; of the source only the scale of LSTM cells is settled.</summary>
    public static Graph Run(
        Graph graph, IReadOnlyList<TestCase> cases, ElementType type, ICollection<Diagnostic> diagnostics, CancellationToken cancellation) =>
        Run(graph, cases, type, equalizes: true, diagnostics, cancellation).Result;

    /// <summary>Both integer graphs of one float graph, equalized where int8 gains by it, and the noise of each layer in each type.</summary>
    public static MixedCandidates Candidates(
        Graph graph, IReadOnlyList<TestCase> cases, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        (Graph chosen, Graph narrow) = Run(graph, cases, ElementType.Int8, equalizes: true, diagnostics, cancellation);
        Graph exact = GraphCopy.Of(chosen);
        (_, Graph wide) = Run(GraphCopy.Of(exact), cases, ElementType.Int16, equalizes: false, [], cancellation);
        var candidates = new MixedCandidates(exact, GraphCopy.Of(narrow), GraphCopy.Of(wide), []);
        var probe = new OutputProbe(exact, Fold.Spread(cases, MostRepairCases), cancellation);
        return candidates with { Sensitivities = SensitivityTable.Measure(candidates, probe, cancellation) };
    }

    private static (Graph Source, Graph Result) Run(
        Graph graph, IReadOnlyList<TestCase> cases, ElementType type, bool equalizes, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        long macs = Math.Max(1, graph.Nodes.Sum(node => OperatorCatalog.Of(node).CountMacs(node)));
        CellRanges.Settle(graph, cases, cancellation);
        IReadOnlyList<Fold> folds = Fold.Of(graph, cases, macs, cancellation);
        var choice = new RangeChoice([.. folds.Select(fold => (graph, fold))], type, cancellation);
        Graph chosen = graph;
        Graph equalized = GraphCopy.Of(graph);
        IReadOnlyList<string> layers = equalizes ? ChannelEqualizer.Run(equalized, cases, cancellation) : [];
        if (layers.Count > 0)
        {
            var copies = new Graph[folds.Count];
            Parallel.For(0, folds.Count, new ParallelOptions { CancellationToken = cancellation }, i => copies[i] = Equalized(graph, folds[i].Fit, cancellation));
            var other = new RangeChoice([.. copies.Zip(folds)], type, cancellation);
            if (other.SqnrDb > choice.SqnrDb + LeastEqualizationGainDb)
            {
                diagnostics.Add(DiagnosticCatalog.ChannelsEqualized.With(null, layers.Count, layers[0], choice.SqnrDb, other.SqnrDb));
                choice = other;
                chosen = equalized;
            }
        }

        Graph result = IntegerGraphBuilder.Build(chosen, RangeChoice.Ranges(chosen, cases, choice.Methods, type, cancellation), diagnostics);
        RepairLayers(chosen, macs, choice, cases, result, diagnostics, cancellation);
        return (chosen, result);
    }

    private static Graph Equalized(Graph graph, IReadOnlyList<TestCase> cases, CancellationToken cancellation)
    {
        Graph copy = GraphCopy.Of(graph);
        ChannelEqualizer.Run(copy, cases, cancellation);
        return copy;
    }

    /// <summary>
    /// Tries each repair with one part of the data and, where the other part gains most, makes it with all. Few cases cannot tell which repair is best: they
    /// take rounding for a layer's own sums, which needs the operands' covariances alone, unless the other part plainly loses by it. The error that arrives from
    /// other layers is a weaker signal, which few cases do not hold.
    /// </summary>
    private static void RepairLayers(
        Graph graph, long macs, RangeChoice choice, IReadOnlyList<TestCase> cases, Graph result, ICollection<Diagnostic> diagnostics,
        CancellationToken cancellation)
    {
        int count = (int)Math.Clamp(RepairMacs / macs, FewestRepairCases, MostRepairCases);
        bool learns = LearntRounding.Work(graph) <= LearntRounding.MostWork;
        LayerRepair? best = null;
        double bestDb = choice.SqnrDb + LeastGainDb;
        double biasesDb = choice.SqnrDb;
        IEnumerable<LayerRepair> tried = LayerRepair.All
            .Where(repair => learns || repair.Rounding == RoundingGoal.Nearest)
            .Where(repair => !choice.HasFewCases || repair.Rounding != RoundingGoal.ExactSums);
        foreach (LayerRepair repair in tried)
        {
            double sum = 0;
            for (int i = 0; i < choice.Trials.Count; i++)
            {
                (Graph source, Fold fold) = choice.Trials[i];
                Graph trial = choice.Build(i);
                repair.Run(source, trial, Fold.Spread(fold.Fit, count), cancellation);
                sum += fold.Probe.SqnrDb(trial, cancellation);
            }

            double sqnrDb = sum / choice.Trials.Count;
            biasesDb = repair.Rounding == RoundingGoal.Nearest ? Math.Max(biasesDb, sqnrDb) : biasesDb;
            bool isUsual = choice.HasFewCases && repair.Rounding == RoundingGoal.OwnSums && sqnrDb > choice.SqnrDb - Fold.ChanceDb;
            if (sqnrDb > bestDb || isUsual)
            {
                bestDb = sqnrDb;
                best = repair;
            }
        }

        if (best is null)
        {
            return;
        }

        (int corrected, int rounded) = best.Run(graph, result, Fold.Spread(cases, count), cancellation);
        if (best.Rounding == RoundingGoal.Nearest)
        {
            diagnostics.Add(DiagnosticCatalog.BiasesCorrected.With(null, corrected, choice.SqnrDb, bestDb));
        }
        else
        {
            diagnostics.Add(DiagnosticCatalog.RoundingLearnt.With(null, rounded, choice.SqnrDb, bestDb, biasesDb));
        }
    }
}
