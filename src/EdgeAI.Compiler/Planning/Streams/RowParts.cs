using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Planning.Streams;

/// <summary>The nodes of the calls of streams, and what their kernels need. Calls of one node that differ in nothing but their place share one.</summary>
public sealed class RowParts(Graph graph)
{
    private readonly Dictionary<(int Step, int Count, int RowsRead, int PaddingAbove, bool ReachesEnd), Node> _parts = [];
    private readonly Dictionary<(Node Part, InstructionSet Set), (long Scratch, long?[] Distances)> _needs = [];

    /// <summary>Where the graph's tensors stand.</summary>
    public TensorPlaces Places { get; } = new(graph);

    /// <summary>The node of a call.</summary>
    public Node Of(RowCall call)
    {
        Node node = graph.Nodes[call.Step];
        var key = (call.Step, call.Count, RowsRead: 0, PaddingAbove: 0, ReachesEnd: false);
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (RowSlice.WindowOf(node, i) is { } window)
            {
                int height = node.Input(i).Shape[1];
                (int first, int end) = window.Rows(call.Row, call.Count, height);
                key.RowsRead = Math.Max(key.RowsRead, end - first);
                key.PaddingAbove = Math.Max(key.PaddingAbove, window.Padding - (call.Row * window.Stride));
                key.ReachesEnd |= end == height && window != RowWindow.Same;
            }
        }

        if (!_parts.TryGetValue(key, out Node? part))
        {
            _parts.Add(key, part = RowSlice.Of(node, call.Row, call.Count));
        }

        return part;
    }

    /// <summary>Bytes of working memory of a part's kernel.</summary>
    public long ScratchBytes(Node part, InstructionSet instructionSet) => Needs(part, instructionSet).Scratch;

    /// <summary><see cref="Operator.OverlapDistance"/> of a part.</summary>
    public long? OverlapDistance(Node part, int inputIndex, InstructionSet instructionSet) => Needs(part, instructionSet).Distances[inputIndex];

    private (long Scratch, long?[] Distances) Needs(Node part, InstructionSet instructionSet)
    {
        if (!_needs.TryGetValue((part, instructionSet), out (long Scratch, long?[] Distances) needs))
        {
            Operator definition = OperatorCatalog.Of(part);
            needs = (
                definition.ScratchBytes(part, instructionSet),
                [
                    .. Enumerable.Range(0, part.Inputs.Count).Select(i => part.Inputs[i] is { IsConstant: false }
                        ? definition.OverlapDistance(part, i, instructionSet)
                        : null),
                ]);
            _needs.Add((part, instructionSet), needs);
        }

        return needs;
    }
}
