using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Notes what each repair brought to each layer: the ratio of signal to noise of the layer's result, accumulated from the inputs, before and after it. Both are in
/// the units of the model file, whatever its channels were multiplied with.
/// </summary>
internal sealed class RepairLog
{
    private const int Decimals = 3;
    private readonly IReadOnlyList<TestCase> _cases;
    private readonly ElementType _type;
    private readonly CancellationToken _cancellation;
    private readonly List<RepairedLayer> _layers = [];

    /// <summary>Measures on the given calibration inputs.</summary>
    public RepairLog(IReadOnlyList<TestCase> cases, ElementType type, CancellationToken cancellation)
    {
        _cases = cases;
        _type = type;
        _cancellation = cancellation;
    }

    /// <summary>What was noted.</summary>
    public ImmutableArray<RepairedLayer> Layers => [.. _layers];

    /// <summary>Decibels of a signal over noise; null where either is missing.</summary>
    public static double? Decibels(double signal, double noise) =>
        signal > 0 && noise > 0 ? Math.Round(10 * PortableMath.Log(signal / noise) / PortableMath.Log(10), Decimals) : null;

    /// <summary>Notes a repair of one layer.</summary>
    public void Add(string node, RepairKind kind, double? beforeDb, double? afterDb, string? detail = null) =>
        _layers.Add(new RepairedLayer(node, kind, _type, detail, beforeDb, afterDb));

    /// <summary>Notes a repair that changed some layers of a graph.</summary>
    /// <param name="kind">The repair.</param>
    /// <param name="layers">The layers with what is said of each.</param>
    /// <param name="before">Float and integer graph before it.</param>
    /// <param name="after">Both with it.</param>
    public void Add(RepairKind kind, IEnumerable<(string Node, string? Detail)> layers, MeasuredGraphs before, MeasuredGraphs after)
    {
        IReadOnlyDictionary<string, double?> old = Measure(before);
        IReadOnlyDictionary<string, double?> now = Measure(after);
        foreach ((string node, string? detail) in layers.Where(layer => old.ContainsKey(layer.Node) && now.ContainsKey(layer.Node)))
        {
            Add(node, kind, old[node], now[node], detail);
        }
    }

    /// <summary>Decibels of the first result of each integer node by name.</summary>
    private Dictionary<string, double?> Measure(MeasuredGraphs graphs)
    {
        Dictionary<string, Tensor> exact = graphs.Exact.Tensors().Where(tensor => tensor is { IsConstant: false, Type: ElementType.Float32 })
            .ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        (Node Node, Tensor Twin)[] nodes =
        [
            .. graphs.Quantized.Nodes.Where(node => node.Output is { Quantization.IsPerChannel: false })
                .Select(node => (node, Twin: exact.GetValueOrDefault(QuantizedNames.Original(node.Output.Name)))).Where(pair => pair.Twin is not null)
                .Select(pair => (pair.node, pair.Twin!)),
        ];
        var halves = new (double Signal, double Noise)[2][];
        int half = (_cases.Count + 1) / 2;
        Parallel.Invoke(
            new ParallelOptions { CancellationToken = _cancellation },
            () => halves[0] = Sum(graphs, nodes, 0, half),
            () => halves[1] = Sum(graphs, nodes, half, _cases.Count));
        var decibels = new Dictionary<string, double?>(StringComparer.Ordinal);
        for (int i = 0; i < nodes.Length; i++)
        {
            decibels[nodes[i].Node.Name] = Decibels(halves[0][i].Signal + halves[1][i].Signal, halves[0][i].Noise + halves[1][i].Noise);
        }

        return decibels;
    }

    private (double Signal, double Noise)[] Sum(MeasuredGraphs graphs, (Node Node, Tensor Twin)[] nodes, int from, int to)
    {
        var sums = new (double Signal, double Noise)[nodes.Length];
        var exact = new GraphExecutor(graphs.Exact);
        var quantized = new GraphExecutor(graphs.Quantized);
        for (int c = from; c < to; c++)
        {
            for (int i = 0; i < _cases[c].Inputs.Length; i++)
            {
                exact.SetInput(i, _cases[c].Inputs[i].Span);
                quantized.SetInput(i, _cases[c].Inputs[i].Span);
            }

            exact.Run(_cancellation);
            quantized.Run(_cancellation);
            for (int i = 0; i < nodes.Length; i++)
            {
                (Node node, Tensor twin) = nodes[i];
                (double signal, double noise) = graphs.Maps.Compare(
                    twin.Name, MemoryMarshal.Cast<byte, float>(exact.Value(twin)), OutputProbe.Reals(node.Output, quantized.Value(node.Output)));
                sums[i] = (sums[i].Signal + signal, sums[i].Noise + noise);
            }
        }

        return sums;
    }
}

/// <summary>A float graph and its integer graph.</summary>
/// <param name="Exact">With changed channels.</param>
/// <param name="Quantized">Made from it.</param>
/// <param name="Maps">How its channels were changed.</param>
internal sealed record MeasuredGraphs(Graph Exact, Graph Quantized, ChannelMaps Maps);
