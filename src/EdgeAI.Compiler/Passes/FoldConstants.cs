using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// Computes nodes whose operands are all constants, by their own operator. Left alone: a Dequantize of integers, which the quantized
/// operators want as they are, and a result much larger than what it is made of, which would cost flash instead of work.
/// </summary>
public sealed class FoldConstants : Pass
{
    private const long AlwaysAllowedBytes = 4096;
    private const long AllowedGrowth = 2;

    /// <inheritdoc/>
    public override bool Run(Graph graph)
    {
        bool changed = false;
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            Node node = graph.Nodes[i];
            if (node.Operator == "Dequantize" || OperatorCatalog.Of(node).StateUse != StateUse.None || node.Outputs.Any(graph.IsOutput) || node.Inputs.Any(input => input is { IsConstant: false }))
            {
                continue;
            }

            long inputBytes = node.Inputs.Sum(input => input?.ByteSize ?? 0);
            long outputBytes = node.Outputs.Sum(output => output.ByteSize);
            if (outputBytes > Math.Max(AlwaysAllowedBytes, AllowedGrowth * inputBytes))
            {
                continue;
            }

            graph.Nodes.RemoveAt(i--);
            foreach ((Tensor output, byte[] bytes) in Compute(node))
            {
                graph.ReplaceUses(output, new Tensor(output.Name, output.Type, output.Shape)
                {
                    Constant = bytes,
                    Quantization = output.Quantization,
                });
            }

            changed = true;
        }

        return changed;
    }

    /// <summary>The results of a node of constants.</summary>
    internal static IEnumerable<(Tensor Output, byte[] Bytes)> Compute(Node node)
    {
        Operator definition = OperatorCatalog.Of(node);
        if (definition.IsView(node))
        {
            return [(node.Output, node.Input(0).Constant!.Value.ToArray())];
        }

        Memory<byte>?[] inputs = [.. node.Inputs.Select(input => input is null ? null : (Memory<byte>?)input.Constant!.Value.ToArray())];
        Memory<byte>[] outputs = [.. node.Outputs.Select(output => (Memory<byte>)new byte[output.ByteSize])];
        definition.Execute(new OperatorCall(node, inputs, outputs, new byte[definition.ScratchBytes(node)]));
        return node.Outputs.Zip(outputs, (output, bytes) => (output, bytes.ToArray()));
    }
}
