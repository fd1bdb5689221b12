using System.Runtime.InteropServices;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Quantization;

namespace EdgeAI.Simulator.Managed;

/// <summary>
/// Each integer layer by itself: its operands are the float graph's values, quantized, and its result is compared with the float graph's; and how much of
/// the float values lies outside what the layer's result can hold. Layers with an operand that has no float twin are left out.
/// </summary>
internal sealed class IsolatedLayers
{
    private readonly GraphExecutor _float;
    private readonly IReadOnlyDictionary<string, ChannelMap> _maps;
    private readonly Layer?[] _layers;

    /// <summary>For an executor of the float graph, whose values are read after its runs, and what became of its channels in the graph that runs.</summary>
    public IsolatedLayers(Graph graph, GraphExecutor exact, IReadOnlyDictionary<string, Tensor> twins, IReadOnlyDictionary<string, ChannelMap> maps)
    {
        _float = exact;
        _maps = maps;
        _layers = [.. graph.Nodes.Select(node => Of(node, twins))];
    }

    /// <summary>For each node: squared signal and noise of its result by itself, elements beyond its range, and elements; null where it is left out.</summary>
    public LayerNoise?[] Compare() => [.. _layers.Select(layer => layer is null ? (LayerNoise?)null : Compare(layer))];

    private static Layer? Of(Node node, IReadOnlyDictionary<string, Tensor> twins)
    {
        Tensor? Twin(Tensor tensor) =>
            tensor.Quantization is { IsPerChannel: false } && twins.TryGetValue(QuantizedNames.Original(tensor.Name), out Tensor? twin)
                && twin.Shape.ElementCount == tensor.Shape.ElementCount ? twin : null;
        Tensor[] operands = [.. node.Inputs.OfType<Tensor>().Where(tensor => !tensor.IsConstant).Distinct<Tensor>(ReferenceEqualityComparer.Instance)];
        Tensor?[] known = [.. operands.Select(Twin)];
        if (operands.Length == 0 || known.Any(twin => twin is null) || node.Outputs.Count != 1 || Twin(node.Output) is not { } result
            || OperatorCatalog.Of(node).IsView(node) || node.Output.Shape.ElementCount == 0)
        {
            return null;
        }

        var alone = new GraphExecutor(new Graph { Inputs = [.. operands], Outputs = [node.Output], Nodes = [node] });
        return new Layer(node.Output, result, [.. known.OfType<Tensor>()], alone);
    }

    private LayerNoise Compare(Layer layer)
    {
        for (int i = 0; i < layer.Operands.Length; i++)
        {
            Tensor twin = layer.Operands[i];
            byte[] bytes = _float.Value(twin).ToArray();
            if (_maps.TryGetValue(twin.Name, out ChannelMap? changed))
            {
                Span<float> values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
                for (int element = 0; element < values.Length; element++)
                {
                    values[element] = (float)changed.ToRunning(values[element], element);
                }
            }

            layer.Alone.SetInput(i, BorderValues.Encode(bytes, twin, layer.Alone.Graph.Inputs[i], []).Span);
        }

        layer.Alone.Run();
        double[] actual = BorderValues.Decode(layer.Alone.Output(0), layer.Result, []);
        ReadOnlySpan<float> expected = MemoryMarshal.Cast<byte, float>(_float.Value(layer.Twin));
        QuantizationParameters quantization = layer.Result.Quantization!;
        var range = IntegerRange.Of(layer.Result.Type);
        double lowest = (range.Minimum - quantization.ZeroPoint - 0.5) * quantization.Scale;
        double highest = (range.Maximum - quantization.ZeroPoint + 0.5) * quantization.Scale;
        var sum = new LayerNoise(0, 0, 0, actual.Length);
        ChannelMap? map = _maps.GetValueOrDefault(layer.Twin.Name);
        for (int i = 0; i < actual.Length; i++)
        {
            double difference = expected[i] - (map?.ToModel(actual[i], i) ?? actual[i]);
            double running = map?.ToRunning(expected[i], i) ?? expected[i];
            sum = sum with
            {
                Signal = sum.Signal + ((double)expected[i] * expected[i]),
                Noise = sum.Noise + (difference * difference),
                Clipped = sum.Clipped + (running < lowest || running > highest ? 1 : 0),
            };
        }

        return sum;
    }

    private sealed record Layer(Tensor Result, Tensor Twin, Tensor[] Operands, GraphExecutor Alone);
}

/// <summary>Sums over the elements of a layer's result.</summary>
/// <param name="Signal">Squared float values.</param>
/// <param name="Noise">Squared differences.</param>
/// <param name="Clipped">Float values beyond the range of the result.</param>
/// <param name="Elements">All.</param>
internal readonly record struct LayerNoise(double Signal, double Noise, long Clipped, long Elements)
{
    /// <summary>Both sums.</summary>
    public LayerNoise Plus(LayerNoise other) =>
        new(Signal + other.Signal, Noise + other.Noise, Clipped + other.Clipped, Elements + other.Elements);
}
