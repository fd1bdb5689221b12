using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Planning.Kernels;

/// <summary>What a node does, in the units in which its instructions are estimated. The same for every kernel of the node.</summary>
/// <param name="Pixels">Vectors along the result's last axis.</param>
/// <param name="Taps">Places of the operand that these read, where each reads several: pixels × kernel height × kernel width.</param>
/// <param name="Operands">Elements of the operand read for one result channel; without products, elements of all operands.</param>
/// <param name="Outputs">Elements of the results.</param>
/// <param name="Macs">Products.</param>
public readonly record struct LayerWork(long Pixels, long Taps, long Operands, long Outputs, long Macs)
{
    /// <summary>How many factors there are: one for a call, then those of the parameters in order.</summary>
    public const int FactorCount = 6;

    /// <summary>The work of a node.</summary>
    public static LayerWork Of(Node node)
    {
        long outputs = node.Outputs.Sum(tensor => tensor.Shape.ElementCount);
        long channels = Math.Max(1, node.Output.Shape.Rank == 0 ? 1 : node.Output.Shape[-1]);
        long pixels = outputs / channels;
        long macs = OperatorCatalog.Of(node).CountMacs(node);
        long window = node.OptionalInput(1) is { Shape.Rank: 4 } weights && macs > 0 ? (long)weights.Shape[1] * weights.Shape[2] : 1;
        return new(
            pixels, window > 1 ? pixels * window : 0,
            macs > 0 ? macs / channels : node.Inputs.Sum(tensor => tensor?.Shape.ElementCount ?? 0), outputs, macs);
    }

    /// <summary>One, and the parameters in order.</summary>
    public double[] Factors() => [1, Pixels, Taps, Operands, Outputs, Macs];
}
