using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Passes;

/// <summary>
/// Quantized uint8 values and constants inside the graph become int8: the integers and zero points move down by 128, the reals stay. A value changes when
/// every node around it can take the change: conversions and operators that only move elements.
/// </summary>
public sealed class ShiftUnsignedQuantization : Pass
{
    private const int Offset = 128;

    /// <inheritdoc/>
    public override bool Run(Graph graph)
    {
        var shifted = graph.Tensors()
            .Where(tensor => tensor is { Type: ElementType.UInt8, Quantization: not null } && !graph.IsInput(tensor) && !graph.IsOutput(tensor))
            .ToHashSet<Tensor>(ReferenceEqualityComparer.Instance);
        while (graph.Nodes.SelectMany(node => Refused(node, shifted)).ToArray() is { Length: > 0 } refused)
        {
            shifted.ExceptWith(refused);
        }

        foreach (Tensor tensor in graph.Tensors().Where(shifted.Contains).ToArray())
        {
            QuantizationParameters quantization = tensor.Quantization!;
            quantization = quantization with { ZeroPoints = [.. quantization.ZeroPoints.Select(zeroPoint => zeroPoint - Offset)] };
            if (tensor.Constant is { } bytes)
            {
                graph.ReplaceUses(tensor, new Tensor(tensor.Name, ElementType.Int8, tensor.Shape)
                {
                    Constant = Array.ConvertAll(bytes.ToArray(), value => (byte)(value ^ 0x80)),
                    Quantization = quantization,
                });
            }
            else
            {
                tensor.Type = ElementType.Int8;
                tensor.Quantization = quantization;
            }
        }

        return shifted.Count > 0;
    }

    private static IEnumerable<Tensor> Refused(Node node, HashSet<Tensor> shifted)
    {
        Tensor[] touched = [.. node.Inputs.OfType<Tensor>().Concat(node.Outputs).Where(shifted.Contains)];
        bool isConversion = node.Operator is "Quantize" or "Dequantize" or "Requantize";
        bool isMove = node.Operator is "Reshape" or "Transpose" or "Concatenate" or "Slice" or "Broadcast"
            && node.Inputs.OfType<Tensor>().Concat(node.Outputs).All(shifted.Contains);
        return isConversion || isMove ? [] : touched;
    }
}
