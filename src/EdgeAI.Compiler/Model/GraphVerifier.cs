using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Model;

/// <summary>
/// Checks that a graph is whole: names unique, every value made before it is read and made once, inputs and constants not made at all,
/// every output made, and every node's results of the type and shape its operator infers. Independent of all passes.
/// </summary>
public static class GraphVerifier
{
    /// <summary>What is wrong, one sentence each; empty for a sound graph.</summary>
    public static IReadOnlyList<string> Verify(Graph graph)
    {
        var faults = new List<string>();
        var ready = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        var nodeNames = new HashSet<string>(StringComparer.Ordinal);
        var tensorNames = new HashSet<string>(StringComparer.Ordinal);

        foreach (Tensor tensor in graph.Tensors())
        {
            if (!tensorNames.Add(tensor.Name))
            {
                faults.Add($"two tensors are named '{tensor.Name}'");
            }

            if (tensor.Constant is { } bytes && bytes.Length != tensor.ByteSize)
            {
                faults.Add($"constant '{tensor}' has {bytes.Length} bytes instead of {tensor.ByteSize}");
            }
        }

        foreach (Tensor tensor in graph.Tensors().Where(tensor => tensor is { Type: ElementType.Int4, IsConstant: false }))
        {
            faults.Add($"'{tensor}' is int4, which constants alone are");
        }

        foreach (Tensor input in graph.Inputs)
        {
            if (input.IsConstant)
            {
                faults.Add($"input '{input.Name}' is a constant");
            }

            ready.Add(input);
        }

        foreach (Node node in graph.Nodes)
        {
            if (!nodeNames.Add(node.Name))
            {
                faults.Add($"two nodes are named '{node.Name}'");
            }

            foreach (Tensor? input in node.Inputs)
            {
                if (input is not null && !input.IsConstant && !ready.Contains(input))
                {
                    faults.Add($"node '{node.Name}' reads '{input.Name}' before it is made");
                }
            }

            foreach (Tensor output in node.Outputs)
            {
                if (output.IsConstant || !ready.Add(output))
                {
                    faults.Add($"node '{node.Name}' makes '{output.Name}', which is made elsewhere");
                }
            }

            VerifyTypes(node, faults);
        }

        foreach (Tensor output in graph.Outputs)
        {
            if (!output.IsConstant && !ready.Contains(output))
            {
                faults.Add($"output '{output.Name}' is never made");
            }
        }

        VerifyStates(graph, faults);
        return faults;
    }

    /// <summary>A stored state must be one that the graph holds, and nothing may read its old value behind the store or give it out.</summary>
    private static void VerifyStates(Graph graph, List<string> faults)
    {
        var stored = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        var roots = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        foreach (Node node in graph.Nodes.Where(node => OperatorCatalog.TryOf(node) is not null && node.Inputs.Count > 0 && node.Outputs.Count > 0))
        {
            Operator definition = OperatorCatalog.Of(node);
            foreach (Tensor input in node.Inputs.OfType<Tensor>().Where(input => roots.TryGetValue(input, out Tensor? root) && stored.Contains(root)))
            {
                faults.Add($"node '{node.Name}' reads the state '{input.Name}' behind its store");
            }

            if (definition.StateUse == StateUse.Holds)
            {
                roots[node.Output] = node.Output;
            }
            else if (definition.StateUse == StateUse.Stores && (!roots.TryGetValue(node.Input(0), out Tensor? state) || !stored.Add(state)))
            {
                faults.Add($"node '{node.Name}' stores '{node.Input(0).Name}', which is no state or stored twice");
            }
            else if (node.Inputs[0] is { } operand && roots.TryGetValue(operand, out Tensor? viewed) && definition.IsView(node))
            {
                roots[node.Output] = viewed;
            }
        }

        foreach (Tensor output in graph.Outputs.Where(output => roots.TryGetValue(output, out Tensor? root) && stored.Contains(root)))
        {
            faults.Add($"output '{output.Name}' is a state that the run changes");
        }
    }

    private static void VerifyTypes(Node node, List<string> faults)
    {
        try
        {
            Operator definition = OperatorCatalog.Of(node);
            if (node.Attributes.GetType() != definition.AttributesType)
            {
                faults.Add($"node '{node.Name}' has {node.Attributes.GetType().Name} instead of {definition.AttributesType.Name}");
                return;
            }

            IReadOnlyList<TensorType> types = definition.Infer(node);
            if (types.Count != node.Outputs.Count)
            {
                faults.Add($"node '{node.Name}' has {node.Outputs.Count} results instead of {types.Count}");
                return;
            }

            for (int i = 0; i < types.Count; i++)
            {
                if (types[i].Type != node.Outputs[i].Type || types[i].Shape != node.Outputs[i].Shape)
                {
                    faults.Add($"result '{node.Outputs[i]}' of node '{node.Name}' should be {types[i].Type.DisplayName()}{types[i].Shape}");
                }
            }
        }
        catch (OperatorException error)
        {
            faults.Add($"node '{node.Name}': {error.Message}");
        }
    }
}
