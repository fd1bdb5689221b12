using System.Collections.Immutable;
using System.Globalization;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Planning;
using EdgeAI.Compiler.Settings;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Tool;

/// <summary>Tells what a model is made of: import, quantization and planning run as in a build, with ranges from synthetic inputs where it is float.</summary>
internal static class Inspection
{
    /// <summary>Prints inputs, outputs, operators, multiplications, parameters, the arena and the dump of what would run.</summary>
    public static void Run(
        string path, string targetName, QuantizationScheme scheme, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        TargetDescription target = TargetCatalog.Get(targetName);
        var diagnostics = new List<Diagnostic>();
        try
        {
            byte[] bytes = TextFile.Read(path, DiagnosticCatalog.ModelNotReadable);
            var request = new ImportRequest(
                "model", path.Replace('\\', '/'), bytes, ImmutableSortedDictionary<string, Shape>.Empty, relative => ReadBeside(path, relative));
            ImportedModel imported = ImportStage.Run(request, diagnostics, cancellation);
            var settings = new ModelSettings { Name = "model", Quantization = scheme };
            QuantizedModel quantized = QuantizeStage.Run(imported, settings, diagnostics, cancellation);
            PlannedModel planned = PlanStage.Run(quantized, target, settings, diagnostics, cancellation);
            Print(planned, output);
        }
        finally
        {
            foreach (Diagnostic told in diagnostics.Where(told => told.Severity != Severity.Note))
            {
                errors.WriteLine(told);
            }
        }
    }

    private static byte[]? ReadBeside(string path, string relative)
    {
        string file = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, relative);
        return File.Exists(file) ? TextFile.Read(file, DiagnosticCatalog.ModelNotReadable) : null;
    }

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
