using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators.FullyConnected;
using EdgeAI.Compiler.Operators.Shaping;

namespace EdgeAI.Compiler.Passes;

/// <summary>A Transpose that swaps the last two axes of an operand of MatMul becomes MatMul's own setting.</summary>
public sealed class FoldTransposeIntoMatMul : Pass
{
    /// <inheritdoc/>
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            for (int i = 0; i < 2; i++)
            {
                if (node.Attributes is MatMulAttributes attributes
                    && graph.ProducerOf(node.Input(i)) is { Attributes: TransposeAttributes transpose } producer
                    && SwapsLastTwo(transpose))
                {
                    node.Inputs[i] = producer.Input(0);
                    node.Attributes = i == 0
                        ? attributes with { TransposeA = !attributes.TransposeA }
                        : attributes with { TransposeB = !attributes.TransposeB };
                    changed = true;
                }
            }
        }

        return changed;
    }

    private static bool SwapsLastTwo(TransposeAttributes transpose)
    {
        int rank = transpose.Permutation.Length;
        return rank >= 2 && transpose.Permutation[rank - 1] == rank - 2 && transpose.Permutation[rank - 2] == rank - 1
            && transpose.Permutation.Take(rank - 2).Select((axis, i) => axis == i).All(same => same);
    }
}
