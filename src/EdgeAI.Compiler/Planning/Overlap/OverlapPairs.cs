using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Planning.Overlap;

/// <summary>Finds results that may lie over an operand: the last reader's, where nothing else of that buffer is read or given out.</summary>
internal static class OverlapPairs
{
    /// <summary>In order of step, at most one a step, none in a step that runs row by row; indexes are those of the buffers.</summary>
    public static IEnumerable<OverlapPair> Find(Graph graph, InstructionSet instructionSet, IReadOnlyList<PlannedBuffer> buffers, IReadOnlyList<PlannedStream> streams)
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
        HashSet<int> given = [.. graph.Outputs.Select(IndexOf)];
        for (int step = 0; step < graph.Nodes.Count; step++)
        {
            Node node = graph.Nodes[step];
            int result = node.Outputs.Count == 1 ? IndexOf(node.Output) : -1;
            if (result < 0 || TensorPlaces.IsView(node) || buffers[result].FirstStep != step || streams.Any(stream => stream.Contains(step)))
            {
                continue;
            }

            for (int i = 0; i < node.Inputs.Count; i++)
            {
                int operand = IndexOf(node.Inputs[i]);
                if (operand >= 0 && operand != result && buffers[operand].LastStep == step && !given.Contains(operand)
                    && node.Inputs.Count(other => IndexOf(other) == operand) == 1
                    && OperatorCatalog.Of(node).OverlapDistance(node, i, instructionSet) is { } distance)
                {
                    yield return new(operand, result, distance, step);
                    break;
                }
            }
        }
    }
}
