using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Planning;

/// <summary>What the kernels of the nodes need of memory and allow in it; each node is asked once.</summary>
internal sealed class KernelNeeds(InstructionSet instructionSet)
{
    private readonly Dictionary<Node, Needs> _needs = new(ReferenceEqualityComparer.Instance);

    /// <summary>Bytes of working memory; 0 for views.</summary>
    public long ScratchBytes(Node node) => Of(node).ScratchBytes;

    /// <summary><see cref="Operator.InPlaceInputs(Node, InstructionSet)"/>; none for views.</summary>
    public int[] InPlaceInputs(Node node) => Of(node).InPlaceInputs;

    /// <summary><see cref="Operator.OverlapDistance"/>; null for constants and of views.</summary>
    public long? OverlapDistance(Node node, int inputIndex) => Of(node).Distances[inputIndex];

    private Needs Of(Node node)
    {
        if (!_needs.TryGetValue(node, out Needs? needs))
        {
            Operator definition = OperatorCatalog.Of(node);
            bool runs = !definition.IsView(node);
            needs = new(
                runs ? definition.ScratchBytes(node, instructionSet) : 0,
                [.. runs ? definition.InPlaceInputs(node, instructionSet) : []],
                [
                    .. Enumerable.Range(0, node.Inputs.Count).Select(i => runs && node.Outputs.Count == 1 && node.Inputs[i] is { IsConstant: false }
                        ? definition.OverlapDistance(node, i, instructionSet)
                        : null),
                ]);
            _needs.Add(node, needs);
        }

        return needs;
    }

    private sealed record Needs(long ScratchBytes, int[] InPlaceInputs, long?[] Distances);
}
