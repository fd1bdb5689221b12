using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Passes;

/// <summary>A graph with nodes and tensors of its own and the same names; attributes and constant bytes, which never change, are shared.</summary>
internal static class GraphCopy
{
    public static Graph Of(Graph graph)
    {
        var copies = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        foreach (Tensor tensor in graph.Tensors())
        {
            copies[tensor] = new Tensor(tensor.Name, tensor.Type, tensor.Shape) { Constant = tensor.Constant, Quantization = tensor.Quantization };
        }

        return new Graph
        {
            Name = graph.Name,
            Inputs = [.. graph.Inputs.Select(tensor => copies[tensor])],
            Outputs = [.. graph.Outputs.Select(tensor => copies[tensor])],
            Nodes =
            [
                .. graph.Nodes.Select(node => new Node(node.Name, node.Operator, node.Attributes)
                {
                    Source = node.Source,
                    Kernel = node.Kernel,
                    Linked = node.Linked,
                    Inputs = [.. node.Inputs.Select(tensor => tensor is null ? null : copies[tensor])],
                    Outputs = [.. node.Outputs.Select(tensor => copies[tensor])],
                }),
            ],
        };
    }
}
