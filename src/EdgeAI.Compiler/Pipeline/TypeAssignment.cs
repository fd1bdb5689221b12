using System.Collections.Immutable;
using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Planning.Kernels;
using EdgeAI.Compiler.Quantization;
using EdgeAI.Compiler.Quantization.Mixed;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Pipeline;

/// <summary>
/// Gives each layer of a model with <see cref="QuantizedModel.Candidates"/> its type on a target.
/// <list type="bullet">
/// <item>Cost is the instructions that the core's cost table tells, conversions between types included, and a price for memory beyond that of all layers in
/// int16; quality is measured by running the whole network
/// (<see cref="JudgingCases"/>) against the limits (<see cref="QualityLimits"/>), on disturbed inputs too where there are limits in noise.
/// <see cref="TypeSearch"/> finds cheap assignments that keep them. Of many layers, groups get one type each (<see cref="UnitGroups"/>).</item>
/// <item>Of these the cheapest is taken whose arena is within the limits and no larger than that of all layers in int16; it costs no more instructions
/// than that either, since all in int16 is among them where it keeps the limits.</item>
/// <item>Where its flash is estimated above the limit, the cheapest is taken that is within it, of those found, of one type in all layers and of those in which layers
/// get int4 weights (<see cref="FlashFit"/>).</item>
/// <item>Where nothing keeps the limits, all layers are in int16 and a warning says so.</item>
/// </list>
/// </summary>
internal sealed class TypeAssignment : ITypeJudge
{
    private const long SearchWork = 1_000_000_000;
    private const int FewestCases = 16;
    private const long AllSearchWork = 60_000_000_000;
    private const int FewestMeasured = 12;
    private const int UsualPlanned = 12;
    private const int FewestPlanned = 2;
    private const int FewestCosted = 64;

    /// <summary>Graphs of so many nodes in all are made to tell what assignments cost, and to plan them.</summary>
    private const long CostedNodes = 10_000_000;
    private const long PlannedNodes = 25_000;

    /// <summary>What a byte beyond the memory of all layers in int16 costs a search, so that it leads back below.</summary>
    private const long InstructionsOfByte = 1000;

    private readonly MixedCandidates _candidates;
    private readonly LayerUnits _units;
    private readonly UnitGroups _groups;
    private readonly TypeOptions[] _options;
    private readonly KernelCostTable _table;
    private readonly NodeCosts _costs;
    private readonly InstructionSet _instructionSet;
    private readonly long _mostLive;
    private readonly string _data;
    private readonly QualityMeasurement _all;
    private readonly Judged[] _onAll;
    private readonly Judged[] _onSome;
    private readonly string _limitText;
    private readonly Dictionary<(QualityMeasurement Cases, string Types), bool> _held = [];
    private readonly Dictionary<string, long> _costOf = new(StringComparer.Ordinal);
    private readonly FlashEstimate _flash;
    private readonly ModelSettings _settings;
    private readonly CancellationToken _cancellation;
    private readonly IProgress<StageProgress>? _progress;
    private int _measured;

