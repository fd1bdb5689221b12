using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Planning.Overlap;

/// <summary>
/// Finds results that may lie over an operand: where the node is the buffer's first and the operand's buffer's last, reads nothing else of it, and the
/// caller neither fills the one nor reads the other. Of parts, the distance is that of the buffers.
/// </summary>
internal static class OverlapPairs
{
    /// <summary>In order of step, at most one a step, none in a step that runs row by row; indexes are those of the buffers.</summary>
    public static IEnumerable<OverlapPair> Find(Graph graph, KernelNeeds needs, IReadOnlyList<PlannedBuffer> buffers, IReadOnlyList<PlannedStream> streams)
    {
        var bufferOf = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < buffers.Count; i++)
        {
            foreach (string tensor in buffers[i].Tensors)
            {
                bufferOf.TryAdd(tensor, i);
            }
        }

        int IndexOf(Tensor? tensor) => tensor is not null && bufferOf.TryGetValue(tensor.Name, out int index) ? index : -1;
        long PlaceIn(int buffer, Tensor tensor) => buffers[buffer].PlaceOf(tensor.Name) - buffers[buffer].Offset;
        int[] states = [.. graph.Nodes.Where(node => OperatorCatalog.Of(node).StateUse == StateUse.Holds).Select(node => IndexOf(node.Output))];
        HashSet<int> given = [.. graph.Outputs.Select(IndexOf), .. states];
        HashSet<int> filled = [.. graph.Inputs.Select(IndexOf), .. states];
        for (int step = 0; step < graph.Nodes.Count; step++)
        {
            Node node = graph.Nodes[step];
            int result = node.Outputs.Count == 1 ? IndexOf(node.Output) : -1;
            if (result < 0 || buffers[result].FirstStep != step || filled.Contains(result) || streams.Any(stream => stream.Contains(step)))
            {
                continue;
            }

            for (int i = 0; i < node.Inputs.Count; i++)
            {
                int operand = IndexOf(node.Inputs[i]);
                if (operand >= 0 && operand != result && buffers[operand].LastStep == step && !given.Contains(operand)
                    && node.Inputs.Count(other => IndexOf(other) == operand) == 1
                    && needs.OverlapDistance(node, i) is { } distance)
                {
                    yield return new(operand, result, distance + PlaceIn(result, node.Output) - PlaceIn(operand, node.Input(i)), step);
                    break;
                }
            }
        }
    }
}
