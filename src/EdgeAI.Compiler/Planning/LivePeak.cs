using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Planning;

/// <summary>
/// The largest sum of bytes of the values that are alive at once, with nodes in their order; a value that an element-wise node may put in its operand's place
/// counts once. A quick figure to compare graphs by, not a plan.
/// </summary>
internal static class LivePeak
{
    /// <summary>Bytes of a graph's fullest step.</summary>
    public static long Of(Graph graph, InstructionSet instructionSet)
    {
        var storage = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        Tensor Root(Tensor tensor) => storage.GetValueOrDefault(tensor, tensor);
        var last = new Dictionary<Tensor, int>(ReferenceEqualityComparer.Instance);
        for (int step = 0; step < graph.Nodes.Count; step++)
        {
            Node node = graph.Nodes[step];
            foreach (Tensor operand in node.Inputs.OfType<Tensor>().Where(tensor => !tensor.IsConstant))
            {
                last[Root(operand)] = step;
            }

            foreach (Tensor output in node.Outputs)
            {
                if (OperatorCatalog.Of(node).IsView(node))
                {
                    storage[output] = Root(node.Input(0));
                }

                last.TryAdd(Root(output), step);
            }
        }

        foreach (Tensor output in graph.Outputs.Where(output => !output.IsConstant))
        {
            last[Root(output)] = graph.Nodes.Count;
        }

        long live = graph.Inputs.Where(last.ContainsKey).Sum(input => input.ByteSize);
        long peak = live;
        for (int step = 0; step < graph.Nodes.Count; step++)
        {
            Node node = graph.Nodes[step];
            if (!OperatorCatalog.Of(node).IsView(node))
            {
                live += node.Outputs.Sum(output => output.ByteSize);
                peak = Math.Max(peak, live - Shared(node, step));
            }

            foreach (Tensor dead in node.Inputs.OfType<Tensor>().Where(tensor => !tensor.IsConstant).Select(Root).Concat(node.Outputs.Select(Root))
                .Distinct<Tensor>(ReferenceEqualityComparer.Instance).Where(tensor => last.GetValueOrDefault(tensor, -1) == step))
            {
                live -= dead.ByteSize;
            }
        }

        return peak;

        long Shared(Node node, int step)
        {
            Operator definition = OperatorCatalog.Of(node);
            IEnumerable<int> places = definition.InPlaceInputs(node).Concat(node.Operator == "Requantize" && definition.OverlapDistance(node, 0, instructionSet) is not null ? [0] : []);
            return places.Where(i => node.Input(i) is { IsConstant: false } operand && last.GetValueOrDefault(Root(operand), -1) == step)
                .Select(i => Math.Min(node.Input(i).ByteSize, node.Output.ByteSize)).DefaultIfEmpty(0).Max();
        }
    }
}
