using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Simulator;

/// <summary>Compares a user's C with what it stands for, before a model runs on it.</summary>
internal static class UserKernels
{
    /// <summary>Throws <see cref="DiagnosticException"/> for the first function that differs or does not compile; warns where no compiler is there.</summary>
    public static void Check(SimulationRequest request, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        IList<Node> nodes = request.Planned.Quantized.Graph.Nodes;
        Node[] linked = [.. nodes.Where(node => node.Linked is not null)];
        Node[] own = [.. nodes.Where(node => node.Attributes.Definition is not null)];
        string? reason = request.Level == SimulationLevel.Managed ? "EdgeAISimulation is Managed"
            : request.Toolchain.HostCompiler is null ? "no C compiler (cc, gcc or clang) is on the PATH" : null;
        if (reason is null)
        {
            if (linked.Length + own.Length > 0)
            {
                request.Tell("check of kernels from outside");
            }

            LinkedKernelCheck.Run(request, linked, cancellation);
            OperatorKernelCheck.Run(request, own, cancellation);
            return;
        }

        foreach (string library in linked.Select(node => node.Linked!.Library).Distinct(StringComparer.Ordinal))
        {
            diagnostics.Add(DiagnosticCatalog.LinkedKernelNotChecked.With(null, library, request.Settings.Name, reason));
        }

        foreach (string name in own.Select(node => node.Operator).Distinct(StringComparer.Ordinal))
        {
            diagnostics.Add(DiagnosticCatalog.OperatorKernelNotChecked.With(null, name, request.Settings.Name, reason));
        }
    }
}
