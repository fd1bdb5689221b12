using EdgeAI.Compiler.Diagnostics;
using EdgeAI.Compiler.Model;
using EdgeAI.Compiler.Pipeline;

namespace EdgeAI.Compiler.Import.TfLite;

/// <summary>
/// A TFLite file as a graph.
/// <list type="bullet">
/// <item>Reads all graphs with every position and index checked; the first is the main one.</item>
/// <item>Refuses at once every operator that has no form or whose tensors have types this product lacks, all of them together.</item>
/// <item>Sorts the operators, then lets the form of each write its nodes, those of other graphs in the place of the node that runs them; the operators' own rules infer and check types and extents.</item>
/// </list>
/// </summary>
public static class TfLiteImporter
{
    /// <summary>The schema's names of the operators that can be imported, <c>CONV_2D</c>; in ordinal order.</summary>
    public static IReadOnlyCollection<string> SupportedOperators { get; } = [.. TfLiteForms.Names];

    /// <summary>Operators that complex numbers may go through.</summary>
    private static readonly HashSet<string> _takesComplex = new(StringComparer.Ordinal) { "RFFT2D", "COMPLEX_ABS", "REAL", "IMAG", "RESHAPE", "SQUEEZE", "EXPAND_DIMS" };

    /// <summary>Throws <see cref="DiagnosticException"/> with every error found; adds warnings and notes to <paramref name="diagnostics"/>.</summary>
    public static Graph Import(ImportRequest request, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        try
        {
            TfLiteModel[] graphs = TfLiteReader.Read(request.Bytes);
            int[] reached = TfLiteReach.From(graphs);
            ThrowIfAny([.. reached.SelectMany(index => FindUnsupported(graphs[index], request))]);
            var errors = new List<Diagnostic>();
            Dictionary<int, int[]> extents = TfLiteInputs.Resolve(graphs[0], request, errors);
            ThrowIfAny(errors);
            if (reached.Length < graphs.Length)
            {
                diagnostics.Add(DiagnosticCatalog.TfLiteOtherGraphs.With(request.DisplayPath, graphs.Length - reached.Length));
            }

            var import = new TfLiteGraphImport(graphs, request, cancellation);
            Graph graph = import.Run(extents);
            if (import.Hybrid.Count > 0)
            {
                diagnostics.Add(DiagnosticCatalog.TfLiteHybrid.With(request.DisplayPath, import.Hybrid.Count, import.Hybrid[0]));
            }

            return graph;
        }
        catch (TfLiteFormatException error)
        {
            throw DiagnosticCatalog.TfLiteDamaged.Throw(request.DisplayPath, error.Message);
        }
    }

    private static List<Diagnostic> FindUnsupported(TfLiteModel model, ImportRequest request)
    {
        var errors = new List<Diagnostic>();
        foreach (TfLiteOperator node in model.Operators)
        {
            if (request.Operators.TfLiteForm(node.Name) is null && TfLiteForms.Find(node.Name) is null)
            {
                errors.Add(DiagnosticCatalog.TfLiteUnsupportedOperator.With(request.DisplayPath, node.Name, node.Index, node.Version,
                    Describe(model, node.Inputs), Describe(model, node.Outputs), ReasonFor(node)));
            }
        }

        if (errors.Count > 0)
        {
            return errors;
        }

        var used = model.Inputs.Concat(model.Operators.SelectMany(node => node.Inputs.Concat(node.Outputs))).Concat(model.Outputs).Where(index => index >= 0);
        foreach (TfLiteTensor tensor in used.Distinct().Order().Select(index => model.Tensors[index]))
        {
            bool isKnown = TfLiteElementTypes.Of(tensor.TypeCode) != ElementType.Unknown || tensor.TypeCode == TfLiteElementTypes.Resource
                || (tensor.TypeCode == TfLiteElementTypes.Complex64 && !model.Inputs.Concat(model.Outputs).Contains(tensor.Index)
                    && model.Operators.All(node => !node.Inputs.Concat(node.Outputs).Contains(tensor.Index) || _takesComplex.Contains(node.Name)));
            if (!isKnown || tensor.HasBlockScales)
            {
                errors.Add(DiagnosticCatalog.TfLiteUnsupportedTensor.With(request.DisplayPath, tensor.Name, tensor.Index,
                    tensor.HasBlockScales ? "has scales for blocks of its elements"
                        : $"holds {TfLiteElementTypes.NameOf(tensor.TypeCode)}" + (tensor.TypeCode == TfLiteElementTypes.Int4 ? " at run time" : "")));
            }
        }

        return errors;
    }

    private static string ReasonFor(TfLiteOperator node) => node.Name.StartsWith("CUSTOM ", StringComparison.Ordinal)
        ? "is a custom operator, whose meaning the file does not tell"
        : "is not supported";

    private static string Describe(TfLiteModel model, int[] tensors) =>
        tensors.Length == 0 ? "nothing" : string.Join(", ", tensors.Take(8).Select(index => index < 0 ? "none" : Describe(model.Tensors[index])))
            + (tensors.Length > 8 ? ", …" : "");

    private static string Describe(TfLiteTensor tensor) =>
        $"{TfLiteElementTypes.NameOf(tensor.TypeCode).ToLowerInvariant()}[{string.Join(',', tensor.Shape)}]";

    private static void ThrowIfAny(List<Diagnostic> errors)
    {
        if (errors.Count > 0)
        {
            throw new DiagnosticException(errors);
        }
    }
}
