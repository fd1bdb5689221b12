using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Planning;

/// <summary>
/// What integer borders would save where the float buffers of border conversions stand in the arena's peak: the graph without these
/// conversions is planned beside the whole one, in the same way, and the two arenas are compared.
/// </summary>
/// <param name="SavedBytes">Above 0.</param>
/// <param name="Settings">The settings that save them: <c>InputType="Quantized"</c>, …</param>
public sealed record BorderSaving(long SavedBytes, string Settings)
{
    /// <summary>The saving for the ordinary plan, in which every node runs as a whole; null where there is none.</summary>
    /// <param name="graph">The planned graph.</param>
    /// <param name="instructionSet">What it was planned for.</param>
    /// <param name="peak">The buffers alive at the peak of its plan.</param>
    /// <param name="cancellation">Ends the planning.</param>
    public static BorderSaving? Find(
        Graph graph, InstructionSet instructionSet, IReadOnlyCollection<PlannedBuffer> peak, CancellationToken cancellation = default) =>
        Find(graph, peak, planned => MemoryPlanner.Plan(planned, instructionSet, cancellation).ArenaBytes);

    /// <summary>The saving for plans of another kind; null where there is none.</summary>
    /// <param name="graph">The planned graph.</param>
    /// <param name="peak">The buffers alive at the peak of its plan.</param>
    /// <param name="arenaOf">The arena that a graph gets.</param>
    public static BorderSaving? Find(Graph graph, IReadOnlyCollection<PlannedBuffer> peak, Func<Graph, long> arenaOf)
    {
        ILookup<Tensor, Node> consumers = graph.Consumers();
        Dictionary<Tensor, Node> producers = graph.Producers();
        var removed = new HashSet<Node>(ReferenceEqualityComparer.Instance);
        var transposes = new Dictionary<Node, Node>(ReferenceEqualityComparer.Instance);
        Tensor[] inputs = [.. graph.Inputs.Select(input => Behind(input, consumers, graph, removed, transposes))];
        bool changesInputs = removed.Count > 0;
        Tensor[] outputs = [.. graph.Outputs.Select(output => InFrontOf(output, consumers, producers, removed, transposes))];
        bool changesOutputs = outputs.Where((output, index) => !ReferenceEquals(output, graph.Outputs[index])).Any();
        HashSet<string> floats = [.. removed.Select(node => (node.Input(0).Type.IsFloat() ? node.Input(0) : node.Output).Name)];
        if (!peak.Any(buffer => buffer.Tensors.Any(floats.Contains)))
        {
            return null;
        }

        var stripped = new Graph
        {
            Name = graph.Name,
            Inputs = inputs,
            Outputs = outputs,
            Nodes = [.. graph.Nodes.Select(node => removed.Contains(node) ? transposes.GetValueOrDefault(node) : node).OfType<Node>()],
        };
        long saved = arenaOf(graph) - arenaOf(stripped);
        string settings = string.Join(" and ",
            new[] { changesInputs ? "InputType=\"Quantized\"" : null, changesOutputs ? "OutputType=\"Quantized\"" : null }.OfType<string>());
        return saved > 0 ? new(saved, settings) : null;
    }

    private static Tensor Behind(
        Tensor input, ILookup<Tensor, Node> consumers, Graph graph, HashSet<Node> removed, Dictionary<Node, Node> transposes)
    {
        if (!input.Type.IsFloat() || consumers[input].ToArray() is not [{ Operator: "Quantize" or "QuantizeTransposed" or "QuantizeEvenTransposed" } only] || graph.Outputs.Contains(input))
        {
            return input;
        }

        removed.Add(only);
        if (only.Operator == "Quantize")
        {
            return only.Output;
        }

        var integers = new Tensor(input.Name, only.Output.Type, input.Shape) { Quantization = only.Output.Quantization };
        transposes.Add(only, Transpose(only, integers, only.Output));
        return integers;
    }

    private static Tensor InFrontOf(
        Tensor output, ILookup<Tensor, Node> consumers, Dictionary<Tensor, Node> producers, HashSet<Node> removed, Dictionary<Node, Node> transposes)
    {
        if (!output.Type.IsFloat() || !producers.TryGetValue(output, out Node? producer) || producer.Operator is not ("Dequantize" or "DequantizeTransposed")
            || consumers[output].Any())
        {
            return output;
        }

        removed.Add(producer);
        if (producer.Operator == "Dequantize")
        {
            return producer.Input(0);
        }

        var integers = new Tensor(output.Name, producer.Input(0).Type, output.Shape) { Quantization = producer.Input(0).Quantization };
        transposes.Add(producer, Transpose(producer, producer.Input(0), integers));
        return integers;
    }

    private static Node Transpose(Node conversion, Tensor from, Tensor to) =>
        new(conversion.Name, "Transpose", conversion.Attributes) { Inputs = [from], Outputs = [to] };
}