    private TypeAssignment(
        QuantizedModel quantized, TargetDescription target, ModelSettings settings, JudgingCases judging, QualityLimits limits, CancellationToken cancellation,
        IProgress<StageProgress>? progress)
    {
        _settings = settings;
        _progress = progress;
        progress?.Report(new StageProgress("types of layers", 0, 0));
        _candidates = quantized.Candidates!;
        _data = judging.Name;
        _cancellation = cancellation;
        _units = new LayerUnits(_candidates);
        Dictionary<string, LayerSensitivity> noise = _candidates.Sensitivities.ToDictionary(row => row.Node, StringComparer.Ordinal);
        _groups = new UnitGroups(_units.Units, [.. _units.Units.Select(unit => OptionsOf(noise[unit.Name]))]);
        _options = _groups.Options;
        _table = KernelCostTable.Of(InstructionSets.CoreOfCosts(target.Core, target.Instructions));
        _costs = new NodeCosts(target.Instructions, _table);
        _flash = new FlashEstimate(target.Instructions, _table);
        _instructionSet = target.Instructions;
        _mostLive = LivePeak.Of(Compose([.. _options.Select(unit => unit.Wide)]), _instructionSet);
        Graph coarse = Compose([.. _options.Select(unit => unit.Narrow)]);
        _all = new QualityMeasurement(_candidates.Exact, coarse, judging.Cases, quantized.Border, cancellation);
        _onAll =
        [
            new(_all, limits),
            .. judging.Noisy.Select(noisy => new Judged(
                new QualityMeasurement(_candidates.Exact, coarse, noisy.Cases, quantized.Border, cancellation), QualityLimits.Of(noisy.Limit))),
        ];
        _limitText = string.Join(" and ", judging.Noisy.GroupBy(noisy => noisy.Limit).Select(same => string.Create(
            CultureInfo.InvariantCulture, $"an accuracy of at least {same.Key.Accuracy:0.######} at {same.Key.SnrDb:0.###} dB of {string.Join(" and of ", same.Select(noisy => $"'{noisy.Noise}'"))}"))
            .Prepend(limits.ToString()));
        long work = RunWork.Of(_candidates.Exact);
        long most = SearchWork / work / _onAll.Length;
        int[] counts = [.. judging.Noisy.Select(noisy => noisy.Cases.Count).Prepend(judging.Cases.Count).Select(count => (int)Math.Clamp(most, FewestCases, Math.Max(FewestCases, count)))];
        _onSome = [.. _onAll.Zip(counts, (judged, count) => judged with { Cases = judged.Cases.Worst(count) })];
        MostCosted = (int)Math.Max(FewestCosted, CostedNodes / coarse.Nodes.Count);
        MostPlanned = (int)Math.Clamp(PlannedNodes / coarse.Nodes.Count, FewestPlanned, UsualPlanned);
        MostMeasured = (int)Math.Clamp(AllSearchWork / (counts.Sum() * work), FewestMeasured, TypeSearch.MostMeasured);
    }

    /// <summary>
    /// The model with a type for each layer, and the limits within which it must be planned: the arena of all layers in int16 is one. The model itself where it has
    /// no candidates. Throws <see cref="DiagnosticException"/> for data that cannot be read.
    /// </summary>
    public static (QuantizedModel Model, ArenaLimits Limits) Settle(
        QuantizedModel quantized, TargetDescription target, ModelSettings settings, ArenaLimits limits, ICollection<Diagnostic> diagnostics,
        CancellationToken cancellation, IProgress<StageProgress>? progress = null)
    {
        if (quantized.Candidates is null)
        {
            return (quantized, limits);
        }

        TypeAssignment assignment = Open(quantized, target, settings, cancellation, progress);
        IReadOnlyList<ElementType[]> kept = TypeSearch.Run(assignment._options, assignment);
        ElementType[] wide = [.. assignment._options.Select(unit => unit.Wide)];
        ArenaLimits open = limits;
        (ElementType[] chosen, limits) = kept.Count == 0 ? (wide, limits) : assignment.WithinMemory(kept, wide, quantized, target, settings, limits);
        if (kept.Count > 0 && settings.Budgets.FlashBytes is { } flashBytes && assignment.FlashOf(chosen) > flashBytes
            && assignment.WithinFlash(kept, chosen, flashBytes, diagnostics) is { Count: > 0 } fitting)
        {
            ElementType[]? fittingWide = fitting.Any(types => types.SequenceEqual(wide)) ? wide : null;
            (chosen, limits) = assignment.WithinMemory(fitting, fittingWide, quantized, target, settings, open);
        }

        return (assignment.Settled(quantized, chosen, wide, kept.Count > 0, assignment._data, settings, diagnostics), limits);
    }

    /// <summary>What judges assignments of a model with candidates. Throws <see cref="DiagnosticException"/> for data that cannot be read.</summary>
    public static TypeAssignment Open(
        QuantizedModel quantized, TargetDescription target, ModelSettings settings, CancellationToken cancellation, IProgress<StageProgress>? progress = null)
    {
        JudgingCases judging = JudgingCases.Load(quantized.Candidates!.Exact, quantized.Border, settings);
        return new TypeAssignment(quantized, target, settings, judging, QualityLimits.Of(settings.Budgets, judging.Cases), cancellation, progress);
    }

