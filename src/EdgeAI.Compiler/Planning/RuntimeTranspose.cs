using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Planning;

/// <summary>What a Transpose that runs on the device stands between.</summary>
public enum TransposePlace
{
    /// <summary>Behind an input of the model: the caller delivers another order of axes than the layers keep.</summary>
    Input,
    /// <summary>In front of an output of the model.</summary>
    Output,
    /// <summary>Between layers that want different orders.</summary>
    Inside,
}

/// <summary>A Transpose that is left in a plan: it runs, and moves every byte of its result.</summary>
/// <param name="NodeIndex">Index of the node in the graph.</param>
/// <param name="Node">The node.</param>
/// <param name="Place">What it stands between.</param>
/// <param name="From">What made its operand: what the file calls that node, or the input's name.</param>
/// <param name="To">What reads its result: what the file calls the first such node, or the output's name.</param>
public sealed record RuntimeTranspose(int NodeIndex, Node Node, TransposePlace Place, string From, string To)
{
    /// <summary>Bytes that are read in one order and written in another at each run.</summary>
    public long Bytes => Node.Output.ByteSize;

    /// <summary>Those of a plan, in the order of execution.</summary>
    public static IReadOnlyList<RuntimeTranspose> Of(Graph graph, MemoryPlan plan) =>
        Of(graph, PlanSteps.Of(graph, plan).Where(step => step.RunsNothing).Select(step => step.NodeIndex).ToHashSet());

    /// <summary>Those of a graph of which some nodes do not run, by their indexes.</summary>
    public static IReadOnlyList<RuntimeTranspose> Of(Graph graph, IReadOnlySet<int> idle)
    {
        Dictionary<Tensor, Node> producers = graph.Producers();
        ILookup<Tensor, Node> consumers = graph.Consumers();
        var found = new List<RuntimeTranspose>();
        for (int index = 0; index < graph.Nodes.Count; index++)
        {
            Node node = graph.Nodes[index];
            if (node.Operator != "Transpose" || idle.Contains(index))
            {
                continue;
            }

            Tensor from = MadeBy(node.Input(0), producers);
            Tensor to = ReadAs(node.Output, consumers, graph);
            TransposePlace place = graph.Inputs.Contains(from) ? TransposePlace.Input : graph.Outputs.Contains(to) ? TransposePlace.Output : TransposePlace.Inside;
            found.Add(new(
                index, node, place, producers.TryGetValue(from, out Node? maker) ? maker.Source : from.Name,
                graph.Outputs.Contains(to) ? to.Name : consumers[to].FirstOrDefault()?.Source ?? to.Name));
        }

        return found;
    }

    /// <summary>Whether a node has one operand that is no constant and works in whatever order that has: views, conversions, element-wise operators.</summary>
    private static bool KeepsOrder(Node node) =>
        node.Outputs.Count == 1 && node.OptionalInput(0) is { IsConstant: false } && node.Inputs.Skip(1).All(operand => operand is null or { IsConstant: true })
        && OperatorCatalog.Of(node) is var definition && (definition.IsView(node) || (definition is ILayoutAgnostic && node.Output.Shape == node.Input(0).Shape));

    private static Tensor MadeBy(Tensor tensor, Dictionary<Tensor, Node> producers)
    {
        while (producers.TryGetValue(tensor, out Node? maker) && KeepsOrder(maker))
        {
            tensor = maker.Input(0);
        }

        return tensor;
    }

    private static Tensor ReadAs(Tensor tensor, ILookup<Tensor, Node> consumers, Graph graph)
    {
        while (!graph.Outputs.Contains(tensor) && consumers[tensor].ToArray() is [var only] && KeepsOrder(only))
        {
            tensor = only.Output;
        }

        return tensor;
    }
}
