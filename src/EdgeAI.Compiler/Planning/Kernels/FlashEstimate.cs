using EdgeAI.Compiler.Emission;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Operators;
using EdgeAI.Compiler.Targets;

namespace EdgeAI.Compiler.Planning.Kernels;

/// <summary>
/// Estimates the flash of a model, for choices between graphs; no compiler is needed.
/// <list type="bullet">
/// <item>Constants as the chosen kernels want them, equal ones once.</item>
/// <item>Code of these kernels, each file once, as measured for the core; a file that was not measured counts for <see cref="UnmeasuredFile"/>.</item>
/// <item>Parameters of each call, and <see cref="CallBytes"/> for the call itself.</item>
/// <item><see cref="FloatLibrary"/> where a core without a floating-point unit computes with float values.</item>
/// </list>
/// Limit: what else a compiler's own library brings is not known.
/// </summary>
internal sealed class FlashEstimate(InstructionSet instructionSet, KernelCostTable table)
{
    private const long UnmeasuredFile = 800;
    private const long CallBytes = 48;
    private const long WordBytes = 4;
    private const long FloatLibrary = 4800;

    /// <summary>Bytes of a graph whose nodes name their kernels.</summary>
    public long Of(Graph graph)
    {
        var probe = new KernelProbe(instructionSet);
        var files = new SortedSet<string>(StringComparer.Ordinal);
        long calls = 0;
        foreach (Node node in graph.Nodes.Where(node => !TensorPlaces.IsView(node)))
        {
            KernelCall call;
            try
            {
                call = OperatorCatalog.Of(node).KernelOf(node, instructionSet).Emit(probe);
            }
            catch (Exception error) when (error is OperatorException or NotSupportedException)
            {
                // Generation tells it, with the node.
                continue;
            }

            calls += CallBytes + (WordBytes * call.Fields.Length);
            if (call.File.Length > 0)
            {
                files.UnionWith(KernelLibrary.WithIncludes([call.File + ".h", call.File + ".c"]).Keys.Where(file => file.EndsWith(".c", StringComparison.Ordinal)));
            }
        }

        bool isEmulated = instructionSet is InstructionSet.Thumb1 or InstructionSet.Thumb2 or InstructionSet.Rv32
            && graph.Nodes.Any(node => node.Inputs.Concat(node.Outputs).Any(tensor => tensor is { Type: ElementType.Float32, IsConstant: false }));
        return (isEmulated ? FloatLibrary : 0) + probe.Constants.Values.Sum() + calls + files.Sum(file => table.CodeBytes(file) ?? UnmeasuredFile);
    }
}
