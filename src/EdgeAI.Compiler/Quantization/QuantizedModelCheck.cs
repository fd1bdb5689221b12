using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Tells what does not fit in a model that comes quantized; the model itself is kept as it is.
/// <list type="bullet">
/// <item>Sums whose operands' scales are more than <see cref="FarApart"/> apart.</item>
/// <item>Operators in float: those that read quantized values only, where a quantizer is missing behind the result, and others.</item>
/// </list>
/// </summary>
internal static class QuantizedModelCheck
{
    private const double FarApart = 2;

    /// <summary>Adds the diagnostics in the order of the nodes.</summary>
    public static void Run(Graph graph, ICollection<Diagnostic> diagnostics)
    {
        Dictionary<Tensor, Node> makers = graph.Producers();
        foreach (Node node in graph.Nodes)
        {
            if (node.Operator is "Add" or "Subtract" && node.Inputs is [{ Quantization: { } first } a, { Quantization: { } second } b])
            {
                double ratio = (double)Math.Max(first.Scale, second.Scale) / Math.Min(first.Scale, second.Scale);
                if (ratio > FarApart && !a.IsConstant && !b.IsConstant)
                {
                    diagnostics.Add(DiagnosticCatalog.ScalesDisagree.With(
                        null, node.Source, node.Operator, a.Name, first.Scale, b.Name, second.Scale, ratio));
                }
            }

            Operator definition = OperatorCatalog.Of(node);
            if (definition.Quantization == QuantizationRule.Untouched || definition.IsView(node) || !node.Outputs.Any(output => output.Type.IsFloat()))
            {
                continue;
            }

            long bytes = node.Inputs.Concat(node.Outputs).Where(tensor => tensor?.Type == ElementType.Float32).Sum(tensor => tensor!.ByteSize);
            Tensor[] operands = [.. node.Inputs.OfType<Tensor>().Where(tensor => !tensor.IsConstant && tensor.Type.IsFloat())];
            bool readsQuantized = operands.Length > 0 && definition.Quantization != QuantizationRule.FloatOnly
                && operands.All(tensor => makers.TryGetValue(tensor, out Node? maker) && maker.Operator == "Dequantize");
            diagnostics.Add(readsQuantized
                ? DiagnosticCatalog.ResultNotQuantized.With(null, node.Source, node.Operator, node.Output.Name, definition.CountMacs(node), bytes)
                : DiagnosticCatalog.FloatIsland.With(null, node.Source, node.Operator, definition.CountMacs(node), bytes));
        }
    }
}
