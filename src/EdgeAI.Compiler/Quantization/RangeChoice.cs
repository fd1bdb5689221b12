using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// The way to find each tensor's range that leaves the least noise at the outputs of the int8 graph.
/// <list type="bullet">
/// <item>Each of the given methods is tried for all tensors, on which it finds each one's own range; inputs and outputs keep their extremes.</item>
/// <item>Then each method is tried for each output, if no operator fixes its range.</item>
/// </list>
/// </summary>
internal sealed class RangeChoice
{
    private const double LeastGainDb = 0.05;
    private readonly Graph _graph;
    private readonly OutputProbe _probe;
    private readonly IReadOnlyDictionary<Tensor, ActivationRange[]> _candidates;
    private readonly Dictionary<Tensor, int> _methods = new(ReferenceEqualityComparer.Instance);
    private readonly CancellationToken _cancellation;

    /// <summary>Calibrates the graph on the cases and makes the choice among methods, indexes into <see cref="ActivationRange.Methods"/>.</summary>
    public RangeChoice(
        Graph graph, IReadOnlyList<TestCase> cases, OutputProbe probe, IEnumerable<int> methods, CancellationToken cancellation)
    {
        _graph = graph;
        _probe = probe;
        _cancellation = cancellation;
        _candidates = ActivationCalibrator.Run(graph, cases, cancellation);
        ChooseMethod(methods);
    }

    /// <summary>The output's signal-to-noise ratio with the present choice.</summary>
    public double SqnrDb { get; private set; } = double.NegativeInfinity;

    /// <summary>The chosen method, an index into <see cref="ActivationRange.Methods"/>, by tensor name.</summary>
    public IReadOnlyDictionary<string, int> Methods => _methods.ToDictionary(pair => pair.Key.Name, pair => pair.Value, StringComparer.Ordinal);

    /// <summary>The method chosen for all tensors but inputs and outputs.</summary>
    public int Method { get; private set; }

    /// <summary>The float graph.</summary>
    public Graph Graph => _graph;

    /// <summary>The int8 graph with the present choice, from the cases it was made on.</summary>
    public Graph Build() => IntegerGraphBuilder.Build(_graph, Ranges(), []);

    /// <summary>Ranges that the given methods find on the cases.</summary>
    public static SharedRanges Ranges(
        Graph graph, IReadOnlyList<TestCase> cases, IReadOnlyDictionary<string, int> methods, CancellationToken cancellation)
    {
        var ranges = new Dictionary<Tensor, ActivationRange>(ReferenceEqualityComparer.Instance);
        foreach ((Tensor tensor, ActivationRange[] candidates) in ActivationCalibrator.Run(graph, cases, cancellation))
        {
            ranges[tensor] = candidates[methods[tensor.Name]];
        }

        return new SharedRanges(graph, ranges);
    }

    private void ChooseMethod(IEnumerable<int> methods)
    {
        int best = 0;
        foreach (int method in methods.Distinct())
        {
            SetAll(method);
            double sqnrDb = Measure();
            if (sqnrDb > SqnrDb + LeastGainDb)
            {
                SqnrDb = sqnrDb;
                best = method;
            }
        }

        Method = best;
        SetAll(best);
        ChooseForOutputs();
    }

    private void ChooseForOutputs()
    {
        foreach (Tensor output in _graph.Outputs.Where(_candidates.ContainsKey).Distinct<Tensor>(ReferenceEqualityComparer.Instance))
        {
            int best = _methods[output];
            var tried = new HashSet<QuantizationParameters> { Ranges()[output] };
            for (int method = 0; method < ActivationRange.Methods.Count; method++)
            {
                _methods[output] = method;
                if (tried.Add(Ranges()[output]) && Measure() is double sqnrDb && sqnrDb > SqnrDb + LeastGainDb)
                {
                    SqnrDb = sqnrDb;
                    best = method;
                }
            }

            _methods[output] = best;
        }
    }

    private void SetAll(int method)
    {
        var border = new HashSet<Tensor>(_graph.Inputs.Concat(_graph.Outputs), ReferenceEqualityComparer.Instance);
        foreach (Tensor tensor in _candidates.Keys)
        {
            _methods[tensor] = border.Contains(tensor) ? 0 : method;
        }
    }

    private ActivationRange RangeOf(Tensor tensor) => _candidates[tensor][_methods[tensor]];

    private SharedRanges Ranges() =>
        new(_graph, _candidates.Keys.ToDictionary<Tensor, Tensor, ActivationRange>(tensor => tensor, RangeOf, ReferenceEqualityComparer.Instance));

    private double Measure()
    {
        _cancellation.ThrowIfCancellationRequested();
        return _probe.SqnrDb(Build(), _cancellation);
    }
}
