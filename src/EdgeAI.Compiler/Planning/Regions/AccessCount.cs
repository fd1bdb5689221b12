using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Planning.Regions;

/// <summary>
/// How many bytes a run reads and writes in each buffer, for choosing memories.
/// <list type="bullet">
/// <item>Each result is written once and each operand read once, by the nodes for which something runs.</item>
/// <item>Of a node that sums products, each product also reads a byte of the step's scratch memory, where it has some, else of its first
/// operand; kernels keep a value in registers for <see cref="ProductsPerRead"/> products.</item>
/// </list>
/// Limit: an estimate by counting, the same for every core; caches are not seen.
/// </summary>
internal static class AccessCount
{
    /// <summary>Products that use a value between two loads of it: the tiles of the kernels are about 2 by 2.</summary>
    public const int ProductsPerRead = 4;

    /// <summary>Bytes touched in a run of a plan, in the order of the buffers, which are those of the plan without moves.</summary>
    public static long[] Of(Graph graph, MemoryPlan plan, IReadOnlyList<PlannedBuffer> buffers)
    {
        long[] touched = new long[buffers.Count];
        var byTensor = new Dictionary<string, int>(StringComparer.Ordinal);
        var byName = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < buffers.Count; i++)
        {
            byName.TryAdd(buffers[i].Name, i);
            foreach (string tensor in buffers[i].Tensors)
            {
                byTensor.TryAdd(tensor, i);
            }
        }

        void Touch(Tensor tensor, long bytes)
        {
            if (byTensor.TryGetValue(tensor.Name, out int buffer))
            {
                touched[buffer] += bytes;
            }
        }

        HashSet<int> idle = [.. PlanSteps.Of(graph, plan).Where(step => step.RunsNothing).Select(step => step.NodeIndex)];
        foreach (Node node in graph.Nodes.Where((_, index) => !idle.Contains(index)))
        {
            foreach (Tensor tensor in node.Inputs.OfType<Tensor>().Concat(node.Outputs))
            {
                Touch(tensor, tensor.ByteSize);
            }

            long products = OperatorCatalog.Of(node).CountMacs(node) / ProductsPerRead;
            if (byName.TryGetValue(MemoryPlanner.ScratchName(node), out int scratch))
            {
                touched[scratch] += products + buffers[scratch].Size;
            }
            else if (node.OptionalInput(0) is { } operand)
            {
                Touch(operand, products * operand.Type.ByteSize());
            }
        }

        return touched;
    }
}
