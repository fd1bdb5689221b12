using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;

namespace EdgeAI.Tool;

/// <summary>Tells what a model is made of: import, quantization and planning run as in a build, with ranges from synthetic inputs where it is float.</summary>
internal static class Inspection
{
    /// <summary>Prints inputs, outputs, operators, multiplications, parameters, the arena and the dump of what would run.</summary>
    public static void Run(ToolModel model, TextWriter output, ICollection<Diagnostic> diagnostics, CancellationToken cancellation) =>
        Print(model.Plan(diagnostics, cancellation), output);

    private static void Print(PlannedModel planned, TextWriter output)
    {
        Graph graph = planned.Quantized.Graph;
        MemoryPlan plan = planned.Plan;
        void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));

        Line($"format      {planned.Quantized.Source.Format}, {planned.Quantized.Scheme}");
        foreach (Tensor tensor in graph.Inputs)
        {
            Line($"input       {tensor}, {tensor.ByteSize} bytes");
        }

        foreach (Tensor tensor in graph.Outputs)
        {
            Line($"output      {tensor}, {tensor.ByteSize} bytes");
        }

        foreach (IGrouping<string, Node> group in graph.Nodes.GroupBy(node => node.Operator).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            Line($"operator    {group.Count()} {group.Key}");
        }

        Tensor[] constants = [.. graph.Tensors().Where(tensor => tensor.IsConstant)];
        Line($"MACs        {graph.Nodes.Sum(node => OperatorCatalog.Of(node).CountMacs(node))}");
        Line($"parameters  {constants.Sum(tensor => tensor.Shape.ElementCount)} in {constants.Sum(tensor => tensor.ByteSize)} bytes");
        Line($"arena       {plan.ArenaBytes} bytes on {planned.Target.Name}; live tensors {plan.LowerBoundBytes}{(plan.Optimal ? ", optimal: proven" : "")}");
        output.WriteLine();
        output.Write(ModelText.Write(graph).Text);
    }
}