    /// <summary>The layers with a choice, or groups of them.</summary>
    public IReadOnlyList<TypeOptions> Options => _options;

    /// <summary>The figures of an assignment on all cases.</summary>
    public (double SqnrDb, double? Accuracy, double? FloatAccuracy) Measure(ElementType[] types) => _all.Measure(Compose(types));

    /// <inheritdoc/>
    public long CostOf(ElementType[] types)
    {
        string key = string.Join(',', types);
        if (!_costOf.TryGetValue(key, out long cost))
        {
            _cancellation.ThrowIfCancellationRequested();
            Graph graph = Compose(types);
            long beyond = Math.Max(0, LivePeak.Of(graph, _instructionSet) - _mostLive);
            _costOf[key] = cost = _costs.Of(graph) + (beyond * InstructionsOfByte);
        }

        return cost;
    }

    /// <inheritdoc/>
    public int MostMeasured { get; }

    /// <inheritdoc/>
    public int MostCosted { get; }

    /// <summary>So many assignments are planned to tell their arena.</summary>
    private int MostPlanned { get; }

    /// <inheritdoc/>
    public bool Meets(ElementType[] types)
    {
        _progress?.Report(new StageProgress("types of layers: assignments measured", _measured++, MostMeasured));
        return _onSome.All(judged => Holds(judged, types));
    }

    /// <inheritdoc/>
    public bool MeetsOnAll(ElementType[] types) => _onAll.All(judged => Holds(judged, types));

    private bool Holds(Judged judged, ElementType[] types)
    {
        (QualityMeasurement, string) key = (judged.Cases, string.Join(',', types));
        if (!_held.TryGetValue(key, out bool holds))
        {
            _held[key] = holds = judged.Cases.Holds(Compose(types), judged.Limits);
        }

        return holds;
    }

    /// <summary>
    /// The first that can be planned to fit and in no larger an arena than all layers in int16, where these are given and keep the limits, with the limits that
    /// say so; the smallest arena where none can.
    /// </summary>
    private (ElementType[] Types, ArenaLimits Limits) WithinMemory(
        IReadOnlyList<ElementType[]> kept, ElementType[]? wide, QuantizedModel quantized, TargetDescription target, ModelSettings settings, ArenaLimits limits)
    {
        long ArenaOf(ElementType[] types, ArenaLimits within)
        {
            Graph graph = Compose(types);
            ModelBorder.ApplyTypes(graph, settings);
            return new ModelPlanning(quantized with { Graph = graph, Candidates = null }, target, settings, within, _cancellation).Choose().ArenaBytes;
        }

        bool isWideKept = wide is not null && (kept.Any(types => types.SequenceEqual(wide)) || MeetsOnAll(wide));
        long wideArena = isWideKept ? ArenaOf(wide!, limits) : 0;
        ArenaLimits tight = isWideKept ? limits with { ArenaBytes = Math.Min(wideArena, limits.ArenaBytes ?? wideArena) } : limits;
        ElementType[] smallest = wide ?? kept[0];
        long smallestArena = isWideKept ? wideArena : long.MaxValue;
        foreach (ElementType[] types in kept.Take(MostPlanned))
        {
            if (isWideKept && CostOf(types) > CostOf(wide!))
            {
                break;
            }

            long arena = ArenaOf(types, tight);
            if (tight.HoldsWithRest(arena))
            {
                return (types, tight);
            }

            if (arena < smallestArena)
            {
                (smallest, smallestArena) = (types, arena);
            }
        }

        return (smallest, limits);
    }

    /// <summary>Estimated flash of an assignment.</summary>
    private long FlashOf(ElementType[] types) => FlashOf(types, _settings.Optimize);

    private long FlashOf(ElementType[] types, OptimizationGoal goal)
    {
        Graph graph = Compose(types);
        ModelBorder.ApplyTypes(graph, _settings);
        KernelSelection.Choose(graph, _instructionSet, _table, goal, keepsNibbles: true, _cancellation);
        return _flash.Of(graph);
    }

