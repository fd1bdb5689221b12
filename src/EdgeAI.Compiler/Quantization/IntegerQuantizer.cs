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
/// <item>Ranges are chosen (<see cref="RangeChoice"/>) for the graph as it is, for a copy whose layers lost what never changes
/// (<see cref="BiasAbsorber"/>), and for an equalized copy (<see cref="ChannelEqualizer"/>), from which constants may be taken in turn; the better one
/// goes on each time.</item>
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

    /// <summary>Values to come that are below what was taken are clipped: it must be worth more than chance.</summary>
    private const double LeastAbsorptionGainDb = 1;

    /// <summary>Builds the graph; of the source only the scale of LSTM cells is settled.</summary>
    public static Graph Run(
        Graph graph, IReadOnlyList<TestCase> cases, ElementType type, ICollection<Diagnostic> diagnostics, CancellationToken cancellation) =>
        Run(graph, cases, type, changes: true, diagnostics, cancellation).Result;

    /// <summary>Both integer graphs of one float graph, equalized where int8 gains by it, and the noise of each layer in each type.</summary>
    public static MixedCandidates Candidates(
        Graph graph, IReadOnlyList<TestCase> cases, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        (Graph chosen, Graph narrow) = Run(graph, cases, ElementType.Int8, changes: true, diagnostics, cancellation);
        Graph exact = GraphCopy.Of(chosen);
        (_, Graph wide) = Run(GraphCopy.Of(exact), cases, ElementType.Int16, changes: false, [], cancellation);
        var candidates = new MixedCandidates(exact, GraphCopy.Of(narrow), GraphCopy.Of(wide), []);
        var probe = new OutputProbe(exact, Fold.Spread(cases, MostRepairCases), cancellation);
        return candidates with { Sensitivities = SensitivityTable.Measure(candidates, probe, cancellation) };
    }

    private static (Graph Source, Graph Result) Run(
        Graph graph, IReadOnlyList<TestCase> cases, ElementType type, bool changes, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        long macs = Math.Max(1, graph.Nodes.Sum(node => OperatorCatalog.Of(node).CountMacs(node)));
        CellRanges.Settle(graph, cases, cancellation);
        IReadOnlyList<Fold> folds = Fold.Of(graph, cases, macs, cancellation);
        var stage = new FloatStage(graph, new RangeChoice([.. folds.Select(fold => (graph, fold))], type, cancellation));
        bool isAbsorbed = false;
        if (changes)
        {
            isAbsorbed = TryAbsorb(ref stage, cases, type, diagnostics, cancellation);
            if (stage.Try(ChannelEqualizer.Run, LeastEqualizationGainDb, cases, type, cancellation) is (var equalized, { Count: > 0 } layers))
            {
                diagnostics.Add(DiagnosticCatalog.ChannelsEqualized.With(null, layers.Count, layers[0], stage.Choice.SqnrDb, equalized.Choice.SqnrDb));
                stage = equalized;
                isAbsorbed = isAbsorbed || TryAbsorb(ref stage, cases, type, diagnostics, cancellation);
            }
        }

        Graph result = IntegerGraphBuilder.Build(stage.Graph, RangeChoice.Ranges(stage.Graph, cases, stage.Choice.Methods, type, cancellation), diagnostics);
        RepairLayers(stage.Graph, macs, stage.Choice, cases, result, diagnostics, cancellation);
        return (stage.Graph, result);
    }

    /// <summary>Takes constants out of channels where that lowers the noise, in the way that lowers it most.</summary>
    private static bool TryAbsorb(
        ref FloatStage stage, IReadOnlyList<TestCase> cases, ElementType type, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        FloatStage start = stage;
        FloatStage best = stage;
        IReadOnlyList<string> bestLayers = [];
        foreach (AbsorbedPart part in Enum.GetValues<AbsorbedPart>())
        {
            IReadOnlyList<string> Absorb(Graph graph, IReadOnlyList<TestCase> data, CancellationToken token) => BiasAbsorber.Run(graph, data, part, token);
            if (start.Try(Absorb, LeastAbsorptionGainDb, cases, type, cancellation) is var (changed, layers) && changed.Choice.SqnrDb > best.Choice.SqnrDb)
            {
                best = changed;
                bestLayers = layers;
            }
        }

        if (bestLayers.Count > 0)
        {
            diagnostics.Add(DiagnosticCatalog.BiasesAbsorbed.With(null, bestLayers.Count, bestLayers[0], start.Choice.SqnrDb, best.Choice.SqnrDb));
        }

        stage = best;
        return bestLayers.Count > 0;
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
