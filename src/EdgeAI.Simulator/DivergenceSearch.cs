using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Passes;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Quantization;

namespace EdgeAI.Simulator;

/// <summary>Where a model's values part from a reference of them.</summary>
/// <param name="Stage"><c>import</c>, <c>pass NAME</c> or <c>quantization</c>; empty where nothing differs.</param>
/// <param name="First">The first value that differs in the graph that this stage made; null where none does.</param>
/// <param name="Compared">How many values of the reference were compared in any graph.</param>
public sealed record DivergenceFound(string Stage, Divergence? First, int Compared);

/// <summary>
/// Follows a model on one case from the file to the device's graph, and names the step whose graph is the first that does not give a reference's values:
/// the file as it is written, then each pass of import that changed the graph, then the quantized graph.
/// <list type="bullet">
/// <item>A pass that draws a node into the one before it leaves a value under a name that meant another: a convolution's that has become the batch normalization's. Such
/// a value differs, and what is computed from it agrees: it is no divergence, here and in later graphs.</item>
/// <item>What is computed from it is judged by the reference, or by the file's own values, which agree with the reference as far as that goes.</item>
/// </list>
/// </summary>
public sealed class DivergenceSearch
{
    private readonly IReadOnlyDictionary<string, NumericArray> _reference;
    private readonly CancellationToken _cancellation;
    private readonly HashSet<string> _compared = new(StringComparer.Ordinal);
    private readonly HashSet<string> _renamed = new(StringComparer.Ordinal);
    private readonly FileNames _names;
    private (string Stage, Divergence First)? _found;

    private DivergenceSearch(Graph asWritten, IReadOnlyDictionary<string, NumericArray> reference, CancellationToken cancellation)
    {
        _names = new(asWritten, reference);
        _reference = reference;
        _cancellation = cancellation;
    }

    /// <summary>The search. Throws <see cref="Compiler.Diagnostics.DiagnosticException"/> where the model cannot be imported.</summary>
    /// <param name="request">The model file.</param>
    /// <param name="quantized">The device's graph, from the same file.</param>
    /// <param name="inputs">The case, in the file's types and order.</param>
    /// <param name="reference">Values by the names of the file's tensors.</param>
    /// <param name="cancellation">Ends the search.</param>
    public static DivergenceFound Run(
        ImportRequest request, QuantizedModel quantized, IReadOnlyList<ReadOnlyMemory<byte>> inputs, IReadOnlyDictionary<string, NumericArray> reference,
        CancellationToken cancellation) => Run(
            ImportStage.ReadAsWritten(request, cancellation), quantized, inputs, reference,
            (graph, after) => PassRunner.Run(graph, [], cancellation, request.DisplayPath, request.AsWritten, after), cancellation);

    internal static DivergenceFound Run(
        Graph graph, QuantizedModel quantized, IReadOnlyList<ReadOnlyMemory<byte>> inputs, IReadOnlyDictionary<string, NumericArray> reference,
        Action<Graph, Action<string>> runPasses, CancellationToken cancellation)
    {
        var search = new DivergenceSearch(graph, reference, cancellation);
        Tensor[] fileInputs = [.. graph.Inputs];
        search.LookForAny("import", graph, inputs, []);
        if (search._found is null)
        {
            Dictionary<string, NumericArray> whole = search.WithOwnValues(graph, inputs);
            runPasses(graph, pass => search.LookForLasting($"pass {pass}", graph, inputs, whole));
        }

        Graph device = quantized.Graph;
        search.LookForAny("quantization", device,
        [
            .. inputs.Select((bytes, i) => BorderValues.Encode(bytes, fileInputs[i], device.Inputs[i], quantized.Border.InputPermutations[i])),
        ], quantized.Repairs.Maps);
        return new(search._found?.Stage ?? "", search._found?.First, search._compared.Count);
    }

    /// <summary>The first value that differs.</summary>
    private void LookForAny(string stage, Graph graph, IReadOnlyList<ReadOnlyMemory<byte>> inputs, IReadOnlyList<ChannelMap> maps)
    {
        if (_found is null)
        {
            IReadOnlyList<(Tensor Tensor, Divergence? Divergence)> compared = FirstDivergence.Compare(graph, inputs, _reference, _names, maps, _cancellation);
            Count(graph, compared);
            _found = compared.Select(one => one.Divergence).FirstOrDefault(one => one is not null && !_renamed.Contains(one.Tensor)) is { } first ? (stage, first) : null;
        }
    }

    /// <summary>The first value that differs and that others which differ come from, or that is an output.</summary>
    private void LookForLasting(string stage, Graph graph, IReadOnlyList<ReadOnlyMemory<byte>> inputs, Dictionary<string, NumericArray> whole)
    {
        if (_found is not null)
        {
            return;
        }

        IReadOnlyList<(Tensor Tensor, Divergence? Divergence)> compared = FirstDivergence.Compare(graph, inputs, whole, _names, [], _cancellation);
        Count(graph, compared);
        var agrees = compared.ToDictionary(one => one.Tensor, one => one.Divergence is null, (IEqualityComparer<Tensor>)ReferenceEqualityComparer.Instance);
        ILookup<Tensor, Node> consumers = graph.Consumers();
        var outputs = new HashSet<Tensor>(graph.Outputs, ReferenceEqualityComparer.Instance);

        // Backwards: whether all that is computed from a value agrees in the end.
        var isHarmless = new Dictionary<Tensor, bool>(ReferenceEqualityComparer.Instance);
        foreach (Node node in graph.Nodes.Reverse())
        {
            foreach (Tensor result in node.Outputs)
            {
                bool? own = agrees.TryGetValue(result, out bool same) ? same : null;
                isHarmless[result] = own == true
                    || (!outputs.Contains(result) && consumers[result].SelectMany(reader => reader.Outputs).All(next => isHarmless[next]));
            }
        }

        foreach ((Tensor tensor, Divergence? divergence) in compared.Where(one => one.Divergence is not null))
        {
            if (isHarmless[tensor])
            {
                _renamed.Add(divergence!.Tensor);
            }
            else if (_found is null && !_renamed.Contains(divergence!.Tensor) && _reference.ContainsKey(divergence.Tensor))
            {
                _found = (stage, divergence);
            }
        }
    }

    private void Count(Graph graph, IReadOnlyList<(Tensor Tensor, Divergence? Divergence)> compared)
    {
        Dictionary<Tensor, Node> producers = graph.Producers();
        _compared.UnionWith(compared.Select(one => _names.Of(one.Tensor, producers[one.Tensor])).Where(_reference.ContainsKey));
    }

    /// <summary>The reference, and under all other names the values of the graph itself.</summary>
    private Dictionary<string, NumericArray> WithOwnValues(Graph graph, IReadOnlyList<ReadOnlyMemory<byte>> inputs)
    {
        var values = new Dictionary<string, NumericArray>(_reference, StringComparer.Ordinal);
        var executor = new GraphExecutor(graph);
        for (int i = 0; i < inputs.Count; i++)
        {
            executor.SetInput(i, inputs[i].Span);
        }

        executor.Observer = (tensor, bytes) => values.TryAdd(
            QuantizedNames.Original(tensor.Name), FirstDivergence.Floats(tensor.Shape, [.. BorderValues.Decode(bytes.Span, tensor, []).Select(value => (float)value)]));
        executor.Run(_cancellation);
        return values;
    }
}
