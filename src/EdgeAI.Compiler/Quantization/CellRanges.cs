using System.Runtime.InteropServices;
using EdgeAI.Compiler.Data;
using EdgeAI.Compiler.Execution;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.Recurrent;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// The scale of each LSTM's int16 cell state: the power of two that holds the largest magnitude the state takes on the cases, as TensorFlow Lite's
/// integer kernel wants it.
/// </summary>
internal static class CellRanges
{
    private const int FractionBits = 15;
    private const int LeastExponent = -15;
    private const int LargestExponent = -4;

    /// <summary>Sets <see cref="SequenceLstmAttributes.CellExponent"/> of the graph's LSTMs.</summary>
    public static void Settle(Graph graph, IReadOnlyList<TestCase> cases, CancellationToken cancellation)
    {
        Dictionary<Tensor, Node> layers = graph.Nodes.Where(node => node.Operator == "SequenceLstm" && node.Output.Type == ElementType.Float32)
            .ToDictionary<Node, Tensor>(node => node.Output, ReferenceEqualityComparer.Instance);
        if (layers.Count == 0)
        {
            return;
        }

        var largest = new Dictionary<Node, float>(ReferenceEqualityComparer.Instance);
        GraphExecutor executor = null!;
        executor = new GraphExecutor(graph)
        {
            Observer = (tensor, bytes) =>
            {
                if (layers.TryGetValue(tensor, out Node? layer))
                {
                    largest[layer] = Math.Max(largest.GetValueOrDefault(layer), LargestCell(executor, layer));
                }
            },
        };
        foreach (TestCase test in cases)
        {
            for (int i = 0; i < graph.Inputs.Count; i++)
            {
                executor.SetInput(i, test.Inputs[i].Span);
            }

            executor.Run(cancellation);
        }

        foreach ((Node layer, float magnitude) in largest)
        {
            int exponent = LeastExponent;
            while (exponent < LargestExponent && Math.ScaleB(1, exponent + FractionBits) < magnitude)
            {
                exponent++;
            }

            layer.Attributes = layer.AttributesAs<SequenceLstmAttributes>() with { CellExponent = exponent };
        }
    }

    private static float LargestCell(GraphExecutor executor, Node layer)
    {
        ReadOnlySpan<float> Operand(int index) => MemoryMarshal.Cast<byte, float>(executor.Value(layer.Input(index)));
        return FloatLstm.Run(layer, Operand(0), Operand(1), Operand(2), Operand(3), new float[layer.Output.Shape.ElementCount]);
    }
}
