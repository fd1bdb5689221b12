using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Passes;

namespace EdgeAI.Compiler.Quantization;

/// <summary>Layers whose weights or biases were changed, in execution order.</summary>
/// <param name="Makers">Those of which the result is changed.</param>
/// <param name="Readers">Those that undo it.</param>
internal sealed record ChangedLayers(IReadOnlyList<Node> Makers, IReadOnlyList<Node> Readers)
{
    /// <summary>No layer.</summary>
    public static ChangedLayers None { get; } = new([], []);

    /// <summary>Both, in the order of a graph's nodes.</summary>
    public IEnumerable<string> NamesIn(Graph graph)
    {
        var names = Makers.Concat(Readers).Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
        return graph.Nodes.Select(node => node.Name).Where(names.Contains);
    }
}

/// <summary>Changes the weights and biases of a float graph for the cases, and notes what becomes of channels.</summary>
internal delegate ChangedLayers FloatChange(Graph graph, IReadOnlyList<TestCase> cases, ChannelMaps maps, CancellationToken cancellation);

/// <summary>A float graph on its way to integers, with the ranges that serve it best.</summary>
internal sealed class FloatStage
{
    private const int MostRounds = 4;
    private readonly IReadOnlyList<TestCase> _cases;
    private readonly ElementType _type;
    private readonly CancellationToken _cancellation;
    private readonly NodeDiagnostics _coarsened = new();
    private SharedRanges? _ranges;

    /// <summary>A graph changed for all calibration inputs, beside the choice of ranges of its copies that were changed for the folds' first parts alone.</summary>
    public FloatStage(
        Graph graph, ChannelMaps maps, RangeChoice choice, IReadOnlyList<TestCase> cases, ElementType type, CancellationToken cancellation)
    {
        Graph = graph;
        Maps = maps;
        Choice = choice;
        _cases = cases;
        _type = type;
        _cancellation = cancellation;
    }

    /// <summary>Changed for all calibration inputs.</summary>
    public Graph Graph { get; }

    /// <summary>How its channels were changed.</summary>
    public ChannelMaps Maps { get; }

    /// <summary>The ranges, and the noise of the outputs with them on the parts of the data that did not take part.</summary>
    public RangeChoice Choice { get; }

    /// <summary>The integer graph, from all calibration inputs.</summary>
    public Graph Build(ICollection<Diagnostic> diagnostics)
    {
        _ranges ??= ProvenRanges();
        _coarsened.Tell(diagnostics);
        return IntegerGraphBuilder.Build(Graph, _ranges, diagnostics);
    }

    /// <summary>Both graphs, to be measured.</summary>
    public MeasuredGraphs Measured() => new(Graph, Build([]), Maps);

    /// <summary>Both graphs with the extremes of all tensors for ranges.</summary>
    public MeasuredGraphs WithExtremes()
    {
        var extremes = Choice.Methods.ToDictionary(pair => pair.Key, _ => 0, StringComparer.Ordinal);
        return new(Graph, IntegerGraphBuilder.Build(Graph, RangeChoice.Ranges(Graph, _cases, extremes, _type, _cancellation), []), Maps);
    }

    /// <summary>
    /// The chosen ranges, made coarser where a result is so much finer than the sums behind it that these, shifted to the left, could leave int32.
    /// </summary>
    private SharedRanges ProvenRanges()
    {
        SharedRanges ranges = RangeChoice.Ranges(Graph, _cases, Choice.Methods, _type, _cancellation);
        var results = Graph.Nodes.Where(node => node.Outputs.Count > 0).ToDictionary(node => node.Name, node => node.Output, StringComparer.Ordinal);
        bool isOpen = true;
        for (int round = 0; isOpen && round < MostRounds; round++)
        {
            isOpen = false;
            foreach ((Node layer, int bits) in RangeProof.WithCoarserResult(IntegerGraphBuilder.Build(Graph, ranges, [])))
            {
                Tensor result = results[layer.Name];
                float from = ranges[result].Scale;
                if (from == layer.Output.Quantization!.Scale && ranges.TryCoarsen(result, bits))
                {
                    _coarsened.Add(layer, DiagnosticCatalog.ResultCoarsened.With(null, layer.Source, from, ranges[result].Scale));
                    isOpen = true;
                }
            }
        }

        return ranges;
    }

    /// <summary>
    /// The stage behind a change of a copy, and what was changed. Null where nothing was changed or the outputs' signal-to-noise ratio does not rise by more than
    /// <paramref name="leastGainDb"/>.
    /// </summary>
    public (FloatStage Stage, ChangedLayers Layers)? Try(FloatChange change, double leastGainDb)
    {
        Graph changed = GraphCopy.Of(Graph);
        var maps = new ChannelMaps(Maps);
        ChangedLayers layers = change(changed, _cases, maps, _cancellation);
        if (layers.Makers.Count == 0)
        {
            return null;
        }

        var copies = new Graph[Choice.Trials.Count];
        Parallel.For(0, copies.Length, new ParallelOptions { CancellationToken = _cancellation }, i =>
        {
            copies[i] = GraphCopy.Of(Choice.Trials[i].Graph);
            change(copies[i], Choice.Trials[i].Fold.Fit, new ChannelMaps(), _cancellation);
        });
        var choice = new RangeChoice([.. copies.Zip(Choice.Trials, (graph, trial) => (graph, trial.Fold))], _type, _cancellation);
        return choice.SqnrDb > Choice.SqnrDb + leastGainDb
            ? (new FloatStage(changed, maps, choice, _cases, _type, _cancellation), layers)
            : null;
    }
}
