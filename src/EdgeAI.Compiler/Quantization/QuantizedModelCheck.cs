using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;

namespace EdgeAI.Compiler.Quantization;

/// <summary>
/// Tells what does not fit in a model that comes quantized; the model itself is kept as it is.
/// <list type="bullet">
/// <item>Sums, choices and concatenations whose operands' scales are more than <see cref="FarApart"/> apart.</item>
/// <item>Operators in float: those that read quantized values only, where a quantizer is missing behind the result, and others.</item>
/// </list>
/// </summary>
internal static class QuantizedModelCheck
{
    private const double FarApart = 2;

    /// <summary>Operators whose result has one scale for values that come from several operands.</summary>
    private static readonly string[] Joining = ["Add", "Subtract", "SquaredDifference", "Maximum", "Minimum", "Concatenate", "Select"];

    /// <summary>Adds the diagnostics in the order of the nodes, one for each node of the file.</summary>
    public static void Run(Graph graph, ICollection<Diagnostic> diagnostics)
    {
        Dictionary<Tensor, Node> makers = graph.Producers();
        var told = new NodeDiagnostics();
        foreach (Node node in graph.Nodes)
        {
            if (Joining.Contains(node.Operator))
            {
                TellScales(node, makers, told);
            }

            Operator definition = OperatorCatalog.Of(node);
            if (definition.Quantization == QuantizationRule.Untouched || definition.IsView(node) || !node.Outputs.Any(output => output.Type.IsFloat()))
            {
                continue;
            }

            Tensor[] operands = [.. node.Inputs.OfType<Tensor>().Where(tensor => !tensor.IsConstant && tensor.Type.IsFloat())];
            bool readsQuantized = operands.Length > 0 && definition.Quantization != QuantizationRule.FloatOnly
                && operands.All(tensor => makers.TryGetValue(tensor, out Node? maker) && maker.Operator == "Dequantize");
            if (readsQuantized)
            {
                told.AddCost(node, DiagnosticCatalog.ResultNotQuantized, node.Source, node.Operator, node.Output.Name);
            }
            else
            {
                told.AddCost(node, DiagnosticCatalog.FloatIsland, node.Source, node.Operator);
            }
        }

        told.Tell(diagnostics);
    }

    /// <summary>Compares the coarsest and the finest operand; one that is rescaled for the node alone counts as it was made.</summary>
    private static void TellScales(Node node, Dictionary<Tensor, Node> makers, NodeDiagnostics told)
    {
        Tensor[] operands =
        [
            .. node.Inputs.OfType<Tensor>()
                .Select(tensor => makers.TryGetValue(tensor, out Node? maker) && maker.Operator == "Requantize" ? maker.Input(0) : tensor)
                .Where(tensor => tensor is { IsConstant: false, Quantization.IsPerChannel: false }).OrderBy(tensor => tensor.Quantization!.Scale),
        ];
        if (operands.Length < 2)
        {
            return;
        }

        (Tensor finest, Tensor coarsest) = (operands[0], operands[^1]);
        double ratio = (double)coarsest.Quantization!.Scale / finest.Quantization!.Scale;
        if (ratio > FarApart)
        {
            told.Add(node, DiagnosticCatalog.ScalesDisagree.With(
                null, node.Source, node.Operator, coarsest.Name, coarsest.Quantization.Scale, finest.Name, finest.Quantization.Scale, ratio));
        }
    }
}