    /// <summary>
    /// Assignments that keep the limits of quality and of flash, the cheapest first: of those that were found for quality alone, of one type in all layers, whose
    /// kernels and conversions are the fewest, and with int4 weights. Where there are none a warning tells what is reached.
    /// </summary>
    private IReadOnlyList<ElementType[]> WithinFlash(IReadOnlyList<ElementType[]> found, ElementType[] chosen, long limitBytes, ICollection<Diagnostic> diagnostics)
    {
        Dictionary<string, LayerSensitivity> noise = _candidates.Sensitivities.ToDictionary(row => row.Node, StringComparer.Ordinal);
        NibbleOption?[] nibbles =
        [
            .. _groups.Members.OrderBy(group => group.Key).Select(group => Together([.. group.Select(i => _units.Units[i]).Select(unit =>
                _units.Form(unit, ElementType.Int4) is { } form && noise[unit.Name].Int4Noise is { } added
                ? new NibbleOption(added, form.Input(1).Shape.ElementCount - form.Input(1).ByteSize, form.Operator) : null)])),
        ];
        var fit = new FlashFit(_options, nibbles, FlashOf, CostOf, options => TypeSearch.Run(options, this));
        ElementType[][] plain =
        [
            .. found.Append([.. _options.Select(unit => unit.Narrow)]).Append([.. _options.Select(unit => unit.Wide)])
                .DistinctBy(types => string.Join(',', types)).Where(types => FlashOf(types) <= limitBytes && MeetsOnAll(types)),
        ];
        ElementType[][] kept = [.. plain.Concat(fit.Run(chosen, limitBytes)).OrderBy(CostOf)];
        if (kept.Length == 0)
        {
            string why = fit.Fitting is not { } fitting
                ? FormattableString.Invariant($"with int4 weights wherever a layer has them it is still estimated at {fit.LeastBytes} bytes")
                : FormattableString.Invariant($"with int4 weights in the {fitting.Count(type => type == ElementType.Int4)} layers that are least noisy with them the outputs have {Figures(fitting)} on {_data}");
            diagnostics.Add(DiagnosticCatalog.FlashOutOfReach.With(null, FlashOf(chosen), limitBytes, _limitText, why, SmallerKernels(chosen)));
        }

        return kept;
    }

    /// <summary>A sentence that tells what the smallest kernels would save, with a space behind it; empty where they save nothing or are chosen already.</summary>
    private string SmallerKernels(ElementType[] types) =>
        _settings.Optimize != OptimizationGoal.Size && FlashOf(types, OptimizationGoal.Size) is var least && least < FlashOf(types)
            ? FormattableString.Invariant($"EdgeAIOptimize=\"Size\" takes smaller, slower kernels, with which flash is estimated at {least} bytes. ") : "";

    private string Figures(ElementType[] types)
    {
        (double sqnrDb, double? accuracy, double? floatAccuracy) = Measure(types);
        return Figures(double.IsFinite(sqnrDb) ? sqnrDb : null, accuracy, floatAccuracy);
    }

    private static string Figures(double? finiteDb, double? accuracy, double? floatAccuracy) =>
        (finiteDb is { } db ? string.Create(FigureFormat.Instance, $"{db:0.0} dB") : "no noise")
        + (accuracy is { } right ? FormattableString.Invariant($", accuracy {right:0.####} against {floatAccuracy:0.####} in float") : "");

