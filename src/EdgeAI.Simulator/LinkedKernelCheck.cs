using System.Collections.Immutable;
using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Linking;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;
using EdgeAI.Compiler.Settings;
using EdgeAI.Simulator.Managed;
using EdgeAI.Simulator.Native;

namespace EdgeAI.Simulator;

/// <summary>
/// Compares the functions of users' kernel libraries with ours before a model runs on them: each layer by itself, on random inputs, compiled on this
/// machine, byte for byte with the managed reference (float within its bound). A layer whose operator may write over its operand does so here too.
/// </summary>
internal static class LinkedKernelCheck
{
    /// <summary>Throws <see cref="DiagnosticException"/> for the first function that differs or does not compile; warns where no compiler is there.</summary>
    public static void Run(SimulationRequest request, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        Node[] linked = [.. request.Planned.Quantized.Graph.Nodes.Where(node => node.Linked is not null)];
        string? reason = request.Level == SimulationLevel.Managed ? "EdgeAISimulation is Managed"
            : request.Toolchain.HostCompiler is null ? "no C compiler (cc, gcc or clang) is on the PATH" : null;
        if (reason is not null)
        {
            foreach (string library in linked.Select(node => node.Linked!.Library).Distinct(StringComparer.Ordinal))
            {
                diagnostics.Add(DiagnosticCatalog.LinkedKernelNotChecked.With(null, library, request.Settings.Name, reason));
            }

            return;
        }

        for (int i = 0; i < linked.Length; i++)
        {
            Check(request, linked[i], i, cancellation);
        }
    }

    private static void Check(SimulationRequest request, Node node, int number, CancellationToken cancellation)
    {
        var graph = new Graph { Name = "layer_under_check", Nodes = [node], Outputs = [node.Output] };
        foreach (Tensor input in node.Inputs.OfType<Tensor>().Where(tensor => !tensor.IsConstant).Distinct(ReferenceEqualityComparer.Instance).Cast<Tensor>())
        {
            graph.Inputs.Add(input);
        }

        var said = new List<Diagnostic>();
        LinkedKernel kernel = node.Linked!;
        var imported = new ImportedModel(graph, request.Planned.Quantized.Source);
        var quantized = new QuantizedModel(graph, imported.Source, "None", false, 0, new BorderLayouts(
            [.. graph.Inputs.Select(_ => ImmutableArray<int>.Empty)], [.. graph.Outputs.Select(_ => ImmutableArray<int>.Empty)]));
        var settings = new ModelSettings { Name = graph.Name };
        PlannedModel planned = PlanStage.Run(quantized, request.Planned.Target with { Regions = [] }, settings, said, cancellation)
            with { LinkedFiles = request.Planned.LinkedFiles };
        FirmwareSources firmware = GenerateStage.Run(PlanStage.Combine(planned.Target, [planned], said), said, cancellation);
        string work = Directory.CreateDirectory(Path.Combine(request.WorkFolder, FormattableString.Invariant($"check{number}"))).FullName;
        var layer = new SimulationRequest(imported, planned, firmware, settings, SimulationLevel.Host, request.Toolchain, work);
        DeviceCases cases = DeviceCases.Load(imported, planned.Quantized, settings, said);
        var run = new NativeRun(layer, cases, ManagedRun.Execute(imported, planned, cases, cancellation), null, cancellation);
        try
        {
            run.Build();
        }
        catch (DiagnosticException error)
        {
            throw DiagnosticCatalog.LinkedKernelNotCompiled.Throw(null, kernel.Library, error.Diagnostics[0].Message);
        }

        EngineRun result = run.Compare();
        if (result.Mismatches > 0)
        {
            throw DiagnosticCatalog.LinkedKernelDiffers.Throw(
                null, kernel.Function, kernel.Library, node.Operator, node.Source, request.Settings.Name, result.Mismatches, result.Cases, result.MaxAbsError);
        }
    }
}
