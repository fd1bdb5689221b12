using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Passes;

/// <summary>Constants of the same type, shape, quantization and bytes become one.</summary>
public sealed class DeduplicateConstants : Pass
{
    /// <inheritdoc/>
    public override bool Run(Graph graph)
    {
        bool changed = false;
        var seen = new Dictionary<(ElementType, Shape, QuantizationParameters?, int), List<Tensor>>();
        foreach (Tensor constant in graph.Tensors().Where(tensor => tensor.IsConstant && !graph.IsOutput(tensor)).ToArray())
        {
            ReadOnlySpan<byte> bytes = constant.Constant!.Value.Span;
            var hash = new HashCode();
            hash.AddBytes(bytes);
            (ElementType, Shape, QuantizationParameters?, int) key = (constant.Type, constant.Shape, constant.Quantization, hash.ToHashCode());
            if (!seen.TryGetValue(key, out List<Tensor>? alike))
            {
                seen[key] = alike = [];
            }

            if (alike.Find(other => other.Constant!.Value.Span.SequenceEqual(constant.Constant.Value.Span)) is { } first)
            {
                graph.ReplaceUses(constant, first);
                changed = true;
            }
            else
            {
                alike.Add(constant);
            }
        }

        return changed;
    }
}
