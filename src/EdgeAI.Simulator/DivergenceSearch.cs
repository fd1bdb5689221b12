using System.Collections.Immutable;
using System.Globalization;
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
public sealed record DivergenceFound(string Stage, Divergence? First, int Compared)
{
    private const int Named = 8;

    /// <summary>The arrays of the reference that were compared with nothing, each as <c>'name' (why)</c>; inputs and constants of the model are none of them.</summary>
    public ImmutableArray<string> NotCompared { get; init; } = [];

    /// <summary>The first of these in a sentence.</summary>
    public string NotComparedList => string.Join(", ", NotCompared.Take(Named))
        + (NotCompared.Length > Named ? string.Create(CultureInfo.InvariantCulture, $" and {NotCompared.Length - Named} more") : "");
}

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
    /// <param name="quantized">The device's graph, from the same file; null: it is not looked at.</param>
    /// <param name="cases">The case, in the file's types and order, behind those whose states it takes up.</param>
    /// <param name="reference">Values by the names of the file's tensors; null: those of the graph as the file writes it.</param>
    /// <param name="cancellation">Ends the search.</param>
    public static DivergenceFound Run(
        ImportRequest request, QuantizedModel? quantized, IReadOnlyList<IReadOnlyList<ReadOnlyMemory<byte>>> cases, IReadOnlyDictionary<string, NumericArray>? reference,
        CancellationToken cancellation) => Run(
            ImportStage.ReadAsWritten(request, cancellation), quantized, cases, reference,
            (graph, after) => PassRunner.Run(graph, [], cancellation, request.DisplayPath, request.AsWritten, after), cancellation);

    internal static DivergenceFound Run(
        Graph graph, QuantizedModel? quantized, IReadOnlyList<IReadOnlyList<ReadOnlyMemory<byte>>> cases, IReadOnlyDictionary<string, NumericArray>? reference,
        Action<Graph, Action<string>> runPasses, CancellationToken cancellation)
    {
        var search = new DivergenceSearch(graph, reference ?? OwnValues(graph, cases, cancellation), cancellation);
        Tensor[] fileInputs = [.. graph.Inputs];
        var shapes = new Dictionary<string, Shape>(StringComparer.Ordinal);
        foreach (Tensor tensor in graph.Tensors())
        {
            shapes.TryAdd(tensor.Name, tensor.Shape);
        }

        search.LookForAny("import", graph, cases, []);
        if (search._found is null)
        {
            Dictionary<string, NumericArray> whole = search.WithOwnValues(graph, cases);
            runPasses(graph, pass => search.LookForLasting($"pass {pass}", graph, cases, whole));
        }

        if (quantized is not null)
        {
            Graph device = quantized.Graph;
            search.LookForAny("quantization", device,
            [
                .. cases.Select(inputs => (IReadOnlyList<ReadOnlyMemory<byte>>)
                [
                    .. inputs.Select((bytes, i) => BorderValues.Encode(bytes, fileInputs[i], device.Inputs[i], quantized.Border.InputPermutations[i])),
                ]),
            ], quantized.Repairs.Maps);
        }

        return new(search._found?.Stage ?? "", search._found?.First, search._compared.Count) { NotCompared = reference is null ? [] : search.NotCompared(shapes) };
    }

    /// <summary>Some names of results in the graph as the file writes it, for messages; those that the file itself gives come before those that import made.</summary>
    public static string SomeNames(Graph asWritten)
    {
        const int some = 3;
        IEnumerable<(Node Node, string Name)> results = asWritten.Nodes.SelectMany(node => node.Outputs.Select(tensor => (node, tensor.Name)));

        // Import calls what it makes between the file's values as the node that makes it.
        return string.Join(", ", results.OrderBy(result => result.Name == result.Node.Name).Take(some).Select(result => $"'{result.Name}'"));
    }

    /// <summary>What no tensor was compared with.</summary>
    /// <param name="shapes">Those of the graph as the file writes it, by name.</param>
    private ImmutableArray<string> NotCompared(Dictionary<string, Shape> shapes)
    {
        var reasons = ImmutableArray.CreateBuilder<string>();
        foreach ((string name, NumericArray array) in _reference.OrderBy(pair => pair.Key, StringComparer.Ordinal).Where(pair => !_compared.Contains(pair.Key)))
        {
            if (!shapes.TryGetValue(name, out Shape shape))
            {
                reasons.Add($"'{name}' (no tensor has this name)");
            }
            else if (shape.ElementCount != array.Shape.ElementCount)
            {
                reasons.Add($"'{name}' (shape {array.Shape}, and the tensor has {shape})");
            }
        }

        return reasons.ToImmutable();
    }

    /// <summary>The first value that differs.</summary>
    private void LookForAny(string stage, Graph graph, IReadOnlyList<IReadOnlyList<ReadOnlyMemory<byte>>> cases, IReadOnlyList<ChannelMap> maps)
    {
        if (_found is null)
        {
            IReadOnlyList<(Tensor Tensor, Divergence? Divergence)> compared = FirstDivergence.Compare(graph, cases, _reference, _names, maps, _cancellation);
            Count(graph, compared);
            _found = compared.Select(one => one.Divergence).FirstOrDefault(one => one is not null && !_renamed.Contains(one.Tensor)) is { } first ? (stage, first) : null;
        }
    }

    /// <summary>The first value that differs and that others which differ come from, or that is an output.</summary>
    private void LookForLasting(string stage, Graph graph, IReadOnlyList<IReadOnlyList<ReadOnlyMemory<byte>>> cases, Dictionary<string, NumericArray> whole)
    {
        if (_found is not null)
        {
            return;
        }

        IReadOnlyList<(Tensor Tensor, Divergence? Divergence)> compared = FirstDivergence.Compare(graph, cases, whole, _names, [], _cancellation);
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
    private Dictionary<string, NumericArray> WithOwnValues(Graph graph, IReadOnlyList<IReadOnlyList<ReadOnlyMemory<byte>>> cases)
    {
        var values = new Dictionary<string, NumericArray>(_reference, StringComparer.Ordinal);
        foreach ((string name, NumericArray value) in OwnValues(graph, cases, _cancellation))
        {
            values.TryAdd(name, value);
        }

        return values;
    }

    /// <summary>The values of a graph in the last case, as reals.</summary>
    private static Dictionary<string, NumericArray> OwnValues(Graph graph, IReadOnlyList<IReadOnlyList<ReadOnlyMemory<byte>>> cases, CancellationToken cancellation)
    {
        var values = new Dictionary<string, NumericArray>(StringComparer.Ordinal);
        FirstDivergence.Observe(
            graph, cases,
            (tensor, bytes) => values.TryAdd(
                QuantizedNames.Original(tensor.Name), FirstDivergence.Floats(tensor.Shape, [.. BorderValues.Decode(bytes.Span, tensor, []).Select(value => (float)value)])),
            cancellation);
        return values;
    }
}
