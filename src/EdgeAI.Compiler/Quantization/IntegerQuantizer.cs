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
/// <item>The choice made is carried out on all cases, and what each repair brings to each layer is noted (<see cref="RepairLog"/>).</item>
/// </list>
/// Every step is bounded by work, and none depends on time.
/// </summary>
internal sealed class IntegerQuantizer
{
    private const int MostRepairCases = 32;
    private const int FewestRepairCases = 4;
    private const long RepairMacs = 1_000_000_000;

    /// <summary>Equalized channels all fill the range, so that values to come are clipped sooner: it must be worth a bit of resolution.</summary>
    private const double LeastEqualizationGainDb = 6;

    /// <summary>Values to come that are below what was taken are clipped: it must be worth more than chance.</summary>
    private const double LeastAbsorptionGainDb = Fold.ChanceDb;

    private readonly IReadOnlyList<TestCase> _cases;
    private readonly IReadOnlyList<TestCase> _some;
    private readonly ElementType _type;
    private readonly ICollection<Diagnostic> _diagnostics;
    private readonly CancellationToken _cancellation;
    private readonly RepairLog _log;
    private readonly int _repairCases;
    private readonly IProgress<StageProgress>? _progress;
    private FloatStage _stage;

    private IntegerQuantizer(
        Graph graph, ChannelMaps maps, IReadOnlyList<TestCase> cases, ElementType type, ICollection<Diagnostic> diagnostics,
        CancellationToken cancellation, IProgress<StageProgress>? progress)
    {
        _progress = progress;
        _cases = cases;
        _type = type;
        _diagnostics = diagnostics;
        _cancellation = cancellation;
        long macs = Math.Max(1, graph.Nodes.Sum(node => OperatorCatalog.Of(node).CountMacs(node)));
        _repairCases = (int)Math.Clamp(RepairMacs / macs, FewestRepairCases, MostRepairCases);
        _some = Fold.Spread(cases, _repairCases);
        _log = new RepairLog(_some, type, cancellation);
        Tell("ranges of activations");
        CellRanges.Settle(graph, cases, cancellation);
        IReadOnlyList<Fold> folds = Fold.Of(graph, cases, macs, cancellation);
        var choice = new RangeChoice([.. folds.Select(fold => (graph, fold))], type, cancellation);
        _stage = new FloatStage(graph, maps, choice, cases, type, cancellation);
    }

    /// <summary>Builds the graph; of the source only the scale of LSTM cells is settled.</summary>
    public static IntegerModel Run(
        Graph graph, IReadOnlyList<TestCase> cases, ElementType type, ICollection<Diagnostic> diagnostics, CancellationToken cancellation,
        IProgress<StageProgress>? progress = null)
    {
        var quantizer = new IntegerQuantizer(graph, new ChannelMaps(), cases, type, diagnostics, cancellation, progress);
        quantizer.ChangeFloats();
        return quantizer.Build();
    }

    /// <summary>Both integer graphs of one float graph, changed where int8 gains by it, and the noise of each layer in each type.</summary>
    public static (MixedCandidates Candidates, ModelRepairs Repairs) Candidates(
        Graph graph, IReadOnlyList<TestCase> cases, ICollection<Diagnostic> diagnostics, CancellationToken cancellation,
        IProgress<StageProgress>? progress = null)
    {
        var narrowing = new IntegerQuantizer(graph, new ChannelMaps(), cases, ElementType.Int8, diagnostics, cancellation, progress);
        narrowing.ChangeFloats();
        IntegerModel narrow = narrowing.Build();
        Graph exact = GraphCopy.Of(narrowing._stage.Graph);
        IntegerModel wide = new IntegerQuantizer(GraphCopy.Of(exact), narrowing._stage.Maps, cases, ElementType.Int16, [], cancellation, progress).Build();
        progress?.Report(new StageProgress("noise of each layer in each type", 0, 0));
        var candidates = new MixedCandidates(exact, GraphCopy.Of(narrow.Graph), GraphCopy.Of(wide.Graph), []);
        candidates = candidates with { Nibbles = NibbleLayers.Make(candidates, cases, cancellation) };
        var probe = new OutputProbe(exact, Fold.Spread(cases, MostRepairCases), cancellation);
        return (
            candidates with { Sensitivities = SensitivityTable.Measure(candidates, probe, cancellation) },
            narrow.Repairs with { Layers = [.. narrow.Repairs.Layers, .. wide.Repairs.Layers] });
    }

    private IntegerModel Build()
    {
        Graph result = _stage.Build(_diagnostics);
        NoteRanges(result);
        RepairLayers(result);
        return new IntegerModel(result, new ModelRepairs(_log.Layers, _stage.Maps.All));
    }

    /// <summary>What leaves the function of the float graph as it is.</summary>
    private void ChangeFloats()
    {
        bool isAbsorbed = TryAbsorb();
        if (TryChange(LeastEqualizationGainDb, RepairKind.Equalization, DiagnosticCatalog.ChannelsEqualized, ChannelEqualizer.Run) && !isAbsorbed)
        {
            TryAbsorb();
        }
    }