    private QuantizedModel Settled(
        QuantizedModel quantized, ElementType[] chosen, ElementType[] wide, bool isKept, string data, ModelSettings settings, ICollection<Diagnostic> diagnostics)
    {
        (double sqnrDb, double? accuracy, double? floatAccuracy) = Measure(chosen);
        ElementType[] ofEach = _groups.Spread(chosen);
        double? finiteDb = double.IsFinite(sqnrDb) ? Math.Round(sqnrDb, 3) : null;
        Dictionary<string, LayerSensitivity> noise = _candidates.Sensitivities.ToDictionary(row => row.Node, StringComparer.Ordinal);
        ImmutableArray<ChosenType> layers =
        [
            .. _units.Units.Select((unit, i) => new ChosenType(
                noise[unit.Name], unit.Source, unit.Operator, ofEach[i], CostOfForm(unit, ElementType.Int8), CostOfForm(unit, ElementType.Int16))
            {
                Int4Instructions = CostOfForm(unit, ElementType.Int4),
            }),
        ];
        Graph graph = Compose(chosen);
        ModelBorder.ApplyTypes(graph, settings);
        IReadOnlyList<string> faults = GraphVerifier.Verify(graph);
        if (faults.Count > 0)
        {
            throw DiagnosticCatalog.QuantizationFault.Throw(null, faults[0]);
        }

        var choice = new TypeChoice(_limitText, data, isKept, finiteDb, accuracy, floatAccuracy, _costs.Of(graph), _costs.Of(Compose(wide)), layers)
        {
            FlashBytes = settings.Budgets.FlashBytes is null ? null : FlashOf(chosen),
        };
        int nibbles = ofEach.Count(type => type == ElementType.Int4);
        string figures = Figures(finiteDb, accuracy, floatAccuracy);
        diagnostics.Add(isKept
            ? DiagnosticCatalog.TypesChosen.With(null, ofEach.Count(type => type == ElementType.Int8) + nibbles, ofEach.Count(type => type == ElementType.Int16),
                ofEach.Count(type => type == ElementType.Float32), choice.Limit, data, figures, choice.Instructions, choice.WideInstructions,
                nibbles == 0 ? "" : FormattableString.Invariant($" ({nibbles} of them with int4 weights, for the flash, which is estimated at {choice.FlashBytes} bytes)"))
            : DiagnosticCatalog.TypesBelowLimit.With(null, choice.Limit, data, figures, WayOut()));
        Dictionary<string, ElementType> types = graph.Nodes.Where(node => node.Outputs.Count > 0)
            .ToDictionary(node => node.Name, node => node.Output.Type, StringComparer.Ordinal);
        var narrowed = graph.Nodes.Where(node => node.OptionalInput(1)?.Type == ElementType.Int4).Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
        ModelRepairs repairs = quantized.Repairs with
        {
            // What was measured with int8 weights tells nothing of int4 ones.
            Layers =
            [
                .. quantized.Repairs.Layers.Where(layer => types.GetValueOrDefault(layer.Node) == layer.Type
                    && !(layer.Kind is RepairKind.LearntRounding or RepairKind.BiasCorrection && narrowed.Contains(layer.Node))),
            ],
        };
        return quantized with { Graph = graph, Candidates = null, Types = choice, Repairs = repairs };
    }

    /// <summary>Int4 weights for all layers of a group that can have them, if all can.</summary>
    private static NibbleOption? Together(NibbleOption?[] group) => group.Contains(null)
        ? null
        : new(group.Sum(one => one!.Noise), group.Sum(one => one!.SavedBytes), group[0]!.Operator);

    /// <summary>What helps where no types keep the limit.</summary>
    private string WayOut() => MeetsOnAll([.. _options.Select(_ => ElementType.Float32)])
        ? "Lower the limit, give more calibration data, or set Quantization to Float32."
        : "The float model itself misses it there, so that no type of its layers can help: lower the limit, train the model further, or check the test data and how they are prepared.";

    private long? CostOfForm(Node unit, ElementType type) => _units.Form(unit, type) is { } form ? _costs.Of(form) : null;

    private Graph Compose(ElementType[] types)
    {
        var ofUnits = new Dictionary<Node, ElementType>(ReferenceEqualityComparer.Instance);
        ElementType[] ofEach = _groups.Spread(types);
        for (int i = 0; i < ofEach.Length; i++)
        {
            ofUnits[_units.Units[i]] = ofEach[i];
        }

        return MixedGraph.Compose(_candidates, _units, ofUnits);
    }

    private static TypeOptions OptionsOf(LayerSensitivity row)
    {
        (ElementType Type, double Noise) exact = (ElementType.Float32, 0);
        (ElementType Type, double Noise) wide = row.Int16Noise is { } wideNoise ? (ElementType.Int16, wideNoise) : exact;
        (ElementType Type, double Noise) narrow = row.Int8Noise is { } narrowNoise ? (ElementType.Int8, narrowNoise) : wide;
        return new(narrow.Type, wide.Type, narrow.Noise, wide.Noise);
    }

    /// <summary>Cases and what must be kept on them.</summary>
    private sealed record Judged(QualityMeasurement Cases, QualityLimits Limits);
}
