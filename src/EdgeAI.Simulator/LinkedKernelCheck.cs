using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Linking;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Simulator;

/// <summary>
/// Compares the functions of users' kernel libraries with ours: each layer by itself, on random inputs, compiled on this
/// machine, byte for byte with the managed reference (float within its bound). A layer whose operator may write over its operand does so here too.
/// </summary>
internal static class LinkedKernelCheck
{
    /// <summary>Throws <see cref="DiagnosticException"/> for the first function that differs or does not compile; its operands are written as .npy.</summary>
    public static void Run(SimulationRequest request, IReadOnlyList<Node> linked, CancellationToken cancellation)
    {
        for (int i = 0; i < linked.Count; i++)
        {
            Check(request, linked[i], i, cancellation);
        }
    }

    private static void Check(SimulationRequest request, Node node, int number, CancellationToken cancellation)
    {
        LinkedKernel kernel = node.Linked!;
        var layer = new LayersUnderCheck(request, [node], FormattableString.Invariant($"check{number}"), null, cancellation);
        bool isCompiled = false;
        EngineRun? result;
        try
        {
            result = layer.Run(() => isCompiled = true);
        }
        catch (DiagnosticException error) when (!isCompiled)
        {
            throw DiagnosticCatalog.LinkedKernelNotCompiled.Throw(null, kernel.Library, layer.Complaint ?? error.Diagnostics[0].Message);
        }

        if (result is not { Mismatches: 0 })
        {
            string how = result is null
                ? $"does not come back: the program {layer.Ending}"
                : FormattableString.Invariant($"gives other results than ours in {result.Mismatches} of {result.Cases} random inputs (largest difference {result.MaxAbsError:G6})");
            throw DiagnosticCatalog.LinkedKernelDiffers.Throw(
                null, kernel.Function, kernel.Library, node.Source, node.Operator, request.Settings.Name, how, layer.WriteEvidence(request, kernel.Function));
        }
    }
}