    /// <summary>Takes constants out of channels where that lowers the noise, in the way that lowers it most; int16 has bits for them.</summary>
    private bool TryAbsorb() => _type == ElementType.Int8 && TryChange(
        LeastAbsorptionGainDb, RepairKind.HighBiasAbsorption, DiagnosticCatalog.BiasesAbsorbed,
        [.. Enum.GetValues<AbsorbedPart>().Select(part =>
            (FloatChange)((graph, cases, maps, cancellation) => BiasAbsorber.Run(graph, cases, part, maps, cancellation)))]);

    /// <summary>The best of several changes, where it is worth it.</summary>
    private bool TryChange(double leastGainDb, RepairKind kind, DiagnosticDescriptor note, params FloatChange[] changes)
    {
        FloatStage start = _stage;
        ChangedLayers layers = ChangedLayers.None;
        Tell(kind == RepairKind.Equalization ? "equalization of channels" : "absorption of high biases");
        foreach (FloatChange change in changes)
        {
            if (start.Try(change, leastGainDb) is var (stage, changed) && (layers.Makers.Count == 0 || stage.Choice.SqnrDb > _stage.Choice.SqnrDb))
            {
                _stage = stage;
                layers = changed;
            }
        }

        if (layers.Makers.Count == 0)
        {
            return false;
        }

        _log.Add(kind, layers.NamesIn(_stage.Graph).Select(name => (name, (string?)null)), start.Measured(), _stage.Measured());
        _diagnostics.Add(note.With(null, layers.Makers.Count, layers.Makers[0].Source, start.Choice.SqnrDb, _stage.Choice.SqnrDb));
        return true;
    }

    private void Tell(string step, int done = 0, int total = 0) => _progress?.Report(new StageProgress($"{_type.DisplayName()}: {step}", done, total));

    /// <summary>What other ranges than extremes bring.</summary>
    private void NoteRanges(Graph result)
    {
        (string Node, string? Detail)[] chosen =
        [
            .. result.Nodes.Where(node => OperatorCatalog.Of(node).Quantization != QuantizationRule.SameAsInput && node.Output.Quantization is not null)
                .Select(node => (node.Name, Method: _stage.Choice.Methods.GetValueOrDefault(QuantizedNames.Original(node.Output.Name))))
                .Where(node => node.Method != 0).Select(node => (node.Name, (string?)ActivationRange.Methods[node.Method])),
        ];
        if (chosen.Length > 0)
        {
            _log.Add(RepairKind.ChosenRange, chosen, _stage.WithExtremes(), new MeasuredGraphs(_stage.Graph, result, _stage.Maps));
        }
    }

    /// <summary>Tries each repair with one part of the data, and makes the one that the other part speaks for with all (<see cref="RepairChoice"/>).</summary>
    private void RepairLayers(Graph result)
    {
        if (!LayerRepair.Applies(result))
        {
            return;
        }

        RangeChoice choice = _stage.Choice;
        bool learns = LearntRounding.Work(_stage.Graph) <= LearntRounding.MostWork;
        var figures = new List<(LayerRepair Repair, double SqnrDb)>();
        LayerRepair[] tried =
        [
            .. LayerRepair.All.Where(repair => learns || repair.Rounding == RoundingGoal.Nearest)
                .Where(repair => _type == ElementType.Int16 || repair.Rounding != RoundingGoal.ExactSums),
        ];
        int number = 0;
        foreach (LayerRepair repair in tried)
        {
            Tell("repairs of weights and biases", number++, tried.Length);
            double sum = 0;
            for (int i = 0; i < choice.Trials.Count; i++)
            {
                (Graph source, Fold fold) = choice.Trials[i];
                Graph trial = choice.Build(i);
                repair.Run(source, trial, Fold.Spread(fold.Fit, _repairCases), null, _cancellation);
                sum += fold.Probe.SqnrDb(trial, _cancellation);
            }

            figures.Add((repair, sum / choice.Trials.Count));
        }

        if (RepairChoice.Of(_type, choice.SqnrDb, figures) is not var (best, bestDb))
        {
            return;
        }

        double biasesDb = Math.Max(choice.SqnrDb, figures[0].SqnrDb);
        (int corrected, int rounded) = best.Run(_stage.Graph, result, _some, (_log, _stage.Maps), _cancellation);
        if (rounded == 0 && corrected > 0)
        {
            _diagnostics.Add(DiagnosticCatalog.BiasesCorrected.With(null, corrected, choice.SqnrDb, bestDb));
        }
        else if (rounded > 0)
        {
            _diagnostics.Add(DiagnosticCatalog.RoundingLearnt.With(null, rounded, choice.SqnrDb, bestDb, biasesDb));
        }
    }
}

/// <summary>An integer graph and what was done for it.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Repairs">With what they brought.</param>
internal sealed record IntegerModel(Graph Graph, ModelRepairs Repairs);
